# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: database_connection
short_description: How the services of a host reach the database
version_added: 0.3.0
author: Nostromo (@nostromo)
description:
  - Where the database runs on the same host, its Unix socket, at which the kernel says who asks, so that no password is
    needed and none can be asked for by somebody else who listens in the database's place.
  - Else its address in the matrix, where a client should accept nothing but SCRAM, which proves the password without sending it.
options:
  _input:
    description: The host's view of the matrix, C(network_view).
    type: dict
    required: true
"""

EXAMPLES = r"""
network_database: "{{ network_view | nostromo.networking.database_connection }}"
"""

RETURN = r"""
_value:
  description: C(local), whether it is the same host; C(host), a directory or an address; C(port); C(require_auth), what
    libpq's C(PGREQUIREAUTH) should be.
  type: dict
  sample: {local: true, host: /run/postgresql, port: "5432", require_auth: none}
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleFilterError


def database_connection(view: Mapping[str, Any]) -> dict[str, Any]:
    """Where the database is, as seen from a host, and what the client should insist on."""
    # For the first filter Ansible loads all of a collection, in each task anew: this is for those that use it.
    from ..module_utils.postgresql.client import SOCKETS

    try:
        component = view["database"]
        endpoints = view["upstreams"].get(component)
        local = component in view["components"]
    except (AttributeError, KeyError, TypeError):
        raise AnsibleFilterError("database_connection: give it network_view, a host's view of the matrix") from None
    if not component:
        raise AnsibleFilterError("database_connection: no component has a port with application: PostgreSQL")
    if not endpoints:
        raise AnsibleFilterError(
            f"database_connection: nothing on {view.get('host')} may reach {component}; add a row to network_flows"
        )
    address, _colon, port = endpoints[0].rpartition(":")
    if local:
        return {"local": True, "host": SOCKETS, "port": port, "require_auth": "none"}
    return {"local": False, "host": address.strip("[]"), "port": port, "require_auth": "scram-sha-256"}


class FilterModule:
    """Ansible's entry point."""

    def filters(self) -> dict:
        """The filter by name."""
        return {"database_connection": database_connection}
