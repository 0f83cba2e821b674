# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which connections a change of the matrix opens and closes, host by host, and which it has another row decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import collapse_addresses
from typing import Literal, TypeAlias

from ..matrix.decide import Decision, Endpoint, component_at, decide
from ..matrix.model import ANY, Flow, Matrix, Network, Protocol

Verb = Literal["opens", "closes", "decides otherwise"]
#: From which host to which; empty for an end that is outside.
Way: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Party:
    """An end of connections: a component, or a zone. Of a zone that changes also the addresses in question."""

    name: str
    networks: tuple[Network, ...] = ()
    is_part: bool = False

    def places(self, matrix: Matrix) -> list[tuple[str, Endpoint]]:
        """Where it is in a matrix: on each host of the component, or outside; nowhere if the matrix does not know it."""
        if self.name in matrix.components:
            return [(host.name, component_at(self.name, host)) for host in matrix.hosts_of(self.name)]
        return [("", Endpoint(None, self.networks))] if self.networks or self.name == ANY else []

    def __str__(self) -> str:
        return f"{self.name} ({', '.join(map(str, self.networks))})" if self.is_part else self.name


@dataclass(frozen=True)
class Connection:
    """What becomes of connections between two parties; ``row`` decides now, or decided if none does any more.

    ``ports`` are such as ``8000`` or ``8000-8010``, ``instead`` is the row that decided before, where one decides otherwise.
    """

    verb: Verb
    source: Party
    destination: Party
    ports: str
    protocol: Protocol
    row: Flow | None
    ways: tuple[Way, ...] = field(default=())
    instead: Flow | None = None


def connections(before: Matrix, after: Matrix) -> list[Connection]:
    """All that is opened or closed, or decided by another row, from one matrix to the other."""
    found = [one for cell in _Cells(before, after).all() for one in _of_cell(before, after, *cell)]
    order: Sequence[Verb] = ("opens", "closes", "decides otherwise")
    return sorted(dict.fromkeys(found), key=lambda one: order.index(one.verb))


Cell: TypeAlias = tuple[Party, Party, tuple[int, int], Protocol]


class _Cells:
    """What rows of either matrix speak of, in pieces of which each row speaks as a whole or not at all."""

    def __init__(self, before: Matrix, after: Matrix) -> None:
        self._before, self._after = before, after
        self._rows = (*after.flows, *before.flows)

    def all(self) -> Iterator[Cell]:
        """Each of them once."""
        seen = set()
        for row in self._rows:
            for protocol in row.protocols:
                for ports in self._pieces(row, protocol):
                    for source in self._parties(row.source):
                        for destination in self._parties(row.destination):
                            cell = (source, destination, ports, protocol)
                            if cell not in seen:
                                seen.add(cell)
                                yield cell

    def _pieces(self, row: Flow, protocol: Protocol) -> Iterator[tuple[int, int]]:
        cuts = self._cuts[row.destination, protocol]
        for ports in row.ports:
            first = ports.first
            for cut in (*(cut for cut in cuts if ports.first < cut <= ports.last), ports.last + 1):
                yield first, cut - 1
                first = cut

    @cached_property
    def _cuts(self) -> dict[tuple[str, Protocol], list[int]]:
        """Where ranges of rows to a destination begin, or have just ended: rows to any zone may speak of any other zone's."""
        found: dict[tuple[str, Protocol], set[int]] = {}
        for row in self._rows:
            for protocol in row.protocols:
                ends = {end for ports in row.ports for end in (ports.first, ports.last + 1)}
                found.setdefault((self._kind(row.destination), protocol), set()).update(ends)
        ordered = {key: sorted(ends) for key, ends in found.items()}
        return {
            (row.destination, protocol): ordered[self._kind(row.destination), protocol]
            for row in self._rows
            for protocol in row.protocols
        }

    def _kind(self, destination: str) -> str:
        is_component = destination in self._before.components or destination in self._after.components
        return destination if is_component else ""

    def _parties(self, name: str) -> Sequence[Party]:
        if name not in self._found:
            self._found[name] = list(self._new_parties(name))
        return self._found[name]

    @cached_property
    def _found(self) -> dict[str, Sequence[Party]]:
        return {}

    def _new_parties(self, name: str) -> Iterator[Party]:
        """A component or ``any``; or a zone: what it held and holds, what it no longer does, and what is new in it."""
        known = [name in matrix.zones for matrix in (self._before, self._after)]
        if not any(known):
            yield Party(name)
            return
        old, new = (tuple(matrix.zones.get(name, ())) for matrix in (self._before, self._after))
        if set(old) == set(new):
            yield Party(name, new)
            return
        gone, come = minus(old, new), minus(new, old)
        kept = minus(new, come)
        for networks, is_part in ((kept, bool(come or gone)), (come, all(known)), (gone, all(known))):
            if networks:
                yield Party(name, networks, is_part)


def _of_cell(
    before: Matrix, after: Matrix, source: Party, destination: Party, ports: tuple[int, int], protocol: Protocol
) -> Iterator[Connection]:
    old, new = (_verdicts(matrix, source, destination, ports[0], protocol) for matrix in (before, after))
    shown = str(ports[0]) if ports[0] == ports[1] else f"{ports[0]}-{ports[1]}"
    sorted_out: dict[tuple[Verb, Flow | None, Flow | None], list[Way]] = {}
    for way in dict.fromkeys((*new, *old)):
        was, now = old.get(way), new.get(way)
        was_open, is_open = (one is not None and one.action == "allow" for one in (was, now))
        if is_open and not was_open:
            sorted_out.setdefault(("opens", now.flow if now else None, None), []).append(way)
        elif was_open and not is_open:
            decided = now.flow if now and now.flow else None
            sorted_out.setdefault(("closes", decided or (was.flow if was else None), None), []).append(way)
        elif was and now and _said(was.flow) != _said(now.flow):
            sorted_out.setdefault(("decides otherwise", now.flow, was.flow), []).append(way)
    for (verb, row, instead), ways in sorted_out.items():
        yield Connection(verb, source, destination, shown, protocol, row, tuple(ways), instead)


def _verdicts(
    matrix: Matrix, source: Party, destination: Party, port: int, protocol: Protocol
) -> dict[Way, Decision]:
    return {
        (sender, receiver): decide(matrix, start, end, port, protocol)
        for sender, start in source.places(matrix)
        for receiver, end in destination.places(matrix)
    }


def _said(flow: Flow | None) -> tuple[str, ...]:
    """What a row is, wherever it stands."""
    return () if flow is None else (flow.name, flow.source, flow.destination, flow.action)


def minus(networks: Iterable[Network], others: Iterable[Network]) -> tuple[Network, ...]:
    """The addresses of some networks that are in none of the others."""
    left = list(networks)
    for other in others:
        left = [piece for network in left for piece in _without(network, other)]
    found: list[Network] = []
    for version in (4, 6):
        found += collapse_addresses(one for one in left if one.version == version)  # type: ignore[type-var]
    return tuple(found)


def _without(network: Network, other: Network) -> Iterable[Network]:
    if network.version != other.version or not network.overlaps(other):
        return [network]
    if network.subnet_of(other):  # type: ignore[arg-type]
        return []
    return network.address_exclude(other)  # type: ignore[arg-type]
