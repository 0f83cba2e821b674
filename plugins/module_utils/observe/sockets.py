# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which sockets listen, and whose they are."""

from __future__ import annotations

import os
import pwd
import re
import time
from collections.abc import Mapping
from typing import Any

from .run import ObservationError, Run, output

_FIRST_EPHEMERAL = 32768
#: How long an answer is waited for at most that is still worth having.
_REPLY_SECONDS = 1.0
_HOLDER = re.compile(r'\("(?P<process>[^"]*)",pid=(?P<pid>\d+)')


def observe(run: Run) -> list[dict[str, Any]]:
    """Every listening TCP and unconnected UDP socket: ``protocol``, ``address`` (``0.0.0.0``, ``::`` or one), ``port``,
    ``process``, ``pid`` and ``user``, sorted; the last three are empty for a socket of the kernel. One that only
    waits for an answer to a question of its own is left out.
    """
    found = _listening(run)
    if any(map(_may_be_a_reply, found)):
        time.sleep(_REPLY_SECONDS)
        kept = {_key(one) for one in _listening(run)}
        found = [one for one in found if not _may_be_a_reply(one) or _key(one) in kept]
    for one in found:
        one["user"] = _user_of(one["pid"]) if one["pid"] else ""
    return found


def _listening(run: Run) -> list[dict[str, Any]]:
    return read_sockets(output(run, "ss", "--no-header", "--listening", "--tcp", "--udp", "--numeric", "--processes"))


def _may_be_a_reply(socket: Mapping[str, Any]) -> bool:
    """Whether a socket may only wait for the answer to a question, on a port of the kernel's choice (ip(7))."""
    return bool(socket["protocol"] == "udp" and socket["port"] >= _FIRST_EPHEMERAL)


def _key(socket: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(socket[key] for key in ("protocol", "address", "port", "pid"))


def read_sockets(printed: str) -> list[dict[str, Any]]:
    """The sockets that ss(8) prints, one for each address and port however many processes share it."""
    sockets: dict[tuple[str, str, int], dict[str, Any]] = {}
    for line in printed.splitlines():
        words = line.split(None, 6)
        if len(words) < 6:
            continue
        protocol, local = words[0], words[4]
        host, _colon, port = local.rpartition(":")
        address = host.partition("%")[0].strip("[]").partition("%")[0]
        address = {"*": "::"}.get(address, address)
        if not port.isdigit():
            raise ObservationError(f"ss printed an address that cannot be read: {local}")
        holder = (
            min(_HOLDER.finditer(words[6]), key=lambda found: int(found["pid"]), default=None)
            if len(words) > 6
            else None
        )
        sockets.setdefault(
            (protocol, address, int(port)),
            {
                "protocol": protocol,
                "address": address,
                "port": int(port),
                "process": holder["process"] if holder else "",
                "pid": int(holder["pid"]) if holder else 0,
                "user": "",
            },
        )
    return [sockets[key] for key in sorted(sockets)]


def _user_of(pid: int) -> str:
    try:
        uid = os.stat(f"/proc/{pid}").st_uid
    except OSError:
        return ""  # it has ended meanwhile
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
