# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which sockets listen, and whose they are."""

from __future__ import annotations

import os
import pwd
import re
from typing import Any

from .run import ObservationError, Run, output

_HOLDER = re.compile(r'\("(?P<process>[^"]*)",pid=(?P<pid>\d+)')


def observe(run: Run) -> list[dict[str, Any]]:
    """Every listening TCP and unconnected UDP socket: ``protocol``, ``address`` (``0.0.0.0``, ``::`` or one), ``port``,
    ``process``, ``pid`` and ``user``, sorted; the last three are empty for a socket of the kernel.
    """
    found = read_sockets(output(run, "ss", "--no-header", "--listening", "--tcp", "--udp", "--numeric", "--processes"))
    for one in found:
        one["user"] = _user_of(one["pid"]) if one["pid"] else ""
    return found


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
