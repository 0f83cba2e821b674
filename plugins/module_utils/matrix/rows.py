# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules that hold between the rows of the matrix: no contradiction, no broken invariant, nothing said twice.

Rows are found by (source, destination, protocol, action) and then by port, never by comparing every two of them, so
that ten thousand rows take well under a second.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator

from ..faults import Faults
from .decide import Endpoint, leads_to
from .link_local import meet
from .model import ANY, BASTION, Action, Flow, Matrix, PortRange, Protocol
from .zones import ZoneIndex

_Key = tuple[str, str, Protocol, Action]
# In place of a source: every zone. No name of a component or zone looks like this.
_ZONES = "*zones*"


class _Ranges:
    """Port ranges of rows that share a key, ordered so that whatever covers a range stands before it."""

    def __init__(self, found: list[tuple[PortRange, int, Flow]]) -> None:
        found.sort(key=lambda entry: (entry[0].first, -entry[0].last, entry[1]))
        self._order = [(ports.first, -ports.last, index) for ports, index, _flow in found]
        self._firsts = [ports.first for ports, _index, _flow in found]
        self._reaching: list[tuple[PortRange, Flow]] = []  # up to each position, the range that reaches furthest
        for ports, _index, flow in found:
            best = self._reaching[-1] if self._reaching else (ports, flow)
            self._reaching.append((ports, flow) if ports.last > best[0].last else best)

    def overlapping(self, ports: PortRange) -> tuple[PortRange, Flow] | None:
        """A range that shares a port with the given one, and its row."""
        position = bisect_right(self._firsts, ports.last)
        if position and self._reaching[position - 1][0].last >= ports.first:
            return self._reaching[position - 1]
        return None

    def covering(self, ports: PortRange, index: int | None = None) -> Flow | None:
        """A row that holds all the given ports; among its equals (``index`` given), one that stands before it."""
        if index is None:
            position = bisect_right(self._firsts, ports.first)
        else:
            position = bisect_left(self._order, (ports.first, -ports.last, index))
        if position and self._reaching[position - 1][0].last >= ports.last:
            return self._reaching[position - 1][1]
        return None


