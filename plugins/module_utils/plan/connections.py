# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which connections a change of the matrix opens and closes, host by host, and which it has another row decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from ipaddress import collapse_addresses
from typing import Literal, TypeAlias

from ..matrix.decide import Decision, Endpoint, component_at, decide
from ..matrix.model import ANY, BASTION, SERVER, Flow, Matrix, Network, Protocol

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
        if self.name == BASTION and not self.networks:
            host = matrix.hosts[matrix.bastion.host] if matrix.bastion else None
            return [(host.name, component_at(SERVER, host))] if host else []
        if self.name in matrix.components:
            return [(host.name, component_at(self.name, host)) for host in matrix.hosts_of(self.name)]
        return [("", Endpoint(None, self.networks))] if self.networks or self.name == ANY else []

    def __str__(self) -> str:
        return f"{self.name} ({', '.join(map(str, self.networks))})" if self.is_part else self.name


@dataclass(frozen=True)
class Connection:
    """What becomes of connections between two parties: ``row`` decides now, ``before`` did; where none does, what no row allows.

    ``ports`` are such as ``443``, ``8000-8010``.
    """

    verb: Verb
    source: Party
    destination: Party
    ports: tuple[str, ...]
    protocol: Protocol
    row: Flow | None
    ways: tuple[Way, ...] = field(default=())
    before: Flow | None = None


def connections(before: Matrix, after: Matrix) -> list[Connection]:
    """All that is opened or closed, or decided by another row, from one matrix to the other."""
    alike: dict[Connection, list[Range]] = {}
    for source, destination, ports, protocol in _Cells(before, after).all():
        for one in _of_cell(before, after, source, destination, ports[0], protocol):
            alike.setdefault(one, []).append(ports)
    order: Sequence[Verb] = ("opens", "closes", "decides otherwise")
    found = [replace(one, ports=tuple(_in_words(ranges))) for one, ranges in alike.items()]
    return sorted(found, key=lambda one: order.index(one.verb))


#: The first port and the last.
Range: TypeAlias = tuple[int, int]
Cell: TypeAlias = tuple[Party, Party, Range, Protocol]


def _in_words(ranges: Iterable[Range]) -> Iterator[str]:
    """Ranges of ports, those as one that follow each other."""
    joined: list[Range] = []
    for first, last in sorted(ranges):
        if joined and joined[-1][1] + 1 == first:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return (str(first) if first == last else f"{first}-{last}" for first, last in joined)


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

    def _pieces(self, row: Flow, protocol: Protocol) -> Iterator[Range]:
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
        """A component, the bastion or ``any``; or a zone: what it held and holds, what it does no more, and what is new in it."""
        if name == BASTION and (self._before.bastion or self._after.bastion):
            yield Party(name)
            return
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
    before: Matrix, after: Matrix, source: Party, destination: Party, port: int, protocol: Protocol
) -> Iterator[Connection]:
    """What becomes of connections to a port, which is not told."""
    old, new = (_verdicts(matrix, source, destination, port, protocol) for matrix in (before, after))
    sorted_out: dict[tuple[Verb, Flow | None, Flow | None], list[Way]] = {}
    for way in dict.fromkeys((*new, *old)):
        now, was = new.get(way), old.get(way)
        if verb := _verb(was, now):
            sorted_out.setdefault((verb, now.flow if now else None, was.flow if was else None), []).append(way)
    for (verb, row, earlier), ways in sorted_out.items():
        yield Connection(verb, source, destination, (), protocol, row, tuple(ways), earlier)


def _verb(was: Decision | None, now: Decision | None) -> Verb | None:
    was_open, is_open = (one is not None and one.action == "allow" for one in (was, now))
    if is_open != was_open:
        return "opens" if is_open else "closes"
    return "decides otherwise" if was and now and _said(was.flow) != _said(now.flow) else None


def _verdicts(
    matrix: Matrix, source: Party, destination: Party, port: int, protocol: Protocol
) -> dict[Way, Decision]:
    return {
        (sender, receiver): decide(matrix, start, end, port, protocol)
        for sender, start in source.places(matrix)
        for receiver, end in destination.places(matrix)
        if source.name != BASTION or sender != receiver  # it leads to others
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
