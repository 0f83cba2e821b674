# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The systemd unit that holds a user's PM2: look and act."""

from __future__ import annotations

import os
import subprocess
import time

from .compare import Unit

_PROPERTIES = ("ActiveState", "UnitFileState", "MainPID", "FragmentPath", "ActiveEnterTimestampMonotonic")
_MICROSECONDS = 1_000_000


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
    )


def control(verb: str, name: str) -> None:
    """Start, restart, stop, enable or disable the unit. Raises :class:`UnitError` with what the unit last said."""
    done = subprocess.run(["systemctl", "--quiet", verb, "--", name], capture_output=True, text=True, check=False)
    if done.returncode:
        journal = subprocess.run(
            ["journalctl", "--quiet", "--no-pager", "--output=cat", "--lines=20", f"--unit={name}"],
            capture_output=True,
            text=True,
            check=False,
        )
        raise UnitError(f"systemctl {verb} {name}: {done.stderr.strip()}\n{journal.stdout.rstrip()}")
