# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The host's time, and whether anything keeps it right."""

from __future__ import annotations

import time
from typing import TypedDict

from .run import ObservationError, Run, output


class Clock(TypedDict):
    """``now`` (seconds since the epoch), whether the clock is ``synchronised`` (nothing where that cannot be told), and
    the ``container`` in which this host runs, if it does: its clock is that of the machine around it.
    """

    now: float
    synchronised: bool | None
    container: str


def observe(run: Run) -> Clock:
    """What the host's clock says."""
    container = run(["systemd-detect-virt", "--container"]).out.strip()
    try:
        synchronised = read_synchronised(output(run, "timedatectl", "show"))
    except ObservationError:
        synchronised = None
    return {"now": time.time(), "synchronised": synchronised, "container": "" if container == "none" else container}


def read_synchronised(shown: str) -> bool | None:
    """What ``timedatectl show`` says of it."""
    values = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
    return {"yes": True, "no": False}.get(values.get("NTPSynchronized", ""))
