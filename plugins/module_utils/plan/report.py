# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A plan for programs: the shape that its texts are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    parts = [_part(part) for part in plan.hosts]
    summary = [_ends(found), *_on_hosts(parts)]
    return {
        "against": compared.against,
        "commit": compared.commit,
        "changes": not plan.is_empty,
        "summary": ["Nothing changes: no decision and no file is another."] if plan.is_empty else summary,
        "connections": found,
        "hosts": parts,
        "data": [_line(line) for line in plan.data],
    }


def held_plan(told: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """The same shape for what a run would change on hosts as they are.

    :param told: for each host its parts, with ``subject``, ``changes`` and ``effects``.
    """
    parts: list[dict[str, Any]] = []
    for host, own in told.items():
        for part in own:
            alike = next((one for one in parts if part.items() <= one.items()), None)
            if alike:
                alike["hosts"].append(host)
            else:
                parts.append({"hosts": [host], **part})
    nothing = ["Nothing changes: a run would find all hosts as they should be."]
    return {
        "against": "what the hosts have in force",
        "commit": "",
        "changes": bool(parts),
        "summary": _on_hosts(parts) if parts else nothing,
        "connections": [],
        "hosts": parts,
        "data": [],
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


def _on_hosts(parts: Sequence[Mapping[str, Any]]) -> list[str]:
    """What follows on which hosts, in a sentence for all for which the same does."""
    if not parts:
        return ["no host is touched"]
    by_host: dict[str, dict[str, None]] = {}
    for part in parts:
        for host in part["hosts"]:
            by_host.setdefault(host, {}).update(dict.fromkeys(part["effects"]))
    alike: dict[tuple[str, ...], list[str]] = {}
    for host, effects in by_host.items():
        alike.setdefault(tuple(effects), []).append(host)
    return [f"on {_list(hosts)}: {'; '.join(effects) or 'nothing reloads'}" for effects, hosts in alike.items()]


def _ends(found: Sequence[Mapping[str, Any]]) -> str:
    """What is opened and closed, in a sentence."""
    said = []
    for verb in ("opens", "closes"):
        shown = [in_short(one) for one in found if one["verb"] == verb]
        said.append(f"{verb} {len(shown)} connections" if len(shown) > 3 else f"{verb} {', '.join(shown) or 'nothing'}")
    is_silent = all(one["verb"] not in ("opens", "closes") for one in found)
    return "no connection is opened or closed" if is_silent else "; ".join(said)


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
