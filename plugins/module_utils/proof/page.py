# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the template of the proof's page names, prepared from the report as plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from ..checks.model import VERDICTS
from .diagram import diagram
from .ends import Ends, PlainCheck, ports_text
from .grid import grid
from .layout import drawing

# More of the same kind tells people nothing; the report for programs has all.
_EVIDENCE_SHOWN = 20
_BY_DEFAULT = {
    "allow": "No row: a component may reach itself on its own host.",
    "deny": "No row allows it, and what no row allows is denied.",
}


def page_content(report: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that the template names, from a report as :func:`.report.plain_report` makes it."""
    return _Page(report).content()


class _Page:
    """The page of one report."""

    def __init__(self, report: Mapping[str, Any]) -> None:
        number = count(1)
        self._report = report
        self._checks: Sequence[PlainCheck] = [
            {**check, "number": next(number) if check["verdict"] == "failed" else 0} for check in report["checks"]
        ]
        self._ends = Ends(report, self._checks)
        self._rows = {row["path"]: {**row, "id": f"row-{index}"} for index, row in enumerate(report["rows"])}
        self._grid = grid(self._ends)
        self._cells = [cell for row in self._grid["rows"] for cell in row["cells"] if not cell["outside"]]
        self._cell_of = {
            (one["source"], one["destination"]): cell["id"] for cell in self._cells for one in cell["checks"]
        }

    def content(self) -> dict[str, Any]:
        """Everything that the template names."""
        report = self._report
        return {
            "verdict": report["verdict"],
            "summary": report["summary"],
            "total": len(self._checks),
            "time": report["time"],
            "date": _date(report["time"]),
            "vantage_points": report["vantage_points"],
            "faults": [self._shown(check) for check in self._checks if check["number"]],
            "grid": self._grid,
            "evidence": [{**cell, "checks": list(map(self._shown, cell["checks"]))} for cell in self._cells],
            "diagram": drawing(diagram(self._ends, self._checks)),
            "rows": [self._row(row) for row in self._rows.values()],
            "groups": list(self._groups()),
            "skipped": list(self._skipped()),
        }

    def _shown(self, check: PlainCheck) -> dict[str, Any]:
        """A check with its ``row``, or what holds without one, and where else it stands on the page."""
        row = self._rows.get(check["row"])
        return {
            **check,
            "evidence": check["evidence"][:_EVIDENCE_SHOWN],
            "more": max(0, len(check["evidence"]) - _EVIDENCE_SHOWN),
            "row": row,
            "by_default": "" if row else _BY_DEFAULT.get(check["action"], ""),
            "place": self._cell_of.get((check["source"], check["destination"]), f"checks-{check['subject']}"),
        }

    def _row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        ports = [f"{port}/{protocol}" for port in row["ports"] for protocol in row["protocols"]]
        return {
            **row,
            "source": self._ends.title(row["source"]),
            "destination": self._ends.title(row["destination"]),
            "ports": ports_text(ports),
            "faults": [check["number"] for check in self._checks if check["number"] and check["row"] == row["path"]],
        }

    def _groups(self) -> Iterator[dict[str, Any]]:
        """The checks that are no flows, by what they speak of; the worst first."""
        for subject, title in self._report["subjects"].items():
            checks = [self._shown(check) for check in self._checks if check["subject"] == subject]
            if checks and subject != "flow":
                checks.sort(key=lambda check: VERDICTS.index(check["verdict"]), reverse=True)
                counts = Counter(check["verdict"] for check in checks)
                summary = {verdict: counts[verdict] for verdict in VERDICTS}
                yield {"id": f"checks-{subject}", "title": title, "checks": checks, "summary": summary}

    def _skipped(self) -> Iterator[dict[str, Any]]:
        """What has the same reason is told together."""
        reasons: dict[str, list[dict[str, Any]]] = {}
        for check in self._checks:
            if check["verdict"] == "skipped":
                reasons.setdefault(check["reason"], []).append(self._shown(check))
        for reason, checks in reasons.items():
            yield {"reason": reason, "checks": checks}


def _date(time: str) -> str:
    """``25 November 2026, 03:46 UTC``."""
    when = datetime.fromisoformat(time)
    return f"{when.day} {when:%B %Y, %H:%M} UTC"
