# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What rows are used for, by what the firewalls have counted: rows that nothing needs, and who is denied what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..matrix.model import BASTION, Flow, Matrix
from .counters import Meeting
from .metrics import PACKETS

#: How often figures are looked for in the past, to learn since when there are any.
_STEP_MINUTES = 5
#: On the way from a host, where who sends is known; what comes in from another host counts there.
_SENDING = ("output", "local")
_ACCEPTED = "accept"
DAY_SECONDS = 86400


def usage_query(days: int) -> str:
    """The question to Prometheus: by ``figure`` packets of each host and row, and since when there are figures of a host."""
    packets = f"sum by (host, chain, row, verdict) (increase({PACKETS}[{days}d]))"
    last = f"timestamp({PACKETS})"
    since = f"min by (host) (min_over_time({last}[{days}d:{_STEP_MINUTES}m]) or {last})"
    return f'label_replace({packets}, "figure", "packets", "", "") or label_replace({since}, "figure", "since", "", "")'


@dataclass(frozen=True)
class Used:
    """A row that allows, and by how many packets that opened connections it was used; ``None``: no rule counts it."""

    flow: Flow
    packets: int | None


@dataclass(frozen=True)
class Denied:
    """How many packets a row denied on a host, and where they met it."""

    host: str
    met: Meeting
    packets: int


@dataclass(frozen=True)
class Usage:
    """What was counted in some days.

    :param since: host -> since when there are figures of it, in seconds since the epoch; not before these days.
    :param missing: hosts of which there are none.
    """

    days: int
    since: Mapping[str, float]
    missing: Sequence[str]
    rows: Sequence[Used] = ()
    denied: Sequence[Denied] = field(default=())

    def is_short(self, now: float) -> bool:
        """Whether there are no figures of much of these days, of one host at least."""
        return bool(self.missing) or any(now - since < 0.9 * self.days * DAY_SECONDS for since in self.since.values())

    @property
    def unused(self) -> list[Flow]:
        """Rows that nothing used, without those that the bastion makes: they come and go together."""
        return [one.flow for one in self.rows if one.packets == 0 and one.flow.source != BASTION]


def usage_of(matrix: Matrix, series: Iterable[Mapping[str, Any]], days: int) -> Usage:
    """What the answer to :func:`usage_query` says of the rows."""
    since: dict[str, float] = {}
    counted: dict[str, dict[Meeting, int]] = {}
    for one in series:
        labels, number = one["metric"], float(one["value"][1])
        host = labels.get("host", "")
        if labels["figure"] == "since":
            since[host] = number
        else:
            met = Meeting(labels["chain"], labels["row"], labels["verdict"])
            counted.setdefault(host, {})[met] = round(number)
    denied = [
        Denied(host, met, packets)
        for host, meetings in counted.items()
        for met, packets in meetings.items()
        if met.verdict != _ACCEPTED and packets
    ]
    return Usage(
        days=days,
        since=dict(sorted(since.items())),
        missing=sorted(matrix.hosts.keys() - since.keys()),
        rows=[Used(flow, _packets(matrix, flow, counted)) for flow in matrix.flows if flow.action == "allow"],
        denied=sorted(denied, key=lambda one: (-one.packets, one.host, one.met)),
    )


def _packets(matrix: Matrix, flow: Flow, counted: Mapping[str, Mapping[Meeting, int]]) -> int | None:
    """Where a row starts at a component, or the bastion, its hosts count, for the others cannot tell whether it was a proof."""
    ours = flow.source in (*matrix.components, BASTION)
    found = [
        packets
        for meetings in counted.values()
        for met, packets in meetings.items()
        if met.row == flow.name and met.verdict == _ACCEPTED and (met.chain in _SENDING or not ours)
    ]
    return sum(found) if found else None
