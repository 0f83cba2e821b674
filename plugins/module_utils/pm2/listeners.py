# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whose the sockets are that take a service's connections: an answer proves nothing when somebody else gives it."""

from __future__ import annotations

import socket
import subprocess

from ..endpoint import serves
from ..listening import COMMAND, Listener, read_listeners
from ..printable import printable
from .model import Health, Service

#: How long ss(8) may take, in seconds.
_PATIENCE = 10


class ListenersError(Exception):
    """It cannot be seen who listens."""


def listeners(port: int) -> tuple[Listener, ...]:
    """Every process that listens on a TCP port of this host. :raises ListenersError: ss(8) does not say."""
    command = [*COMMAND, f"sport = :{port}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=_PATIENCE, check=True)
        return tuple(one for one in read_listeners(done.stdout) if one.protocol == "tcp")
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise ListenersError(f"cannot see who listens on port {port}: {error}") from error


def strangers(service: Service, found: tuple[Listener, ...]) -> tuple[Listener, ...]:
    """Those that are held outside of the service's unit."""
    return tuple(one for one in found if one.unit != service.unit)


def amiss(service: Service, health: Health, found: tuple[Listener, ...]) -> str | None:
    """Why what answers where the service should listen is not the service, in words; ``None``: it is nobody else."""
    taking = tuple(one for one in found if takes(one, health.address))
    others = strangers(service, taking)
    if others:
        return f"{health.where} is held by {named(others)}, not by {service.unit}"
    return None if taking else f"{service.unit} does not listen on {health.where}"


def takes(one: Listener, host: str) -> bool:
    """Whether a connection to a host name or address can come to a socket."""
    return any(serves(one.address, address) for address in addresses(host))


def named(found: tuple[Listener, ...]) -> str:
    """Who they are, in words, each once."""
    return ", ".join(sorted({_told(one) for one in found}))


def _told(one: Listener) -> str:
    place = f" of {one.unit}" if one.unit else ""
    return f"{printable(one.process) or 'the kernel'}{place} (process {one.pid}, user {one.user or 'unknown'})"


def addresses(host: str) -> tuple[str, ...]:
    """The addresses of a host name, or the one that it is; none if the name leads nowhere."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return ()
    return tuple(dict.fromkeys(str(where[0]).partition("%")[0] for *_kind, where in found))
