# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What rows are used for, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from ..explain.rows import plain_row
from ..matrix.model import Flow
from .usage import DAY_SECONDS, Denied, Usage

_WAYS = {
    "input": "from outside",
    "output": "to outside",
    "local": "within the host",
    "forward": "by way of the gateway",
    "owners": "in another's name",
}


def usage_text(usage: Usage, now: float) -> str:
    """Since when it is counted, candidates to remove, what is used how often, and what was denied."""
    return "\n".join([*_since(usage, now), *_unused(usage, now), *_used(usage), *_denied(usage)])


def plain_usage(usage: Usage) -> dict[str, Any]:
    """The same for programs."""
    return {
        "days": usage.days,
        "since": dict(usage.since),
        "missing": list(usage.missing),
        "rows": [{**plain_row(one.flow), "packets": one.packets} for one in usage.rows],
        "denied": [{"host": one.host, **one.met._asdict(), "packets": one.packets} for one in usage.denied],
    }


def _since(usage: Usage, now: float) -> Iterator[str]:
    for host, since in usage.since.items():
        days = (now - since) / DAY_SECONDS
        when = datetime.fromtimestamp(since, UTC)
        yield f"{host} has counted since {when:%Y-%m-%d %H:%M} UTC: {days:.1f} of {usage.days} days"
    for host in usage.missing:
        yield f"{host} has no figures: its rows are not told of; site.yml sets them up, where it has a node exporter"


def _unused(usage: Usage, now: float) -> Iterator[str]:
    unused = usage.unused
    meaning = "so far, which says little yet" if usage.is_short(now) else "candidates to remove"
    yield f"\nUnused rows, {meaning}: {len(unused) or 'none'}"
    yield from _table([(flow.path, flow.name, f"{flow.source} → {flow.destination}", _ports(flow)) for flow in unused])


def _used(usage: Usage) -> Iterator[str]:
    used = sorted((one for one in usage.rows if one.packets), key=lambda one: -(one.packets or 0))
    yield f"\nUsed rows, by connections begun: {len(used) or 'none'}"
    yield from _table(
        [
            (
                one.flow.path,
                one.flow.name,
                f"{one.flow.source} → {one.flow.destination}",
                _ports(one.flow),
                str(one.packets),
            )
            for one in used
        ]
    )
    untold = [one.flow.name for one in usage.rows if one.packets is None]
    if untold:
        yield f"\nRows that no rule counts: {', '.join(untold)}"


def _denied(usage: Usage) -> Iterator[str]:
    yield f"\nDenied packets, without those of proofs: {sum(one.packets for one in usage.denied) or 'none'}"
    yield from _table(
        [(one.host, _WAYS.get(one.met.chain, one.met.chain), _row(one), str(one.packets)) for one in usage.denied]
    )


def _row(one: Denied) -> str:
    if one.met.row == "default":
        return "no row allows it"
    return f"to {one.met.row}, by a user that no row allows" if one.met.chain == "local" else one.met.row


def _ports(flow: Flow) -> str:
    return f"{', '.join(map(str, flow.ports))}/{'+'.join(flow.protocols)}"


def _table(cells: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))] if cells else []
    for line in cells:
        yield "  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
