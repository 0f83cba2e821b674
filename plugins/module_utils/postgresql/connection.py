# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How the services of a host reach the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .client import SOCKETS


class NoWayError(ValueError):
    """A host has nothing to do with a database; the text says why."""


def connection(view: Mapping[str, Any]) -> dict[str, Any]:
    """Where the database is, as seen from a host, and what a client should insist on.

    On the database's own host that is its Unix socket, where the kernel says who asks and no password is sent; from
    elsewhere its address, and SCRAM, which proves a password without sending it.

    :param view: the host's view of the matrix, see :func:`..matrix.compile.host_view`.
    :return: ``local``, whether it is the same host; ``host``, a directory or an address; ``port``; ``require_auth``, what
        libpq's ``PGREQUIREAUTH`` should be.
    :raises NoWayError: there is no database, or no row leads there.
    """
    component = view["database"]
    endpoints = view["upstreams"].get(component)
    if not component:
        raise NoWayError("no component has a port with application: PostgreSQL")
    if not endpoints:
        raise NoWayError(f"nothing on {view['host']} may reach {component}, add a row to network_flows")
    address, _colon, port = endpoints[0].rpartition(":")
    if component in view["components"]:
        return {"local": True, "host": SOCKETS, "port": port, "require_auth": "none"}
    return {"local": False, "host": address.strip("[]"), "port": port, "require_auth": "scram-sha-256"}
