# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The processes of the user that builds: outside of a running build there must be none."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PATIENCE = 10.0
_PAUSE = 0.05


def end_all(user: int, spare: str, proc: Path = Path("/proc")) -> bool:
    """End all processes of a user, but those of units whose name begins with ``spare``; whether none is left."""
    deadline = time.monotonic() + _PATIENCE
    while left := list(_of(user, spare, proc)):
        if time.monotonic() > deadline:
            return False
        for number in left:
            _end(number, user, proc)
        time.sleep(_PAUSE)
    return True


def _of(user: int, spare: str, proc: Path) -> Iterator[int]:
    for entry in proc.iterdir():
        if entry.name.isdigit() and _is_of(entry, user) and f"/{spare}" not in _text(entry / "cgroup"):
            yield int(entry.name)


def _is_of(entry: Path, user: int) -> bool:
    """Whether any of its uids is the user's, and it is no zombie."""
    fields = dict(line.partition(":")[::2] for line in _text(entry / "status").splitlines())
    return str(user) in fields.get("Uid", "").split() and not fields.get("State", "").strip().startswith("Z")


def _end(number: int, user: int, proc: Path) -> None:
    with suppress(ProcessLookupError):
        process = os.pidfd_open(number)
        try:
            if _is_of(proc / str(number), user):  # still, for numbers are given anew
                signal.pidfd_send_signal(process, signal.SIGKILL)
        finally:
            os.close(process)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
