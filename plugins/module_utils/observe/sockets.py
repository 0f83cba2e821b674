# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which sockets listen, and whose they are."""

from __future__ import annotations

import time
from typing import Literal, TypedDict

from ..listening import COMMAND, read_listeners
from .run import ObservationError, Run, output

_FIRST_EPHEMERAL = 32768
#: How long an answer is waited for at most that is still worth having.
_REPLY_SECONDS = 1.0


class Socket(TypedDict):
    """A listening socket; see :class:`..listening.Listener`."""

    protocol: Literal["tcp", "udp"]
    address: str
    port: int
    process: str
    pid: int
    user: str


def observe(run: Run) -> list[Socket]:
    """Every listening TCP and unconnected UDP socket, sorted. One that only waits for an answer to a question of its own is
    left out.
    """
    found = _listening(run)
    if any(map(_may_be_a_reply, found)):
        time.sleep(_REPLY_SECONDS)
        kept = {_key(one) for one in _listening(run)}
        found = [one for one in found if not _may_be_a_reply(one) or _key(one) in kept]
    return found


def _listening(run: Run) -> list[Socket]:
    return read_sockets(output(run, *COMMAND))


def _may_be_a_reply(socket: Socket) -> bool:
    """Whether a socket may only wait for the answer to a question, on a port of the kernel's choice (ip(7))."""
    return socket["protocol"] == "udp" and socket["port"] >= _FIRST_EPHEMERAL


def _key(socket: Socket) -> tuple[str, str, int, int]:
    return socket["protocol"], socket["address"], socket["port"], socket["pid"]


def read_sockets(printed: str) -> list[Socket]:
    """The sockets that ss(8) prints, one for each address and port however many processes share it: the eldest stands for all."""
    sockets: dict[tuple[str, str, int], Socket] = {}
    try:
        found = sorted(read_listeners(printed), key=lambda one: one.pid)
    except ValueError as error:
        raise ObservationError(str(error)) from None
    for one in found:
        socket = Socket(
            protocol=one.protocol, address=one.address, port=one.port, process=one.process, pid=one.pid, user=one.user
        )
        sockets.setdefault((one.protocol, one.address, one.port), socket)
    return [sockets[key] for key in sorted(sockets)]
