# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who is at the other end of a Unix socket (unix(7), SO_PEERCRED); whose a process is, and of which unit (cgroups(7))."""

from __future__ import annotations

import os
import pwd
import re
import socket
import struct
from pathlib import Path

_UNIT = re.compile(r"/([^/]+\.(?:service|scope))(?:/|$)", re.MULTILINE)
_CREDENTIALS = struct.Struct("3i")  # struct ucred: pid, uid, gid


def peer(connection: socket.socket) -> tuple[int, int]:
    """Process and user that listened, or connected."""
    pid, uid, _gid = _CREDENTIALS.unpack(
        connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    )
    return pid, uid


def user_of(pid: int) -> str:
    """The user that a process runs as, by its number if it has no name; empty if the process has ended."""
    try:
        uid = os.stat(f"/proc/{pid}").st_uid
    except OSError:
        return ""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def unit_of(pid: int, proc: Path = Path("/proc")) -> str:
    """The system's unit, a service or scope, that a process is of; empty if it is of none, or has ended.

    The first on the way from the root of the groups: what a user's own manager calls its units counts for nothing.
    """
    try:
        groups = (proc / str(pid) / "cgroup").read_text(encoding="utf-8", errors="replace")
        root = (proc / "1" / "cgroup").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # In a container the groups may be seen from outside, below the one that holds its init.
    above = root.splitlines()[-1].rpartition(":")[2].removesuffix("/init.scope") if root else ""
    path = groups.splitlines()[-1].rpartition(":")[2] if groups else ""
    found = _UNIT.search(path.removeprefix(above))
    return found[1] if found else ""
