# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Do those sockets listen that the matrix declares, where it says, and no others?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from ipaddress import ip_address
from typing import Any

from ..document.proof import ToleratedListener
from ..matrix.compile import EVERYWHERE, listen_address
from ..matrix.model import SERVER, Host, Listener
from .intent import Intent
from .model import Check, Finding, Needs, Scene, endpoint, held
from .probes import SERVER_USER


def needs(_intent: Intent, _host: Host) -> Needs:
    """All listening sockets."""
    return {"sockets": {}}


def judge(scene: Scene) -> Iterator[Finding]:
    """A finding for each declared port, and one for each socket that is not declared."""
    matrix, host = scene.intent.matrix, scene.host
    left = [one for one in scene.seen["sockets"] if not _is_known(one, scene.intent.tolerated)]
    for key in sorted(host.components | {SERVER}):
        component = matrix.components[key]
        for listener in component.listeners:
            mine = [one for one in left if (one["protocol"], one["port"]) == (listener.protocol, listener.port)]
            left = [one for one in left if one not in mine]
            wanted = listen_address(matrix, host, component)
            yield _declared(key, listener, wanted, component.user or SERVER_USER, mine)
    yield from map(_undeclared, left)


def _declared(
    key: str, listener: Listener, wanted: tuple[str, ...], user: str, found: Sequence[Mapping[str, Any]]
) -> Finding:
    where = ", ".join(endpoint(address, listener.port) for address in wanted)
    wrong = "; ".join(_wrong(wanted, user, found))
    return held(f"{key} listens on {where}/{listener.protocol}", wrong, *map(_shown, found), destination=key)


def _wrong(wanted: tuple[str, ...], user: str, found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What is wrong with the sockets of a declared port."""
    addresses = {one["address"] for one in found}
    if not found:
        yield "nothing listens there"
        return
    beyond = sorted(address for address in addresses if not _within(address, wanted))
    if beyond:
        yield f"it listens on {', '.join(beyond)}, where more can reach it than the matrix says"
    missing = [address for address in wanted if not addresses & _serving(address)]
    if missing:
        yield f"nothing listens on {', '.join(missing)}"
    others = sorted({one["user"] for one in found} - {user, SERVER_USER, ""})
    if others:
        yield f"the socket belongs to {', '.join(others)}, not to {user}"


def _undeclared(socket: Mapping[str, Any]) -> Finding:
    where = f"{endpoint(socket['address'], socket['port'])}/{socket['protocol']}"
    owner = f"{socket['process'] or 'the kernel'} of user {socket['user'] or 'unknown'} (PID {socket['pid']})"
    title = f"nothing but what the matrix declares listens: {where}"
    remedy = (f"sudo systemctl status {socket['pid']}",) if socket["pid"] else ()
    return Finding(title, "failed", f"{owner} listens there", (_shown(socket),), remedy)


def _is_known(socket: Mapping[str, Any], tolerated: Sequence[ToleratedListener]) -> bool:
    return any(
        all(socket[key] == value for key, value in asdict(one).items() if value is not None) for one in tolerated
    )


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


CHECK = Check("Listening sockets", needs, judge)
