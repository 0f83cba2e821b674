# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The matrix of a report as a grid: a row for each source, a column for each destination."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..matrix.model import SERVER
from .ends import Ends, PlainCheck, ports_text

_FAULT = {"allow": "allowed, but not open", "deny": "denied, but not blocked"}
_SOUND = {"allow": "allowed", "deny": "denied"}
_UNTRIED = {"allow": "allowed, not tried", "deny": "denied, not tried"}


def grid(ends: Ends) -> dict[str, Any]:
    """``columns`` and ``rows``, each of these with ``cells``.

    A cell has ``checks`` and, in short, ``lines``; without any it has a ``reason`` why nothing was tried, or is
    ``outside``: neither of its ends is part of the system. A line of a fault has its ``number``, all others 0.
    """
    columns = ends.destinations()
    return {
        "columns": [_heading(ends, name) for name in columns],
        "rows": [
            {
                **_heading(ends, source),
                "cells": [
                    {"id": f"cell-{row}-{column}", **_cell(ends, source, destination)}
                    for column, destination in enumerate(columns)
                ],
            }
            for row, source in enumerate(ends.sources())
        ],
    }


def _heading(ends: Ends, name: str) -> dict[str, str]:
    return {"name": name, "title": ends.title(name), "detail": ends.detail(name)}


def _cell(ends: Ends, source: str, destination: str) -> dict[str, Any]:
    checks = [one for one in ends.flows if (one["source"], one["destination"]) == (source, destination)]
    outside = not checks and source not in ends.components and destination not in ends.components
    return {
        "title": f"{ends.title(source)} → {ends.title(destination)}",
        "outside": outside,
        "reason": "" if checks or outside else _why_untried(ends, source, destination),
        "checks": checks,
        "lines": list(_lines(checks)),
    }


def _lines(checks: Sequence[PlainCheck]) -> Iterator[dict[str, Any]]:
    """Faults one by one, the rest together."""
    for check in checks:
        if check["verdict"] == "failed":
            yield _line("failed", _FAULT[check["action"]], check["ports"], check["number"])
    for verdict, texts in (("passed", _SOUND), ("skipped", _UNTRIED)):
        for action, words in texts.items():
            mine = [check for check in checks if (check["verdict"], check["action"]) == (verdict, action)]
            if mine:
                yield _line(verdict, words, [port for check in mine for port in check["ports"]])


def _line(verdict: str, words: str, ports: Sequence[str], number: int = 0) -> dict[str, Any]:
    return {"verdict": verdict, "words": words, "ports": ports_text(ports), "number": number}


def _why_untried(ends: Ends, source: str, destination: str) -> str:
    for end in (source, destination):
        if end in ends.components and not ends.components[end]["hosts"]:
            return f"{end} runs on no host of the inventory"
    if source not in ends.components:
        return f"nothing was tried from {source}: no vantage point there could be used"
    if ends.components[source]["user"] is None and source != SERVER:
        return f"{source} has no user of its own to try it as"
    if destination in ends.components:
        return f"nothing was tried from {source}: its host could not be used as a vantage point"
    return f"no row lets {source} go to {destination}, and no address was tried that stands for that zone alone"
