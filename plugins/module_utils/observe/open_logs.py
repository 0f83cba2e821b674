# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a program reads the log that it was told to: the kernel knows which files it has open."""

from __future__ import annotations

import os
import pwd
from pathlib import Path
from typing import TypedDict

_READS = b"--logs="
#: The directory beside a log where mtail's two names for it are, of which one may lead to the log from before.
_NAMES = "mtail"


class Log(TypedDict):
    """The log that mtail has to read: whether it ``is_read``, who may (``mode``), and when not, as of now."""

    path: str
    is_read: bool
    mode: str


def logs_of(pid: int) -> list[Log]:
    """The log that a program was told to read, if it was. The kernel knows which files it has open."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        paths = {_log(os.fsdecode(word.removeprefix(_READS))): None for word in words if word.startswith(_READS)}
        opened = {_identity(f"/proc/{pid}/fd/{name}") for name in os.listdir(f"/proc/{pid}/fd")}
    except OSError:
        return []  # it has ended meanwhile
    return [
        {"path": path, "is_read": identity in opened, "mode": _mode(path)}
        for path in paths
        if (identity := _identity(path)) is not None
    ]


def _log(name: str) -> str:
    """The log of a name: ``/x/access.log`` of ``/x/mtail/access.log.0``."""
    place = Path(name)
    return str(place.parent.parent / place.stem) if place.parent.name == _NAMES else name


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _mode(path: str) -> str:
    found = os.stat(path)
    try:
        owner = pwd.getpwuid(found.st_uid).pw_name
    except KeyError:
        owner = str(found.st_uid)
    return f"{found.st_mode & 0o7777:04o}, of {owner}"
