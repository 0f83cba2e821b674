# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: row_tries
short_description: The connections by which a host sees that its rows still hold
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Works out of the network matrix which connections the host can try by itself, as which users, and by which row each is allowed
    or denied. The role monitoring has the host try them every minute.
  - Connections to zones are tried where C(network_probe_targets) has an address; a name says nothing of who stands behind it.
"""

EXAMPLES = r"""
- name: Show what a host tries
  ansible.builtin.debug:
    msg: "{{ query('nostromo.networking.row_tries') }}"
"""

RETURN = r"""
_raw:
  description:
    - Connections, each with its C(row), the C(source), C(destination), C(ports) and C(action) of that, and the C(user),
      C(address), C(port) and C(protocol) by which it is tried. C(local) is one to the host itself, C(outsider) one to none of
      our hosts.
  type: list
  elements: dict
"""

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.tries import tries_of
from ansible_collections.nostromo.networking.plugins.plugin_utils.environment import Environment
from ansible_collections.nostromo.networking.plugins.plugin_utils.intent import intent_of
from ansible_collections.nostromo.networking.plugins.plugin_utils.network import Network


class LookupModule(LookupBase):
    """The lookup ``row_tries``."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        """Those of the host of the task."""
        known = variables or {}
        network = Network(Environment(self._templar, known))
        host = known["inventory_hostname"]
        if host not in network.hosts:
            raise AnsibleLookupError(f"{host} carries no component of the network matrix, so no row starts there")
        intent = intent_of(network)
        return [dict(one) for one in tries_of(intent.matrix, host, intent.targets)]
