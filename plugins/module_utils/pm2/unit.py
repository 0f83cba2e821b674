# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The systemd unit that holds a user's PM2: look and act."""

from __future__ import annotations

import os
import subprocess
import time

from ..printable import printable
from .compare import Unit

_PROPERTIES = ("ActiveState", "UnitFileState", "MainPID", "FragmentPath", "ActiveEnterTimestampMonotonic")
_MICROSECONDS = 1_000_000
_SHOWN_LINES = 40
_SHOWN_BYTES = 64 * 1024
_LINE_LENGTH = 500
#: How long the journal may take to answer, in seconds.
_PATIENCE = 10


class UnitError(Exception):
    """systemd could not do what was asked for."""


def show(name: str) -> Unit:
    """The unit's state; all zero when there is none."""
    done = subprocess.run(
        ["systemctl", "show", f"--property={','.join(_PROPERTIES)}", "--", name],
        capture_output=True,
        text=True,
        check=False,
    )
    values = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    path = values.get("FragmentPath", "")
    since_boot = int(values.get("ActiveEnterTimestampMonotonic") or 0) / _MICROSECONDS
    return Unit(
        active=values.get("ActiveState") == "active",
        enabled=values.get("UnitFileState") == "enabled",
        pid=int(values.get("MainPID") or 0),
        started=time.time() - time.clock_gettime(time.CLOCK_MONOTONIC) + since_boot,
        changed=os.stat(path).st_mtime if path and os.path.exists(path) else 0.0,
        at_rest=values.get("ActiveState", "") in {"", "inactive", "failed"},
    )


def control(verb: str, name: str, seconds: float | None = None) -> None:
    """Have systemd do something with the unit, such as ``start`` or ``reset-failed``, and wait for it at most so long.

    :raises UnitError: it could not, or is not done yet.
    """
    command = ["systemctl", "--quiet", verb, "--", name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise UnitError(f"systemctl {verb} {name}: not done within {seconds:.0f} s") from None
    if done.returncode:
        raise UnitError(f"systemctl {verb} {name}: {done.stderr.strip()}")


def said(name: str, since: float) -> list[str]:
    """The last lines of the unit in the journal since a time (seconds since the epoch), as they may be shown.

    They say why something failed; that they cannot be read must not be one more failure.
    """
    command = ["journalctl", "--quiet", "--no-pager", "--output=cat", f"--lines={_SHOWN_LINES}"]
    command += [f"--since=@{since:.6f}", f"--unit={name}"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return [f"Its journal cannot be read: {error}"]
    lines = printable(done.stdout[-_SHOWN_BYTES:].decode(errors="replace")).splitlines()
    if not lines:
        return ["It logged nothing."]
    return [f"The last lines of {name}:", *(f"  | {line[:_LINE_LENGTH]}" for line in lines)]
