# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When timers have written their figures for the last time."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TypedDict

from .logs import journal
from .run import Run, output


class Figure(TypedDict):
    """Figures that a timer has written: whether it is ``timed``, how its last run ended (``success``) and how many ``seconds``
    ago, or for how long it was waited for.
    """

    timed: bool
    result: str
    seconds: float
    log: list[str]


def figures_of(run: Run, services: Sequence[str]) -> dict[str, Figure]:
    if not services:
        return {}
    shown = (
        "--property=Id,LoadState,ActiveState,ActiveEnterTimestamp,ExecMainStartTimestamp,ExecMainExitTimestamp,Result"
    )
    names = [f"{service}.{kind}" for service in services for kind in ("timer", "service")]
    printed = output(run, "systemctl", "show", "--timestamp=unix", shown, "--", *names)
    blocks = [dict(line.split("=", 1) for line in block.splitlines()) for block in printed.strip().split("\n\n")]
    units = dict(zip(names, blocks, strict=True))
    return {
        service: read_figure(units[f"{service}.timer"], units[f"{service}.service"], time.time())
        | {"log": journal(run, f"{service}.service") if units[f"{service}.service"].get("Result") != "success" else []}
        for service in services
        if units[f"{service}.timer"].get("LoadState") != "not-found"
    }


def read_figure(timer: Mapping[str, str], service: Mapping[str, str], now: float) -> Figure:
    """What systemd shows of a timer and its service."""
    ran = (
        _time(service, f"ExecMain{moment}Timestamp") for moment in ("Start", "Exit")
    )  # of one that runs there is no end
    since = max(_time(timer, "ActiveEnterTimestamp"), *ran)
    return {
        "timed": timer.get("ActiveState") == "active",
        "result": service.get("Result", ""),
        "seconds": now - since,
        "log": [],
    }


def _time(shown: Mapping[str, str], name: str) -> float:
    return float(shown.get(name, "").removeprefix("@") or 0)
