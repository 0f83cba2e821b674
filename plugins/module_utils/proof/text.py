# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The proof for people, as it stands on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..checks.model import overall

#: For people.
_WORDS = {"passed": "proven", "skipped": "not tried", "failed": "FAULT"}
_EVIDENCE_SHOWN = 6


def report_text(report: Mapping[str, Any]) -> str:
    """A line for each row and each kind of check, then what is wrong, what was not tried, and the sum."""
    checks: Sequence[Mapping[str, Any]] = report["checks"]
    lines = ["Rows of the matrix", *_rows(report["rows"])]
    lines.append(_sum("what no row allows", [one for one in checks if one["subject"] == "flow" and not one["row"]]))
    lines += ["", "Besides"]
    for subject, title in report["subjects"].items():
        mine = [check for check in checks if check["subject"] == subject]
        if mine and subject != "flow":
            lines.append(_sum(title, mine))
    faults = [check for check in checks if check["verdict"] == "failed"]
    if faults:
        lines += ["", "Faults", *_faults(faults)]
    skipped = [check for check in checks if check["verdict"] == "skipped"]
    if skipped:
        lines += ["", "Not tried", *_skipped(skipped, {row["path"]: row["name"] for row in report["rows"]})]
    summary = report["summary"]
    plural = "" if summary["failed"] == 1 else "s"
    return "\n".join(
        [*lines, "", f"{summary['passed']} proven, {summary['skipped']} not tried, {summary['failed']} fault{plural}"]
    )


def _rows(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        ports = f"{', '.join(map(str, row['ports']))}/{'+'.join(row['protocols'])}"
        what = f"{row['path']}  {row['name']}: {row['source']} → {row['destination']} {ports} {row['action']}"
        yield _line(what, row["verdict"], row["tries"], row["skipped"])


def _sum(what: str, checks: Sequence[Mapping[str, Any]]) -> str:
    verdict = overall({check["verdict"] for check in checks})
    tries = sum(check["tries"] for check in checks if check["verdict"] != "skipped")
    return _line(what, verdict, tries, sum(check["verdict"] == "skipped" for check in checks))


def _line(what: str, verdict: str, tries: int, skipped: int) -> str:
    counts = [f"{tries} tried"] if tries else []
    counts += [f"{skipped} not tried"] if skipped and tries else []
    return f"  {_WORDS[verdict]:<9}  {what}" + (f"  ({', '.join(counts)})" if counts else "")


def _faults(checks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for check in checks:
        row = f" ({check['row']})" if check["row"] else ""
        yield f"  - {_where(check)}{check['title']}{row}"
        yield f"      {check['reason']}"
        shown = check["evidence"][:_EVIDENCE_SHOWN]
        yield from (f"      seen: {line}" for line in shown)
        if len(check["evidence"]) > len(shown):
            yield f"      and {len(check['evidence']) - len(shown)} more"
        yield from (f"      mend: {command}" for command in check["remedy"])


def _skipped(checks: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Iterator[str]:
    """What has the same row and the same reason is told together."""
    groups: dict[tuple[str, str], list[str]] = {}
    for check in checks:
        groups.setdefault((check["row"], check["reason"]), []).append(f"{_where(check)}{check['title']}")
    for (row, reason), titles in groups.items():
        yield f"  - {row} {names[row]}: {'; '.join(titles)}" if row else f"  - {'; '.join(titles)}"
        yield f"      {reason}"


def _where(check: Mapping[str, Any]) -> str:
    return f"{check['host']}: " if check["host"] else ""
