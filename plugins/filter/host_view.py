# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: host_view
short_description: The matrix as one host sees it
version_added: 0.1.0
author: Nostromo (@nostromo)
description:
  - Compiles the matrix to what one host has to know - where its components listen, whom they may reach, who may reach
    them, and the rules of its firewall.
positional: host
options:
  _input:
    description: The matrix, as in C(network_matrix).
    type: dict
    required: true
  host:
    description: Name of the host in the inventory.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show what this host lets through
  ansible.builtin.debug:
    msg: "{{ (network_matrix | nostromo.networking.host_view(inventory_hostname)).firewall.ingress }}"
"""

RETURN = r"""
_value:
  description:
    - C(components) and C(accounts) of the host, which components of the system are the C(proxy) and the C(database), C(listen)
      addresses and ports, C(upstreams) (C(address:port) of each instance of each component that something on the host may
      reach), C(clients) of its components, C(health) paths and the C(firewall) rules.
  type: dict
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleFilterError


def host_view(matrix: Mapping[str, Any], host: str) -> dict:
    """One host's view of the matrix as plain data."""
    # For the first filter Ansible loads all of a collection, in each task anew: this is for those that use it.
    from ansible_collections.nostromo.networking.plugins.module_utils.matrix.compile import host_view as compile_view
    from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import MatrixError, parse_matrix

    try:
        parsed = parse_matrix(matrix)
    except MatrixError as error:
        raise AnsibleFilterError(f"The network matrix is not valid:\n{error}") from error
    if host not in parsed.hosts:
        raise AnsibleFilterError(
            f"{host} carries no component of the network matrix; put it into the inventory group of one of "
            f"{', '.join(sorted(parsed.components))}"
        )
    return compile_view(parsed, host)


class FilterModule:
    """The filter ``host_view``."""

    def filters(self) -> dict:
        """Filters by name."""
        return {"host_view": host_view}
