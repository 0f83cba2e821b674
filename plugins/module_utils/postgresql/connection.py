# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How the services of a host reach the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .client import SOCKETS

#: Where clients on other hosts have the certificates of the authority by which they know the database.
AUTHORITY = "/etc/nostromo/database-ca.crt"
#: How they ask it: who answers has to show a certificate for the address that was asked.
ENCRYPTED = "verify-full"
_HOST = "PGHOST"


class NoWayError(ValueError):
    """A host has nothing to do with a database; the text says why."""


def connection(view: Mapping[str, Any]) -> dict[str, Any]:
    """Where the database is, as seen from a host, and what a client should insist on.

    On the database's own host that is its Unix socket, where the kernel says who asks and no password is sent; from
    elsewhere its address, over TLS with a certificate for that, and SCRAM, which proves a password without sending it.

    :param view: the host's view of the matrix, see :func:`..matrix.compile.host_view`.
    :return: ``local``, whether it is the same host; ``host``, a directory or an address; ``port``; ``require_auth``,
        ``sslmode`` and ``sslrootcert``, what libpq's ``PGREQUIREAUTH``, ``PGSSLMODE`` and ``PGSSLROOTCERT`` should be.
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
        unencrypted = {"sslmode": "disable", "sslrootcert": ""}
        return {"local": True, "host": SOCKETS, "port": port, "require_auth": "none", **unencrypted}
    encrypted = {"sslmode": ENCRYPTED, "sslrootcert": AUTHORITY}
    return {"local": False, "host": address.strip("[]"), "port": port, "require_auth": "scram-sha-256", **encrypted}


def trust(view: Mapping[str, Any], environment: Mapping[str, Any]) -> dict[str, str]:
    """What a service needs besides, that is told by libpq's ``PGHOST`` (address or name) to ask the database on another host.

    That is what libpq reads, and Node.js in place of ``PGSSLROOTCERT``, which its driver does not know.
    """
    if _HOST not in environment:
        return {}
    try:
        way = connection(view)
    except NoWayError:
        return {}
    names = [name for name, addresses in view.get("names", {}).items() if way["host"] in addresses]
    if way["local"] or environment[_HOST] not in (way["host"], *names):
        return {}
    authority = way["sslrootcert"]
    return {"PGSSLMODE": way["sslmode"], "PGSSLROOTCERT": authority, "NODE_EXTRA_CA_CERTS": authority}
