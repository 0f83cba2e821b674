# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read the question: may A reach B on port P?"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network

from ..document.addresses import read_network
from ..document.ports import PROTOCOLS, read_port
from ..faults import Faults, show
from ..matrix.decide import Endpoint, component_at
from ..matrix.model import BASTION, SERVER, Component, Host, Matrix, Network, Protocol


@dataclass(frozen=True)
class Party:
    """An end of the connection: a component, a zone, or (neither of them) the address of an outsider.

    ``host`` is the one on which the component is meant; any of it without.
    """

    name: str
    component: str | None = None
    zone: str | None = None
    networks: tuple[Network, ...] = ()
    host: str = ""

    def places(self, matrix: Matrix) -> tuple[tuple[Host | None, Endpoint], ...]:
        """Where it is: on each host of the component, or outside."""
        if self.component is None:
            return ((None, Endpoint(None, self.networks)),)
        hosts = [host for host in matrix.hosts_of(self.component) if self.host in ("", host.name)]
        return tuple((host, component_at(self.component, host)) for host in hosts)


@dataclass(frozen=True)
class Question:
    """One connection, tried by ``source``."""

    source: Party
    destination: Party
    port: int
    protocol: Protocol = "tcp"

    def concerns(self, component: Component) -> bool:
        """Whether a component listens on the port that is asked for."""
        return any((one.port, one.protocol) == (self.port, self.protocol) for one in component.listeners)

    def __str__(self) -> str:
        return f"{self.source.name} → {self.destination.name}, port {self.port}/{self.protocol}"


def read_question(
    matrix: Matrix, source: object, destination: object, port: object, protocol: object, faults: Faults
) -> Question | None:
    """The question in the words of the user; ``None`` if anything about it is wrong, which is noted."""
    before = len(faults)
    number = _read_port(port, faults)
    transport = _read_protocol(protocol, faults)
    start = _read_party(matrix, source, "from", faults)
    end = _read_party(matrix, destination, "to", faults)
    if start is not None and (host := _host_at(matrix, start)):
        there = ", ".join(sorted({*host.components, SERVER}))
        reason = f"{start.name} is the host {host.name}, on which each component has rows of its own"
        faults.error("from", start.name, reason, f"name one of {there}")
    if end is not None and number is not None and (host := _host_at(matrix, end)):
        end = _component_behind(matrix, host, number, transport)
    if start is not None and end is not None and start.component is None and end.component is None:
        reason = f"neither {start.name} nor {end.name} is a component, so no host has rules for it"
        faults.error("from, to", [start.name, end.name], reason, "name a component at one end")
    if len(faults) > before or start is None or end is None or number is None:
        return None
    return Question(start, end, number, transport)


def _read_port(value: object, faults: Faults) -> int | None:
    if value is None or value == "":
        faults.error("port", value, "is missing", "add it, as in -e port=5432")
        return None
    return read_port(value, "port", faults)


def _read_protocol(value: object, faults: Faults) -> Protocol:
    for protocol in PROTOCOLS:
        if value == protocol:
            return protocol
    if value is not None and value != "":
        faults.error("protocol", value, f"{show(value)} is not a protocol", "use tcp or udp")
    return "tcp"


def _read_party(matrix: Matrix, value: object, path: str, faults: Faults) -> Party | None:
    if value is None or value == "":
        faults.error(path, value, "is missing", f"name a component, a zone or an address, as in -e {path}=api")
        return None
    name = str(value)
    for key, component in matrix.components.items():
        if name in (key, component.hostname):
            return _read_component(matrix, key, path, faults)
    if name == BASTION and matrix.bastion is not None:
        return Party(name, component=SERVER, host=matrix.bastion.host)
    if name in matrix.zones:
        return Party(name, zone=name, networks=matrix.zones[name])
    if name[0].isdigit() or ":" in name or "/" in name:
        network = read_network(name, path, faults)
        if network is not None and network.is_loopback:
            faults.error(path, name, f"{name} is every host itself", "name the component that is meant")
            return None
        return None if network is None else Party(name, networks=(network,))
    known = {*matrix.components, *matrix.zones}
    faults.unknown(path, name, f"{show(name)} is neither a component nor a zone nor an address", known)
    return None


def _read_component(matrix: Matrix, key: str, path: str, faults: Faults) -> Party | None:
    if not matrix.hosts_of(key):
        remedy = f"put a host into the inventory group {key}"
        faults.error(path, key, f"{key} runs on no host of the inventory", remedy)
        return None
    return Party(key, component=key)


def _host_at(matrix: Matrix, party: Party) -> Host | None:
    """The managed host that has the address."""
    if party.component is not None or party.zone is not None:
        return None
    for host in matrix.hosts.values():
        if any(ip_network(address) in party.networks for address in host.addresses):
            return host
    return None


def _component_behind(matrix: Matrix, host: Host, port: int, protocol: Protocol) -> Party:
    """Who listens on a port of a host; the server itself if no component does."""
    for key in sorted(host.components):
        listeners = matrix.components[key].listeners
        if any((one.port, one.protocol) == (port, protocol) for one in listeners):
            return Party(key, component=key)
    return Party(SERVER, component=SERVER)
