# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Do those sockets listen that the matrix declares, where it says, and no others?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from ipaddress import ip_address

from ..document.proof import ToleratedListener
from ..endpoint import EVERY_FAMILY, endpoint, serves
from ..matrix.compile import EVERYWHERE, listen_address
from ..matrix.model import ROOT, SERVER, Host, Listener
from ..observe.sockets import Socket
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held


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
            yield _declared(key, listener, wanted, component.user or ROOT, mine)
    yield from map(_undeclared, left)


def _declared(key: str, listener: Listener, wanted: tuple[str, ...], user: str, found: Sequence[Socket]) -> Finding:
    where = ", ".join(endpoint(address, listener.port) for address in wanted)
    wrong = "; ".join(_wrong(wanted, user, found))
    return held(f"{key} listens on {where}/{listener.protocol}", wrong, *map(_shown, found), destination=key)


def _wrong(wanted: tuple[str, ...], user: str, found: Sequence[Socket]) -> Iterator[str]:
    """What is wrong with the sockets of a declared port."""
    addresses = {one["address"] for one in found}
    if not found:
        yield "nothing listens there"
        return
    beyond = sorted(address for address in addresses if not _within(address, wanted))
    if beyond:
        yield f"it listens on {', '.join(beyond)}, where more can reach it than the matrix says"
    missing = [address for address in wanted if not any(serves(bound, address) for bound in addresses)]
    if missing:
        yield f"nothing listens on {', '.join(missing)}"
    others = sorted({one["user"] for one in found} - {user, ROOT, ""})
    if others:
        yield f"the socket belongs to {', '.join(others)}, not to {user}"


def _undeclared(socket: Socket) -> Finding:
    where = f"{endpoint(socket['address'], socket['port'])}/{socket['protocol']}"
    owner = f"{socket['process'] or 'the kernel'} of user {socket['user'] or 'unknown'} (PID {socket['pid']})"
    title = f"nothing but what the matrix declares listens: {where}"
    remedy = (f"sudo systemctl status {socket['pid']}",) if socket["pid"] else ()
    return Finding(title, "failed", f"{owner} listens there", (_shown(socket),), remedy)


def _is_known(socket: Socket, tolerated: Sequence[ToleratedListener]) -> bool:
    named = ({key: value for key, value in asdict(one).items() if value is not None} for one in tolerated)
    return any(one.items() <= socket.items() for one in named)


def _within(address: str, wanted: tuple[str, ...]) -> bool:
    """Whether a socket at this address takes connections at the wanted addresses only."""
    if wanted == EVERYWHERE or address in wanted:
        return True
    return _is_loopback(address) and any(map(_is_loopback, wanted))


def _is_loopback(bound: str) -> bool:
    return bound != EVERY_FAMILY and ip_address(bound).is_loopback


def _shown(socket: Socket) -> str:
    where = f"{endpoint(socket['address'], socket['port'])}/{socket['protocol']}"
    return f"{where} {socket['process']} (user {socket['user']}, PID {socket['pid']})"


CHECK = Check("Listening sockets", needs, judge)
