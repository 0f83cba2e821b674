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

from ansible.plugins.lookup import LookupBase
from ansible_collections.nostromo.networking.plugins.module_utils.checks.tries import tries_of
from ansible_collections.nostromo.networking.plugins.plugin_utils.intent import tried_from


class LookupModule(LookupBase):
    """The lookup ``row_tries``."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        """Those of the host of the task."""
        return [dict(one) for one in tries_of(*tried_from(self._templar, variables or {}))]
