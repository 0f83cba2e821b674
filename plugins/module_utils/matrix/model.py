# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The model of the matrix: immutable values that :mod:`parse` builds and everything else reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Literal, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
Protocol = Literal["tcp", "udp"]
Action = Literal["allow", "deny"]
Exposure = Literal["public", "internal"]

#: The component that stands for every managed host itself: whatever runs there as no other component's user.
SERVER = "server"
#: As the source of a flow: everybody.
ANY = "any"
#: What the component that serves the sites speaks, and the one that holds the databases.
HTTP, HTTPS = SITES = ("HTTP", "HTTPS")
POSTGRESQL = "PostgreSQL"


def within(inner: Address | Network, outer: Network) -> bool:
    """Whether a network holds an address, or all of another network."""
    if inner.version != outer.version:
        return False
    if isinstance(inner, (IPv4Network, IPv6Network)):
        return inner.subnet_of(outer)  # type: ignore[arg-type]
    return inner in outer


@dataclass(frozen=True, order=True)
class PortRange:
    """Ports ``first`` to ``last``, both included; a single port has ``first == last``."""

    first: int
    last: int

    def __contains__(self, port: int) -> bool:
        return self.first <= port <= self.last

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True)
class Listener:
    """A port on which a component listens."""

    port: int
    protocol: Protocol = "tcp"
    application: str = ""
    description: str = ""


@dataclass(frozen=True)
class Component:
    """A part of the system that listens, connects, or both.

    ``user`` is the system user that it runs as; it is what tells components on one host apart. ``server`` has none.
    """

    key: str
    title: str
    exposure: Exposure = "internal"
    hostname: str | None = None
    user: str | None = None
    home: str | None = None
    shell: str | None = None
    health: str | None = None
    listeners: tuple[Listener, ...] = ()

    @cached_property
    def applications(self) -> Mapping[str, int]:
        """What it speaks, in capitals, and on which port; of several the first."""
        return {one.application.upper(): one.port for one in reversed(self.listeners) if one.application}


@dataclass(frozen=True)
class Flow:
    """A row of the matrix: who may, or may not, reach whom on which ports.

    ``source`` is a component, a zone or ``any``; ``destination`` a component or a zone.
    ``path`` is where the row stands in the data (``network_flows[3]``); ``documented`` is false for rows that the
    document lacks, ``reason`` then says why they are there.
    """

    name: str
    source: str
    destination: str
    ports: tuple[PortRange, ...]
    action: Action
    protocols: tuple[Protocol, ...] = ("tcp",)
    documented: bool = True
    reason: str = ""
    table: str = ""
    path: str = ""

    def covers(self, port: int, protocol: Protocol) -> bool:
        """Whether this row speaks of that port and protocol."""
        return protocol in self.protocols and any(port in ports for ports in self.ports)


@dataclass(frozen=True)
class Host:
    """A managed host, its components and its addresses; internal components bind to the first.

    ``assumed``: nobody has named the addresses, it is the one by which Ansible reaches the host.
    """

    name: str
    addresses: tuple[Address, ...] = ()
    assumed: bool = False
    components: frozenset[str] = frozenset()

    @cached_property
    def networks(self) -> tuple[Network, ...]:
        """Its addresses, each as a network that holds nothing else."""
        return tuple(ip_network(address) for address in self.addresses)


#: A row and its place in the data, by which rows are put in order.
Numbered: TypeAlias = tuple[int, Flow]


class FlowIndex:
    """The rows by their ends, in the order of the data: nobody has to walk through all of them to find a few."""

    def __init__(self, flows: Iterable[Flow]) -> None:
        self._from: dict[str, list[Numbered]] = {}
        self._to: dict[str, dict[str, list[Numbered]]] = {}
        for number, flow in enumerate(flows):
            self._from.setdefault(flow.source, []).append((number, flow))
            self._to.setdefault(flow.destination, {}).setdefault(flow.source, []).append((number, flow))

    def starting_at(self, source: str) -> Sequence[Numbered]:
        """The rows with a source."""
        return self._from.get(source, ())

    def ending_at(self, destination: str) -> Mapping[str, Sequence[Numbered]]:
        """The rows with a destination, by their source."""
        return self._to.get(destination, {})


@dataclass(frozen=True)
class Matrix:
    """The whole matrix together with where its components run.

    ``rows`` holds the flows by their ends.
    """

    components: Mapping[str, Component] = field(default_factory=dict)
    zones: Mapping[str, tuple[Network, ...]] = field(default_factory=dict)
    flows: tuple[Flow, ...] = ()
    hosts: Mapping[str, Host] = field(default_factory=dict)

    def hosts_of(self, component: str) -> tuple[Host, ...]:
        """The hosts on which a component runs, by name; every host for ``server``."""
        return self._places.get(component, ())

    @cached_property
    def proxy(self) -> str:
        """The component that serves the sites: the first public one that speaks HTTP and HTTPS. Empty if there is none."""
        return next((key for key in self.speaking(*SITES) if self.components[key].exposure == "public"), "")

    @cached_property
    def database(self) -> str:
        """The component that holds the databases: the first that speaks PostgreSQL. Empty if there is none."""
        return next(iter(self.speaking(POSTGRESQL)), "")

    def speaking(self, *applications: str) -> tuple[str, ...]:
        """The components that speak all of some applications, in the order of the data."""
        wanted = {application.upper() for application in applications}
        return tuple(key for key, one in self.components.items() if wanted <= one.applications.keys())

    @cached_property
    def rows(self) -> FlowIndex:
        """Built when it is first asked for, as the matrix never changes."""
        return FlowIndex(self.flows)

    @cached_property
    def _places(self) -> Mapping[str, tuple[Host, ...]]:
        places: dict[str, tuple[Host, ...]] = {SERVER: tuple(host for _name, host in sorted(self.hosts.items()))}
        for host in places[SERVER]:
            for component in host.components - {SERVER}:
                places[component] = (*places.get(component, ()), host)
        return places
