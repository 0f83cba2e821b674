# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A plan as people read it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from .model import Held, Record
from .plan import Change, Plan, Step

_HEADINGS = ("name", "type", "now", "wanted", "why", "made")
_WIDEST = 48


def plan_text(plan: Plan, mark: str) -> str:
    """One table of all that changes, and the records that are left alone."""
    lines: list[str] = []
    if not plan.is_empty:
        rows = [*map(row_of_change, plan.settings), *(row_of_step(step, mark) for step in plan.steps)]
        lines += _table([_HEADINGS, *rows])
    if plan.foreign:
        lines += ["Left alone:", *(f"  {line}" for line in _table([_alone(one) for one in plan.foreign]))]
    return "\n".join(lines)


def row_of_step(step: Step, mark: str) -> tuple[str, ...]:
    """A record's row of the table: name, type, now, wanted, why, made."""
    made = "" if not step.old else "by hand" if step.by_hand or not step.old.is_of(mark) else "by us"
    now = _record(step.old.record, step.new) if step.old else "–"
    wanted = _record(step.new, step.old.record if step.old else None) if step.new else "–"
    if step.kind == "adopt":
        wanted = "marked as ours"
    return step.name, step.type, now, wanted, step.why, made


def _record(record: Record, other: Record | None) -> str:
    """A record; what goes without saying is told only where the other one differs in it."""
    told = [f"{record.priority} {record.content}" if record.priority is not None else record.content]
    if record.proxied or (other and other.proxied):
        told.append("proxied" if record.proxied else "not proxied")
    if other and other.ttl != record.ttl:
        told.append("TTL automatic" if record.ttl == 1 else f"TTL {record.ttl}")
    if other and other.same_but_comment(record) and other.comment != record.comment:
        told.append(json.dumps(record.comment, ensure_ascii=False))
    return ", ".join(told)


def row_of_change(change: Change) -> tuple[str, ...]:
    """A setting's row of the table."""
    return change.name, "setting", value_text(change.now), value_text(change.wanted), "differs from the data", ""


def value_text(value: Any) -> str:
    """The value of a setting."""
    return value if isinstance(value, str) else json.dumps(value)


def _alone(one: Held) -> tuple[str, ...]:
    return one.record.name, one.record.type, _record(one.record, None), "Cloudflare's own" if one.read_only else ""


def alone_text(one: Held) -> str:
    """A record that is left alone, in one line."""
    return "  ".join(filter(None, _alone(one)))


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [min(max(map(len, column)), _WIDEST) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