class RowRules:
    """The rules between rows, over one matrix."""

    def __init__(self, matrix: Matrix, zones: ZoneIndex) -> None:
        self._matrix = matrix
        self._zones = zones
        entries: dict[_Key, list[tuple[PortRange, int, Flow]]] = defaultdict(list)
        for index, flow in enumerate(matrix.flows):
            sources = (flow.source, _ZONES) if flow.source in matrix.zones else (flow.source,)
            for source in sources:
                for protocol in flow.protocols:
                    key = (source, flow.destination, protocol, flow.action)
                    entries[key].extend((ports, index, flow) for ports in flow.ports)
        self._rows = {key: _Ranges(found) for key, found in entries.items()}
        self._denied: dict[str, set[str]] = defaultdict(set)  # each end of a denying row -> the other ends
        for flow in matrix.flows:
            if flow.action == "deny":
                self._denied[flow.source].add(flow.destination)
                self._denied[flow.destination].add(flow.source)

    def check(self, faults: Faults) -> None:
        """Note what is wrong, row by row, then which of the sound rows add nothing.

        A row at which an error stands already is not sound, so nothing is said of what it covers.
        """
        disputed = {fault.path for fault in faults.errors}
        for flow in self._matrix.flows:
            if flow.action == "allow" and not self._stays_at_home(flow):
                disputed |= self._find_contradiction(flow, faults) | self._find_broken_invariant(flow, faults)
        for index, flow in enumerate(self._matrix.flows):
            if self._stays_at_home(flow):
                reason = "has no effect: a component may always reach itself"
                faults.warning(flow.path, flow.name, reason, "remove the row")
            elif flow.path not in disputed and flow.source != BASTION:
                self._find_cover(index, flow, disputed, faults)

    def _stays_at_home(self, flow: Flow) -> bool:
        """Whether a row speaks of a component and itself on the one host where it runs; instances need rows as others do."""
        return flow.source == flow.destination and len(self._matrix.hosts_of(flow.source)) <= 1

    def _find_contradiction(self, flow: Flow, faults: Faults) -> set[str]:
        """Another row of the same specificity that denies what this one allows. Returns the paths of both."""
        for source, destination in self._denied_alike(flow):
            found = self._overlap(source, destination, flow)
            if found is None:
                continue
            what, other = found
            shared = "".join(
                f", for the addresses that {mine} and {theirs} share"
                for mine, theirs in ((flow.source, source), (flow.destination, destination))
                if mine != theirs
            )
            reason = f"allows {flow.source} to {flow.destination} on {what}, which {_row(other)} denies{shared}"
            faults.error(flow.path, flow.name, reason, "keep one of the two rows, or narrow them")
            return {flow.path, other.path}
        return set()

    def _find_broken_invariant(self, flow: Flow, faults: Faults) -> set[str]:
        """A deny from any, to a port that this row opens to a zone. Returns this row's path if so."""
        if flow.source in self._matrix.zones and (found := self._overlap(ANY, flow.destination, flow)):
            what, other = found
            reason = f"opens {flow.destination} on {what} to {flow.source}, which {_row(other)} denies to everybody"
            faults.error(flow.path, flow.name, reason, "remove this row; only components may be excepted from it")
            return {flow.path}
        return set()

    def _find_cover(self, index: int, flow: Flow, disputed: set[str], faults: Faults) -> None:
        """Undisputed rows that already say all that this one says."""
        rows: dict[str, Flow] = {}
        for protocol in flow.protocols:
            for ports in flow.ports:
                cover = self._cover(index, flow, protocol, ports)
                if cover is None or cover.path in disputed:
                    return
                rows[cover.path] = cover
        covers = " and ".join(_row(row) for row in rows.values())
        verb = "already cover" if len(rows) > 1 else "already covers"
        faults.warning(flow.path, flow.name, f"adds nothing, {covers} {verb} it", "remove one of them")

    def _cover(self, index: int, flow: Flow, protocol: Protocol, ports: PortRange) -> Flow | None:
        for source in self._wider_sources(flow, protocol, ports):
            for destination in (flow.destination, *self._leading_to(flow.destination)):
                found = self._rows.get((source, destination, protocol, flow.action))
                if found is None:
                    continue
                itself = (source, destination) == (flow.source, flow.destination)
                cover = found.covering(ports, index if itself else None)
                if cover is not None:
                    return cover
        return None

    def _wider_sources(self, flow: Flow, protocol: Protocol, ports: PortRange) -> Iterator[str]:
        """Sources that hold this row's: itself, zones around it, everybody, as far as no row between says otherwise."""
        yield flow.source
        if flow.source == ANY:
            return
        if flow.source in self._matrix.zones:
            yield from self._containing(flow.source)
            yield ANY
            return
        opposite: Action = "deny" if flow.action == "allow" else "allow"
        between = self._rows.get((_ZONES, flow.destination, protocol, opposite))
        if between is None or between.overlapping(ports) is None:
            yield from sorted(self._zones.worlds)
            yield ANY

    def _overlap(self, source: str, destination: str, flow: Flow) -> tuple[str, Flow] | None:
        """The first ports (as ``443/tcp``) of an allowing row that rows of the given ends deny, and that row."""
        for protocol in flow.protocols:
            found = self._rows.get((source, destination, protocol, "deny"))
            if found is None:
                continue
            for ports in flow.ports:
                hit = found.overlapping(ports)
                if hit is not None:
                    shared = PortRange(max(ports.first, hit[0].first), min(ports.last, hit[0].last))
                    return f"{shared}/{protocol}", hit[1]
        return None

    def _denied_alike(self, flow: Flow) -> list[tuple[str, str]]:
        """The ends of denying rows that speak of the same traffic with the same specificity. Only one end can be a zone."""
        source, destination = flow.source, flow.destination
        if source in self._matrix.zones:
            return [(other, destination) for other in self._rivals(source, destination)]
        zones = self._matrix.zones
        return [
            (source, other)
            for other in self._rivals(destination, source)
            if other == destination or meet(zones[other], zones[destination])
        ]

    def _rivals(self, name: str, far: str) -> list[str]:
        """A component, or the zones that share an address with this one, as far as a row between it and ``far`` denies."""
        alike = self._zones.overlapping(name) if name in self._matrix.zones else {name}
        return sorted(alike & self._denied[far])

    def _leading_to(self, name: str) -> list[str]:
        """The zones around a zone to which rows speak of all of it."""
        zones = self._matrix.zones
        return [zone for zone in self._containing(name) if leads_to(zones[zone], Endpoint(addresses=zones[name]))]

    def _containing(self, name: str) -> list[str]:
        return sorted(self._zones.containing(name)) if name in self._matrix.zones else []


def _row(flow: Flow) -> str:
    return f"{flow.path} ({flow.name})"
