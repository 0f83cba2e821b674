# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""In which of PM2's modes a service runs, and what does not go together with it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ..faults import Faults, show
from .model import Mode

_NODE = (None, "node")


def default_mode(interpreter: object, schedule: object) -> Mode:
    """The mode of a service that says none: ``cluster`` is for what Node.js runs and does not end."""
    return "cluster" if interpreter in _NODE and not schedule else "fork"


def check_together(given: Mapping[str, object], several: bool, prefix: str, faults: Faults) -> None:
    """Note what of ``mode``, ``interpreter``, ``instances``, ``schedule`` and ``health`` does not fit the others.

    ``several`` says whether there is more than one instance. ``prefix`` leads to the options, and ends with a dot if it is
    anything. What is missing has its default.
    """
    interpreter, schedule = given.get("interpreter"), given.get("schedule")
    mode = given.get("mode") or default_mode(interpreter, schedule)
    if mode == "cluster" and interpreter not in _NODE:
        reason = f"cluster is for Node.js; {show(interpreter)} runs in fork mode"
        faults.error(f"{prefix}mode", mode, reason, "remove it")
    elif schedule and (mode == "cluster" or several):
        reason = "runs in fork mode with one instance"
        faults.error(f"{prefix}schedule", schedule, reason, "remove mode and instances")
    elif mode == "fork" and several:
        reason = f"{given['instances']} in fork mode would fight over one port"
        faults.error(f"{prefix}instances", given["instances"], reason, "set mode: cluster, or 1 instance")
    if schedule and given.get("health") is not None:
        faults.error(f"{prefix}health", None, "a scheduled service ends; its exit status is its health", "remove it")
