# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: host_observations
short_description: What to look at on a managed host to prove the matrix
version_added: 0.2.0
author: Nostromo (@nostromo)
description:
  - Sockets and SSH settings of every host, and the rooms of its components; health, certificate and its renewal where the
    matrix puts such a component.
positional: host
options:
  _input:
    description: The data, as in C(network_proof).
    type: dict
    required: true
  host:
    description: Name of the host in the inventory.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Look at the host
  nostromo.networking.observe_host:
    look_at: "{{ network_proof | nostromo.networking.host_observations(inventory_hostname) }}"
"""

RETURN = r"""
_value:
  description: For O(nostromo.networking.observe_host#module:look_at).
  type: dict
  sample: {client: {}, sockets: {}, sshd: {}}
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleFilterError


def host_observations(data: Mapping[str, Any], host: str) -> dict:
    """The observations by name, with their parameters."""
    # For the first filter Ansible loads all of a collection, in each task anew: this is for those that use it.
    from ansible_collections.nostromo.networking.plugins.module_utils.proof.declared import DeclaredError, read_declared
    from ansible_collections.nostromo.networking.plugins.module_utils.proof.plan import (
        host_observations as plan_observations,
    )

    try:
        return plan_observations(read_declared(data), host)
    except DeclaredError as error:
        raise AnsibleFilterError(f"The network data has {error}") from error
    except KeyError as error:
        raise AnsibleFilterError(f"{host} carries no component of the network matrix") from error


class FilterModule:
    """The filter ``host_observations``."""

    def filters(self) -> dict:
        """Filters by name."""
        return {"host_observations": host_observations}
