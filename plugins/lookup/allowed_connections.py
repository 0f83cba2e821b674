# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: allowed_connections
short_description: The connections that rows of the matrix allow a host
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Works out of the network matrix which connections the host itself may make, as which users, and by which row. The role
    firewall has M(nostromo.networking.confirmed_commit) see that new rules take none of them away.
  - Connections to zones are among them where C(network_probe_targets) has an address.
seealso:
  - plugin: nostromo.networking.row_tries
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Show what a host may reach
  ansible.builtin.debug:
    msg: "{{ query('nostromo.networking.allowed_connections') }}"
"""

RETURN = r"""
_raw:
  description:
    - Connections, as the option C(confirm.connections) of M(nostromo.networking.confirmed_commit) takes them. C(name) is that
      of the row.
  type: list
  elements: dict
"""

from typing import Any

from ansible.plugins.lookup import LookupBase
from ansible_collections.nostromo.networking.plugins.module_utils.checks.tries import allowed_connections
from ansible_collections.nostromo.networking.plugins.plugin_utils.intent import tried_from


class LookupModule(LookupBase):
    """The lookup ``allowed_connections``."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        """Those of the host of the task."""
        return list(allowed_connections(*tried_from(self._templar, variables or {})))
