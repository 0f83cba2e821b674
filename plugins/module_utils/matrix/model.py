# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The model of the matrix: immutable values that :mod:`parse` builds and everything else reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeAlias

from ..document.addresses import Address, Network
from ..document.network import Action, Component, Exposure, Flow, Listener
from ..document.ports import PortRange, Protocol
from ..document.sticky import Sticky
from ..document.words import ANY, SERVER

__all__ = [
    "ANY",
    "BALANCER",
    "BASTION",
    "PRIVATE",
    "ROOT",
    "SERVER",
    "Action",
    "Address",
    "Bastion",
    "Component",
    "Exposure",
    "Flow",
    "FlowIndex",
    "Gateway",
    "Host",
    "Listener",
    "Matrix",
    "Network",
    "Numbered",
    "PortRange",
    "Protocol",
    "Sticky",
    "within",
]
#: What the component that serves the sites speaks, and the one that holds the databases.
HTTP, HTTPS = SITES = ("HTTP", "HTTPS")
POSTGRESQL = "PostgreSQL"
SSH = "SSH"
#: The zones that a bastion makes: itself, as the hosts behind it see it, and the network in which they are.
BASTION, PRIVATE = "bastion", "private"
#: The component through which those with several nodes are reached, made where there are any (:mod:`.balance.carried`).
BALANCER = "balancer"
#: As whom the server itself connects, and who can always go on from a bastion.
ROOT = "root"


def within(inner: Address | Network, outer: Network) -> bool:
    """Whether a network holds an address, or all of another network."""
    if inner.version != outer.version:
        return False
    if isinstance(inner, (IPv4Network, IPv6Network)):
        return inner.subnet_of(outer)  # type: ignore[arg-type]
    return inner in outer


@dataclass(frozen=True)
class Host:
    """A managed host, its components and its addresses; internal components bind to the first.

    ``assumed``: nobody has named the addresses, it is the one by which Ansible reaches the host. ``administrators`` are the
    users of those who administer it, root apart; known of a bastion alone.
    """

    name: str
    addresses: tuple[Address, ...] = ()
    assumed: bool = False
    components: frozenset[str] = frozenset()
    administrators: tuple[str, ...] = ()

    @cached_property
    def networks(self) -> tuple[Network, ...]:
        """Its addresses, each as a network that holds nothing else."""
        return tuple(ip_network(address) for address in self.addresses)


@dataclass(frozen=True)
class Bastion:
    """The host through which administrators reach the others.

    :param networks: where those are.
    :param users: who may go on from it to them, by SSH.
    """

    host: str
    networks: tuple[Network, ...]
    users: tuple[str, ...]

    def leads_to(self, addresses: Iterable[Address | Network]) -> bool:
        """Whether some of an end's addresses are in its network."""
        return any(within(address, network) for address in addresses for network in self.networks)


@dataclass(frozen=True)
class Gateway:
    """The host by which those that are in the private network alone send to the outside.

    :param networks: the private network.
    :param versions: of IP, in which it has an address outside of that.
    """

    host: str
    networks: tuple[Network, ...]
    versions: frozenset[int]

    def leads_out(self, host: Host) -> tuple[Address, ...]:
        """The addresses of a host whose packets it takes out: of a family in which the host has no address elsewhere."""
        if host.name == self.host:
            return ()
        elsewhere = {one.version for one in host.addresses if not self.is_inside(one)}
        return tuple(one for one in host.addresses if one.version in self.versions - elsewhere)

    def is_inside(self, address: Address) -> bool:
        """Whether an address is in the private network."""
        return any(within(address, network) for network in self.networks)


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

    ``rows`` holds the flows by their ends, ``in_front`` the addresses of Cloudflare, through which sites may be reached.
    ``bastion`` is there if rows make one (:mod:`bastion`), ``gateway`` if some host is one (:mod:`gateway`). ``balanced`` has the
    components with several nodes, and the port on which the balancer of each caller's host takes their requests; ``sticky`` what
    keeps requests of one tenant on one node.
    """

    components: Mapping[str, Component] = field(default_factory=dict)
    zones: Mapping[str, tuple[Network, ...]] = field(default_factory=dict)
    flows: tuple[Flow, ...] = ()
    hosts: Mapping[str, Host] = field(default_factory=dict)
    in_front: tuple[Network, ...] = ()
    bastion: Bastion | None = None
    gateway: Gateway | None = None
    balanced: Mapping[str, int] = field(default_factory=dict)
    sticky: Mapping[str, Sticky] = field(default_factory=dict)

    def is_behind(self, host: Host) -> bool:
        """Whether a host is reached through the bastion alone: all its addresses are in the private network."""
        bastion = self.bastion
        return bastion is not None and host.name != bastion.host and all(bastion.leads_to([one]) for one in host.addresses)

    def is_local(self, component: str) -> bool:
        """Whether a component is reached from its own host alone, whatever hosts its callers have besides."""
        return component == BALANCER and bool(self.balanced)

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
