# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Connections, many at the same time, each as the user that it is tried for."""

from __future__ import annotations

import errno
import pwd
import selectors
import socket
import struct
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ..acting import acting_as

Protocol = Literal["tcp", "udp"]

#: The connection was made, or a datagram answered.
OPEN = "open"
#: The far end, or a firewall in its name, refused it.
REFUSED = "refused"
#: No answer within the time.
FILTERED = "filtered"
#: This host's own firewall, or a router, said that it is prohibited.
REJECTED = "rejected"
#: This host has no route there, or no address of that family.
UNROUTABLE = "unroutable"

_BY_ERROR = {
    0: OPEN,
    errno.ECONNREFUSED: REFUSED,
    errno.ETIMEDOUT: FILTERED,
    errno.EHOSTUNREACH: REJECTED,
    errno.EACCES: REJECTED,
    errno.EPERM: REJECTED,
    errno.ENETUNREACH: UNROUTABLE,
    errno.EADDRNOTAVAIL: UNROUTABLE,
    errno.EAFNOSUPPORT: UNROUTABLE,
}
#: How many connections are under way at the same time; a process may open 1024 files by default.
_AT_ONCE = 400

# A question that a server of the protocol answers: the name servers of the root (RFC 1035, section 4.1), and the time
# (RFC 5905, version 4, mode 3). Any other port gets an empty datagram.
_QUESTIONS = {
    53: struct.pack("!6H", 0x4E4F, 0x0100, 1, 0, 0, 0) + b"\0" + struct.pack("!2H", 2, 1),
    123: b"\x23" + b"\0" * 47,
}


@dataclass(frozen=True)
class Attempt:
    """A connection to try. ``address`` may be a name; ``user`` is empty for whoever runs this."""

    address: str
    port: int
    protocol: Protocol = "tcp"
    user: str = ""


class Outcome(NamedTuple):
    """What became of an attempt, from which local address to which one it went, and what the system said of it."""

    outcome: str
    local: str = ""
    peer: str = ""
    detail: str = ""


class _Opened(NamedTuple):
    number: int
    socket: socket.socket
    local: str
    peer: str
    protocol: Protocol
    until: float


def attempt_all(attempts: Sequence[Attempt], timeout_seconds: float) -> list[list[Outcome]]:
    """Try all of them; for each its outcomes, of which a name has one for each family that it has an address of.

    To try as other users than its own it has to run as root.
    """
    found: list[list[Outcome]] = [[] for _attempt in attempts]
    by_user: dict[str, list[_Target]] = {}
    for target in _targets(attempts, found):
        by_user.setdefault(target.attempt.user, []).append(target)
    with selectors.DefaultSelector() as waiting:
        try:
            for user, targets in by_user.items():
                _start_as(user, targets, waiting, found, timeout_seconds)
            while waiting.get_map():
                _settle(waiting, found)
        finally:
            for key in waiting.get_map().values():
                key.data.socket.close()
    return found


class _Target(NamedTuple):
    number: int
    family: socket.AddressFamily
    peer: str
    attempt: Attempt


def _targets(attempts: Iterable[Attempt], found: list[list[Outcome]]) -> Iterator[_Target]:
    known: dict[str, dict[socket.AddressFamily, str] | str] = {}
    for index, attempt in enumerate(attempts):
        if attempt.address not in known:
            known[attempt.address] = _resolve(attempt.address)
        addresses = known[attempt.address]
        if isinstance(addresses, str):
            found[index].append(Outcome(UNROUTABLE, detail=addresses))
            continue
        for family, peer in addresses.items():
            yield _Target(index, family, peer, attempt)


def _resolve(name: str) -> dict[socket.AddressFamily, str] | str:
    """The first address of each family, or why there is none."""
    try:
        infos = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        return f"{name} has no address: {error}"
    addresses: dict[socket.AddressFamily, str] = {}
    for family, _type, _protocol, _canonical, address in infos:
        addresses.setdefault(family, str(address[0]))
    return addresses


def _start_as(
    user: str,
    targets: Iterable[_Target],
    waiting: selectors.BaseSelector,
    found: list[list[Outcome]],
    timeout_seconds: float,
) -> None:
    """Start attempts as a user; where too many are under way, wait for some to end."""
    try:
        account = pwd.getpwnam(user) if user else None
    except KeyError:
        for target in targets:
            found[target.number].append(Outcome("error", detail=f"the host has no user {user}"))
        return
    with acting_as(account.pw_uid, account.pw_gid) if account else nullcontext():
        for target in targets:
            while len(waiting.get_map()) >= _AT_ONCE:
                _settle(waiting, found)
            opened = _open(target, found, time.monotonic() + timeout_seconds)
            if opened:
                events = selectors.EVENT_WRITE if opened.protocol == "tcp" else selectors.EVENT_READ
                waiting.register(opened.socket, events, opened)


def _open(target: _Target, found: list[list[Outcome]], until: float) -> _Opened | None:
    """Start an attempt; ``None`` if it is over already."""
    protocol = target.attempt.protocol
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    local = ""
    try:
        opened = socket.socket(target.family, kind | socket.SOCK_NONBLOCK)
    except OSError as error:
        found[target.number].append(_outcome(error.errno, local, target.peer))
        return None
    code = opened.connect_ex((target.peer, target.attempt.port))
    if code in (0, errno.EINPROGRESS):
        local = str(opened.getsockname()[0])
    if code == 0 and protocol == "udp":
        try:
            opened.send(_QUESTIONS.get(target.attempt.port, b""))
        except OSError as error:
            code = error.errno or errno.EIO
    if code not in (0, errno.EINPROGRESS) or (code == 0 and protocol == "tcp"):
        opened.close()
        found[target.number].append(_outcome(code, local, target.peer))
        return None
    return _Opened(target.number, opened, local, target.peer, protocol, until)


def _settle(waiting: selectors.BaseSelector, found: list[list[Outcome]]) -> None:
    """Wait until an attempt ends, or the time of the oldest is over."""
    under_way = [key.data for key in waiting.get_map().values()]
    ended = waiting.select(max(0.0, min(one.until for one in under_way) - time.monotonic()))
    for key, _events in ended:
        _end(key.data, _result(key.data), waiting, found)
    if not ended:
        now = time.monotonic()
        for opened in under_way:
            if opened.until <= now:
                _end(opened, errno.ETIMEDOUT, waiting, found)


def _end(opened: _Opened, code: int, waiting: selectors.BaseSelector, found: list[list[Outcome]]) -> None:
    waiting.unregister(opened.socket)
    opened.socket.close()
    found[opened.number].append(_outcome(code, opened.local, opened.peer))


def _result(opened: _Opened) -> int:
    if opened.protocol == "tcp":
        return opened.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    try:
        opened.socket.recv(1)
    except OSError as error:
        return error.errno or errno.EIO
    return 0


def _outcome(code: int | None, local: str, peer: str) -> Outcome:
    known = _BY_ERROR.get(code or 0)
    text = "" if not code else errno.errorcode.get(code, str(code))
    return Outcome(known or "error", local, peer, text)
