# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: pm2_services
short_description: The services of a host, complete
version_added: 0.1.0
author: Nostromo (@nostromo)
description:
  - Adds to each service what it does not declare itself - the account that runs it and how to see that it is healthy.
  - Given a host's view of the matrix, only the services that are components on that host remain, and their accounts,
    listening addresses and health checks are those of the matrix.
positional: view
options:
  _input:
    description: The services by name.
    type: dict
    required: true
  view:
    description: The matrix as the host sees it, from P(nostromo.networking.host_view#filter).
    type: dict
"""

EXAMPLES = r"""
- name: Show which services run on this host
  ansible.builtin.debug:
    msg: "{{ network_services | nostromo.networking.pm2_services(network_view) | list }}"
"""

RETURN = r"""
_value:
  description: The services by name, each with C(name), C(user), C(title), C(home), C(shell), C(hosts) and, if it listens,
    C(health).
  type: dict
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleFilterError


def pm2_services(declared: Mapping[str, Any], view: Mapping[str, Any] | None = None) -> dict:
    """The services of a host, complete."""
    # For the first filter Ansible loads all of a collection, in each task anew: this is for those that use it.
    from ansible_collections.nostromo.networking.plugins.module_utils.pm2.services import services

    if not isinstance(declared, Mapping):
        raise AnsibleFilterError(f"pm2_services wants a dictionary of services, not {type(declared).__name__}")
    try:
        return services(declared, view)
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """The filter ``pm2_services``."""

    def filters(self) -> dict:
        """Filters by name."""
        return {"pm2_services": pm2_services}
