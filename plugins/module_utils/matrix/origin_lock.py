# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The origin lock: Cloudflare alone is let in to the sites, so that nobody reaches them past it."""

from __future__ import annotations

from dataclasses import dataclass

from .decide import Endpoint, contains, decide
from .model import ANY, SITES, Address, Flow, Matrix
from .zones import ZoneIndex


@dataclass(frozen=True)
class OriginLock:
    """The sites' ports are locked: ``rows`` let Cloudflare in, and none the internet."""

    matrix: Matrix
    rows: tuple[Flow, ...]

    def concerns(self, component: str, port: int) -> bool:
        """Whether a component's port is one of the sites'."""
        return component == self.matrix.proxy and port in _ports(self.matrix)

    def lets_in(self, address: Address, port: int) -> Flow | None:
        """The row by which somebody who is not managed reaches a port of the sites all the same, such as an office."""
        here = Endpoint(addresses=(address,))
        found = decide(self.matrix, here, Endpoint(self.matrix.proxy), port)
        return found.flow if found.action == "allow" else None


def origin_lock(matrix: Matrix) -> OriginLock | None:
    """The lock, if the rows make one; that of one of the two ports alone is none."""
    ports = _ports(matrix)
    by_port = [let_in_through(matrix, port) for port in ports]
    if not ports or not all(by_port) or any(opened_to_world(matrix, port) for port in ports):
        return None
    return OriginLock(matrix, tuple(dict.fromkeys(row for rows in by_port for row in rows)))


def let_in_through(matrix: Matrix, port: int) -> list[Flow]:
    """The rows that let Cloudflare in to a port of the sites."""
    return [row for row in _let_in(matrix, port) if _is_in_front(matrix, row.source)]


def opened_to_world(matrix: Matrix, port: int) -> list[Flow]:
    """The rows that let anybody on the internet in to it."""
    rows = _let_in(matrix, port)
    worlds = ZoneIndex({row.source: matrix.zones[row.source] for row in rows if row.source in matrix.zones}).worlds
    return [row for row in rows if row.source == ANY or row.source in worlds]


def _ports(matrix: Matrix) -> list[int]:
    front = matrix.components.get(matrix.proxy)
    return [front.applications[name] for name in SITES] if front else []


def _let_in(matrix: Matrix, port: int) -> list[Flow]:
    return [
        flow
        for rows in matrix.rows.ending_at(matrix.proxy).values()
        for _number, flow in rows
        if flow.action == "allow" and flow.covers(port, "tcp")
    ]


def _is_in_front(matrix: Matrix, source: str) -> bool:
    return contains(matrix.in_front, Endpoint(addresses=matrix.zones.get(source, ())))
