# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: placement
short_description: Which components of the matrix run on which hosts of the inventory
version_added: 0.1.0
author: Nostromo (@nostromo)
description:
  - A component runs on the hosts of the inventory group that has its name.
positional: hostvars, components, environment
options:
  _input:
    description: Ansible's C(groups).
    type: dict
    required: true
  hostvars:
    description: Ansible's C(hostvars), of which each host's C(network_addresses) is read, and where it has none
      C(network_reached_at).
    type: dict
    required: true
  components:
    description: The matrix' components.
    type: dict
    required: true
  environment:
    description: The inventory group to whose hosts it keeps, as in C(network_environment).
    type: str
    default: all
    version_added: 0.4.0
"""

EXAMPLES = r"""
- name: Show where everything runs
  ansible.builtin.debug:
    msg: "{{ groups | nostromo.networking.placement(hostvars, network_components) }}"
"""

RETURN = r"""
_value:
  description: Each host that carries a component, with its components, its addresses, and whether those are C(assumed).
  type: dict
  sample: {server: {addresses: [203.0.113.7], assumed: true, components: [proxy, api]}}
"""

from collections.abc import Mapping
from typing import Any


def placement(
    groups: Mapping[str, list[str]],
    hostvars: Mapping[str, Any],
    components: Mapping[str, Any],
    environment: str = "all",
) -> dict:
    """Hosts with their addresses and components, by name."""
    # For the first filter Ansible loads all of a collection, in each task anew: this is for those that use it.
    from ..module_utils.matrix.placing import carried

    placed = carried(groups, components, environment)
    return {host: {**_addresses(hostvars[host]), "components": here} for host, here in placed.items()}


def _addresses(variables: Mapping[str, Any]) -> dict[str, Any]:
    if "network_addresses" in variables:
        return {"addresses": list(variables["network_addresses"]), "assumed": False}
    return {"addresses": [variables["network_reached_at"]], "assumed": True}


class FilterModule:
    """The filter ``placement``."""

    def filters(self) -> dict:
        """Filters by name."""
        return {"placement": placement}
