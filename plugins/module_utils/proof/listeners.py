# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hold the sockets that really listen on a host against those that the matrix declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any

from ..matrix.compile import EVERYWHERE, listen_address
from ..matrix.model import SERVER, Host, Listener, Matrix
from .model import Check, endpoint
from .probes import SERVER_USER

# Sockets that only ever serve a reply have a port of the kernel's own choosing (ip(7), ip_local_port_range).
_FIRST_EPHEMERAL = 32768


def judge_listeners(
    matrix: Matrix, host: Host, sockets: Iterable[Mapping[str, Any]], tolerated: Iterable[Mapping[str, Any]]
) -> list[Check]:
    """A check for each declared port, and one fault for each socket that is not declared.

    :param tolerated: sockets that may listen besides, each with some of ``process``, ``protocol`` and ``port``.
    """
    known = list(tolerated)
    left = [one for one in sockets if not _is_known(one, known)]
    checks = []
    for key in sorted(host.components | {SERVER}):
        component = matrix.components[key]
        for listener in component.listeners:
            mine = [one for one in left if (one["protocol"], one["port"]) == (listener.protocol, listener.port)]
            left = [one for one in left if one not in mine]
            wanted = listen_address(matrix, host, component)
            user = component.user or SERVER_USER
            checks.append(_declared(host.name, key, listener, wanted, user, mine))
    return checks + [_undeclared(host.name, one) for one in left]


def _declared(
    host: str, key: str, listener: Listener, wanted: tuple[str, ...], user: str, found: list[Mapping[str, Any]]
) -> Check:
    where = ", ".join(endpoint(address, listener.port) for address in wanted)
    faults = []
    if not found:
        faults.append("nothing listens there")
    beyond = sorted({one["address"] for one in found if not _within(one["address"], wanted)})
    if beyond:
        faults.append(f"it listens on {', '.join(beyond)}, where more can reach it than the matrix says")
    addresses = {one["address"] for one in found}
    missing = [address for address in wanted if not addresses & _serving(address)]
    if found and missing:
        faults.append(f"nothing listens on {', '.join(missing)}")
    others = sorted({one["user"] for one in found} - {user, SERVER_USER, ""})
    if others:
        faults.append(f"the socket belongs to {', '.join(others)}, not to {user}")
    return Check(
        "listener",
        f"{key} listens on {where}/{listener.protocol}",
        "fault" if faults else "proven",
        "; ".join(faults),
        tuple(map(_shown, found)),
        host=host,
        destination=key,
    )


def _undeclared(host: str, socket: Mapping[str, Any]) -> Check:
    where = f"{endpoint(socket['address'], socket['port'])}/{socket['protocol']}"
    return Check(
        "listener",
        f"nothing but what the matrix declares listens: {where}",
        "fault",
        f"{socket['process'] or 'the kernel'} of user {socket['user'] or 'unknown'} (PID {socket['pid']}) listens there",
        (_shown(socket),),
        host=host,
    )


def _is_known(socket: Mapping[str, Any], tolerated: list[Mapping[str, Any]]) -> bool:
    if socket["protocol"] == "udp" and socket["port"] >= _FIRST_EPHEMERAL:
        return True
    return any(one and all(socket[key] == value for key, value in one.items()) for one in tolerated)


def _within(address: str, wanted: tuple[str, ...]) -> bool:
    """Whether a socket at this address takes connections at the wanted addresses only."""
    if wanted == EVERYWHERE or address in wanted:
        return True
    return ip_address(address).is_loopback and any(ip_address(one).is_loopback for one in wanted)


def _serving(address: str) -> set[str]:
    """Where a socket may listen to take connections at an address: there, or everywhere (ipv6(7), dual stack)."""
    return {address, "::"} if ":" in address else {address, "0.0.0.0", "::"}


def _shown(socket: Mapping[str, Any]) -> str:
    where = f"{endpoint(socket['address'], socket['port'])}/{socket['protocol']}"
    return f"{where} {socket['process']} (user {socket['user']}, PID {socket['pid']})"
