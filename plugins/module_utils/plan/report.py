# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A plan for programs: the shape that its texts are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..explain.rows import plain_row
from .connections import Connection
from .plan import Part, Plan
from .secrets import without_marks
from .sentences import Line

#: How the hosts of a way are called that has none: the internet, a zone.
OUTSIDE = "outside"


@dataclass(frozen=True)
class Compared:
    """What is compared: the data now with those of ``against``, a ``commit`` if it is a revision."""

    against: str
    commit: str = ""


def plain_plan(plan: Plan, compared: Compared) -> dict[str, Any]:
    """The plan as plain data."""
    found = [
        _connection(one, environment if len(plan.connections) > 1 else "")
        for environment, several in plan.connections.items()
        for one in several
    ]
    return {
        "against": compared.against,
        "commit": compared.commit,
        "changes": not plan.is_empty,
        "summary": _summary(plan, found),
        "connections": found,
        "hosts": [_part(part) for part in plan.hosts],
        "data": [_line(line) for line in plan.data],
    }


def _connection(one: Connection, environment: str) -> dict[str, Any]:
    return {
        "verb": one.verb,
        "environment": environment,
        "source": str(one.source),
        "destination": str(one.destination),
        "ports": list(one.ports),
        "protocol": one.protocol,
        "row": None if one.row is None else plain_row(one.row),
        "before": None if one.before is None else plain_row(one.before),
        "ways": [{"from_host": sender, "to_host": receiver} for sender, receiver in one.ways],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "hosts": list(part.hosts),
        "subject": part.subject,
        "changes": [_line(line) for line in part.lines],
        "effects": list(map(without_marks, part.effects)),
    }


def _line(line: Line) -> dict[str, Any]:
    return {"text": line.text, "difference": list(line.difference)}


def _summary(plan: Plan, found: list[dict[str, Any]]) -> list[str]:
    """The whole in a few sentences."""
    if plan.is_empty:
        return ["Nothing changes: no decision and no file is another."]
    verbs = {one["verb"] for one in found}
    ends = "; ".join((_ends(found, "opens"), _ends(found, "closes")))
    if not verbs & {"opens", "closes"}:
        ends = "no connection is opened or closed"
    if not plan.hosts:
        return [ends, "no host is touched"]
    by_host: dict[str, dict[str, None]] = {}
    for part in plan.hosts:
        for host in part.hosts:
            by_host.setdefault(host, {}).update(dict.fromkeys(map(without_marks, part.effects)))
    alike: dict[tuple[str, ...], list[str]] = {}
    for host, effects in by_host.items():
        alike.setdefault(tuple(effects), []).append(host)
    return [ends, *(f"on {_list(hosts)}: {'; '.join(effects) or 'nothing reloads'}" for effects, hosts in alike.items())]


def _ends(found: list[dict[str, Any]], verb: str) -> str:
    shown = [in_short(one) for one in found if one["verb"] == verb]
    if len(shown) > 3:
        return f"{verb} {len(shown)} connections"
    return f"{verb} {', '.join(shown) or 'nothing'}"


def in_short(one: Mapping[str, Any]) -> str:
    """A connection: who to whom, where."""
    protocol = "" if one["protocol"] == "tcp" else f"/{one['protocol']}"
    return f"{one['source']} → {one['destination']} {', '.join(one['ports'])}{protocol}"


def row_of(one: Mapping[str, Any]) -> str:
    """Which row decides a connection, and which did before, if another."""
    row, before = one["row"], one["before"]
    if row is None and before is None:
        return "its own port"
    now = f"{row['path']} {row['name']}" if row else "no row allows it"
    return f"{now}; before: {before['path']} {before['name']}" if before else now


def ways_of(one: Mapping[str, Any]) -> str:
    """Between which hosts, such as ``app1, app2 → db``."""
    receivers: dict[str, list[str]] = {}
    for way in one["ways"]:
        receivers.setdefault(way["from_host"] or OUTSIDE, []).append(way["to_host"] or OUTSIDE)
    senders: dict[tuple[str, ...], list[str]] = {}
    for sender, ends in receivers.items():
        senders.setdefault(tuple(ends), []).append(sender)
    return "; ".join(f"{_list(own)} → {_list(ends)}" for ends, own in senders.items())


def _list(names: Any) -> str:
    return ", ".join(names)
