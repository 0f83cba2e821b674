# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who listens on this host, as ss(8) shows it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, cast

from .peer import unit_of, user_of

#: What shows all of them; a filter such as ``sport = :80`` may follow.
COMMAND = ("ss", "--no-header", "--listening", "--tcp", "--udp", "--numeric", "--processes")
_HOLDER = re.compile(r'\("(?P<process>[^"]*)",pid=(?P<pid>[0-9]+)')
_MAPPED = "::ffff:"


@dataclass(frozen=True)
class Listener:
    """A listening TCP or unconnected UDP socket with a process that holds it.

    :param address: where it is bound; see :func:`.endpoint.serves`.
    :param process: the program's name; like ``user`` and ``unit`` empty, and ``pid`` 0, for a socket of the kernel.
    :param unit: the system's unit of which the process is; empty for one of none.
    """

    protocol: Literal["tcp", "udp"]
    address: str
    port: int
    process: str = ""
    pid: int = 0
    user: str = ""
    unit: str = ""


def read_listeners(
    printed: str, user: Callable[[int], str] = user_of, unit: Callable[[int], str] = unit_of
) -> Iterator[Listener]:
    """What :data:`COMMAND` prints: each socket with each process that holds it. :raises ValueError: an address has no port."""
    for line in printed.splitlines():
        words = line.split(None, 6)
        if len(words) < 6:
            continue
        host, _colon, port = words[4].rpartition(":")
        if not port.isdigit():
            raise ValueError(f"ss printed an address that cannot be read: {words[4]}")
        # An interface may follow the address, within the brackets or after them.
        address = host.partition("%")[0].strip("[]").removeprefix(_MAPPED)
        protocol = cast(Literal["tcp", "udp"], words[0])
        held = [(one["process"], int(one["pid"])) for one in _HOLDER.finditer(line)]
        for process, pid in held:
            yield Listener(protocol, address, int(port), process, pid, user(pid), unit(pid))
        if not held:
            yield Listener(protocol, address, int(port))
