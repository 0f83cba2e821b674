# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: database_users
short_description: Join the database's roles with the addresses that the matrix admits
version_added: 0.1.0
author: Nostromo (@nostromo)
description:
  - Gives each database role the addresses from which the component that it belongs to connects and, if that runs on the
    database's own host, its system user. A role whose component has no flow to the database gets neither, so it is not
    admitted.
positional: clients
options:
  _input:
    description: Roles, each a dictionary with C(name) and C(component).
    type: list
    elements: dict
    required: true
  clients:
    description: The components that may connect, their addresses and accounts, C(clients) of the database in the host's view.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
postgresql_users: "{{ network_database_users | nostromo.networking.database_users(network_view.clients[network_view.database]) }}"
"""

RETURN = r"""
_value:
  description: The same roles, each with C(addresses) and C(account), which is empty where the component runs elsewhere.
  type: list
  elements: dict
"""

from typing import Any

from ansible.errors import AnsibleFilterError


def database_users(users: list[dict[str, Any]], clients: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The roles, each with its component's addresses and, on this host, its account."""
    try:
        admitted = {
            client["component"]: {"addresses": list(client["addresses"]), "account": client["account"]}
            for client in clients
        }
        return [{**user, **admitted.get(user.get("component"), {"addresses": [], "account": ""})} for user in users]
    except (KeyError, TypeError) as error:
        raise AnsibleFilterError(
            f"database_users: {error!r} in a role or client; clients need component"
        ) from error


class FilterModule:
    """Ansible's entry point."""

    def filters(self) -> dict:
        """The filter by name."""
        return {"database_users": database_users}
