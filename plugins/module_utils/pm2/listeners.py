# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whose the sockets are that take a service's connections: an answer proves nothing when somebody else gives it."""

from __future__ import annotations

import os
import pwd
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..peer import unit_of
from ..printable import printable
from .model import Health, Service

_HOLDER = re.compile(r'\("(?P<name>[^"]*)",pid=(?P<pid>[0-9]+)')
#: How long ss(8) may take, in seconds.
_PATIENCE = 10
#: How ss shows sockets that take connections to every address of a family; ``*`` is one for both.
_EVERY = {4: {"0.0.0.0", "*"}, 6: {"[::]", "*"}}


class ListenersError(Exception):
    """It cannot be seen who listens."""


@dataclass(frozen=True)
class Listener:
    """A process that holds a listening socket; ``unit`` is empty for one of no unit, ``address`` as ss(8) shows it."""

    address: str
    process: str
    pid: int
    user: str
    unit: str

    def __str__(self) -> str:
        place = f" of {self.unit}" if self.unit else ""
        return f"{printable(self.process)}{place} (process {self.pid}, user {self.user})"

    def is_at(self, host: str) -> bool:
        """Whether a connection to a host name or address can come to this socket."""
        return any(self._takes(address) for address in addresses(host))

    def _takes(self, address: str) -> bool:
        shown, version = ({f"[{address}]"}, 6) if ":" in address else ({address, f"[::ffff:{address}]"}, 4)
        return self.address in shown | _EVERY[version]


def listeners(port: int) -> tuple[Listener, ...]:
    """Every process that listens on a TCP port of this host. :raises ListenersError: ss(8) does not say."""
    command = ["ss", "--no-header", "--listening", "--tcp", "--numeric", "--processes", f"sport = :{port}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=_PATIENCE, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise ListenersError(f"cannot see who listens on port {port}: {error}") from error
    return tuple(read(done.stdout))


def read(
    printed: str, user: Callable[[int], str] | None = None, unit: Callable[[int], str] = unit_of
) -> Iterator[Listener]:
    """What ss(8) prints; a socket that no process holds is the kernel's."""
    for line in printed.splitlines():
        words = line.split(None, 5)
        if len(words) < 5:
            continue
        address = words[3].rpartition(":")[0].partition("%")[0]
        held = [(one["name"], int(one["pid"])) for one in _HOLDER.finditer(line)] or [("the kernel", 0)]
        for process, pid in held:
            yield Listener(address, process, pid, (user or _user)(pid), unit(pid) if pid else "")


def strangers(service: Service, found: tuple[Listener, ...]) -> tuple[Listener, ...]:
    """Those that are held outside of the service's unit."""
    return tuple(one for one in found if one.unit != service.unit)


def amiss(service: Service, health: Health, found: tuple[Listener, ...]) -> str | None:
    """Why what answers where the service should listen is not the service, in words; ``None``: it is nobody else."""
    taking = tuple(one for one in found if one.is_at(health.address))
    others = strangers(service, taking)
    if others:
        return f"{health.where} is held by {named(others)}, not by {service.unit}"
    return None if taking else f"{service.unit} does not listen on {health.where}"


def named(found: tuple[Listener, ...]) -> str:
    """Who they are, in words, each once."""
    return ", ".join(sorted({str(one) for one in found}))


def addresses(host: str) -> tuple[str, ...]:
    """The addresses of a host name, or the one that it is; none if the name leads nowhere."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return ()
    return tuple(dict.fromkeys(str(where[0]).partition("%")[0] for *_kind, where in found))


def _user(pid: int) -> str:
    try:
        return pwd.getpwuid(os.stat(f"/proc/{pid}").st_uid).pw_name if pid else "root"
    except OSError:
        return "unknown"  # it has ended meanwhile
    except KeyError:
        return str(os.stat(f"/proc/{pid}").st_uid)
