# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""May A reach B on port P, and which row says so?

The semantics of the matrix, and the only place that knows them:

* The most specific source wins: a row of the component itself, then rows of zones that contain its address, then rows
  of ``any``. What no row speaks of is denied.
* Rows of the bastion hold for the server itself there and for no component, before its other rows, and towards hosts in the
  private network alone.
* ``server`` is a component like the others: what runs on a host as no other component's user. Its rows do not speak for
  the components on that host.
* Towards link-local addresses and a cloud's own services only what a zone lists inside them counts: a wider network, such
  as 0.0.0.0/0, does not speak of them (:mod:`link_local`).
* The rows to a balancer hold within its own host.
* A component may always reach itself on its own host; its instances on other hosts need a row like everybody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .link_local import is_link_local
from .model import ANY, BASTION, SERVER, Action, Address, Flow, Host, Matrix, Network, Protocol, within


@dataclass(frozen=True)
class Decision:
    """A verdict and the row that gives it; ``flow`` is ``None`` for the default and for a component's own port."""

    action: Action
    flow: Flow | None = None


@dataclass(frozen=True)
class Endpoint:
    """Where a flow starts or ends: a component, or none for an outsider, at some addresses."""

    component: str | None = None
    addresses: tuple[Address | Network, ...] = ()


def contains(networks: Iterable[Network], endpoint: Endpoint) -> bool:
    """Whether a zone holds an endpoint: every address of it, and at least one."""
    zone = tuple(networks)
    return bool(endpoint.addresses) and all(any(within(address, net) for net in zone) for address in endpoint.addresses)


def leads_to(networks: Iterable[Network], endpoint: Endpoint) -> bool:
    """Whether a row to a zone speaks of an endpoint: as :func:`contains`, but link-local addresses have to be listed."""
    zone = tuple(networks)
    return bool(endpoint.addresses) and all(_speaks_of(zone, address) for address in endpoint.addresses)


def _speaks_of(zone: Iterable[Network], address: Address | Network) -> bool:
    holding = (network for network in zone if within(address, network))
    return any(not is_link_local(address) or is_link_local(network) for network in holding)


def decide(matrix: Matrix, source: Endpoint, destination: Endpoint, port: int, protocol: Protocol = "tcp") -> Decision:
    """The verdict of the matrix for one connection.

    :param source: a component with the addresses that it connects from, or an outsider with its address.
    :param destination: a component, or an outsider with its address.
    """
    if source.component == destination.component and set(source.addresses) & set(destination.addresses):
        return Decision("allow")
    if _is_beyond(matrix, source, destination):
        return Decision("deny")
    rows = [matrix.rows.ending_at(name) for name in _names(matrix, destination)]
    for sources in _tiers(matrix, source, destination, rows):
        speaking = [
            row
            for by_source in rows
            for name in sources
            if (row := next((row for row in by_source.get(name, ()) if row[1].covers(port, protocol)), None))
        ]
        if speaking:
            _number, flow = min(speaking, key=lambda row: row[0])
            return Decision(flow.action, flow)
    return Decision("deny")


def _is_beyond(matrix: Matrix, source: Endpoint, destination: Endpoint) -> bool:
    """Whether a destination serves its own host alone, and the source is elsewhere."""
    local = destination.component is not None and matrix.is_local(destination.component)
    return local and not set(source.addresses) & set(destination.addresses)


def _names(matrix: Matrix, destination: Endpoint) -> Sequence[str]:
    """What rows call a destination: the component itself, or for an outsider the zones that lead to it."""
    if destination.component is not None:
        return (destination.component,)
    return [name for name, zone in matrix.zones.items() if leads_to(zone, destination)]


def _tiers(
    matrix: Matrix, source: Endpoint, destination: Endpoint, rows: Iterable[Iterable[str]]
) -> Iterator[Sequence[str]]:
    """What rows call a source, most specific first: the component, then zones that contain it, then ``any``.

    :param rows: the sources of the rows in question.
    """
    if source.component == SERVER and _goes_on(matrix, source, destination):
        yield (BASTION,)
    if source.component is not None:
        yield (source.component,)
    zones = {name for sources in rows for name in sources if name in matrix.zones}
    if source.component is not None and matrix.bastion is not None:
        zones.discard(BASTION)
    yield [name for name in zones if contains(matrix.zones[name], source)]
    yield (ANY,)


def _goes_on(matrix: Matrix, source: Endpoint, destination: Endpoint) -> bool:
    """Whether a source is on the bastion, seen by its address in the private network, and a destination in that."""
    bastion = matrix.bastion
    if bastion is None or not bastion.leads_to(destination.addresses):
        return False
    return any(within(address, seen_as) for address in source.addresses for seen_as in matrix.zones[BASTION])


def component_at(key: str, host: Host) -> Endpoint:
    """A component as it runs on a host."""
    return Endpoint(key, host.addresses)
