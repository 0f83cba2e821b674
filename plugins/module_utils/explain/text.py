# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Answers for people, as they stand on a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .answer import Answer, Route
from .rows import plain_row

_VERDICTS = {"allow": "ALLOWED", "deny": "DENIED", "mixed": "DIFFERS BY HOST"}
_IMPOSSIBLE = {
    "allow": "not possible: a component may always reach itself on its own host",
    "deny": "not possible: the destination cannot listen there, the port is taken or needs root",
    "mixed": "not possible: the destination cannot listen there, the port is taken or needs root",
}
_PLACES = {
    "egress": "on {} outgoing",
    "forward": "on {}, the gateway, forwarded",
    "ingress": "on {} incoming",
    "local": "on {} loopback, by the sending user",
}
_INDENT = 11
_ROW_KEYS = frozenset({"path", "name", "source", "destination", "ports", "protocols", "action"})


def answer_text(answer: Answer) -> str:
    """The verdict, then why, where, and what would change it."""
    lines = [f"{_VERDICTS[answer.verdict]}: {answer.question}", ""]
    for route in answer.routes:
        if len(answer.routes) > 1:
            verdict = _VERDICTS[route.decision.action]
            lines += _entry("Hosts", [f"{route.sender or 'outside'} → {route.receiver or 'outside'}: {verdict}"])
        lines += _entry("Row", _row_lines(route))
        lines += _entry("Rule" if len(route.rules) == 1 else "Rules", list(_rule_lines(route)))
    opposite = "To deny" if answer.verdict == "allow" else "To allow"
    lines += _entry(opposite, [step.text for step in answer.steps] or [_IMPOSSIBLE[answer.verdict]])
    if answer.notes:
        lines += _entry("Note", list(answer.notes))
    return "\n".join(lines)


def rows_text(found: object) -> str:
    """What a query found: rows as a table, anything else as JSON."""
    items = found if isinstance(found, list) else [found]
    rows = [row for row in items if isinstance(row, Mapping) and row.keys() >= _ROW_KEYS]
    if rows and len(rows) == len(items):
        return f"{len(rows)} row{'' if len(rows) == 1 else 's'}\n\n" + _table(rows)
    if found is None or found == []:
        return "No row matches."
    return json.dumps(found, indent=2, ensure_ascii=False)


def _entry(label: str, texts: Sequence[str]) -> list[str]:
    labels = [label, *[""] * (len(texts) - 1)]
    return [f"{name:<{_INDENT}}{text}".rstrip() for name, text in zip(labels, texts, strict=True)]


def _row_lines(route: Route) -> list[str]:
    flow = route.decision.flow
    if flow is None and route.decision.action == "allow":
        return ["none: a component may always reach itself on its own host"]
    if flow is None:
        return ["none: what no row allows is denied"]
    row = plain_row(flow)
    origin = "documented" if flow.documented else f"not in the document: {flow.reason}"
    return [
        f"{flow.path} {flow.name} ({origin})",
        f"{flow.source} → {flow.destination}  {_ports(row)}  {flow.action}",
    ]


def _rule_lines(route: Route) -> Iterator[str]:
    place = ""
    for rule in route.rules:
        here = _PLACES[rule.kind].format(rule.host)
        if here != place:
            yield here
            place = here
        yield f"  {rule.line}"


def _ports(row: Mapping[str, Any]) -> str:
    return f"{', '.join(map(str, row['ports']))}/{'+'.join(row['protocols'])}"


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    cells = [("ROW", "NAME", "SOURCE", "DESTINATION", "PORTS", "ACTION")]
    cells += [(row["path"], row["name"], row["source"], row["destination"], _ports(row), row["action"]) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells
    )
