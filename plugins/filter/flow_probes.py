# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: flow_probes
short_description: Which connections prove the matrix, from one vantage point
version_added: 0.2.0
author: Nostromo (@nostromo)
description:
  - From a managed host - every component's user to every component and to the zones that have targets. From anywhere else -
    every port of every managed host, and one that nobody has.
positional: vantage
options:
  _input:
    description: The data, as in C(network_proof).
    type: dict
    required: true
  vantage:
    description: Name of a managed host, of a client in the inventory, or C(controller).
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Try what may and what must not be reached from here
  nostromo.networking.probe_flows:
    probes: "{{ network_proof | nostromo.networking.flow_probes(inventory_hostname) }}"
"""

RETURN = r"""
_value:
  description: For O(nostromo.networking.probe_flows#module:probes).
  type: list
  elements: dict
  sample: [{address: 127.0.0.1, port: 5432, protocol: tcp, user: etl}]
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleFilterError


def flow_probes(data: Mapping[str, Any], vantage: str) -> list:
    """The connections as plain data."""
    # For the first filter Ansible loads all of a collection, in each task anew: this is for those that use it.
    from ansible_collections.nostromo.networking.plugins.module_utils.proof.declared import DeclaredError, read_declared
    from ansible_collections.nostromo.networking.plugins.module_utils.proof.plan import plan

    try:
        probes = plan(read_declared(data), vantage)
    except DeclaredError as error:
        raise AnsibleFilterError(f"The network data has {error}") from error
    return [
        {"address": probe.address, "port": probe.port, "protocol": probe.protocol, "user": probe.user}
        for probe in probes
    ]


class FilterModule:
    """The filter ``flow_probes``."""

    def filters(self) -> dict:
        """Filters by name."""
        return {"flow_probes": flow_probes}
