# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which connections prove the matrix, from each vantage point."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from ..endpoint import endpoint
from ..matrix.compile import EVERYWHERE, listen_address, listens_at
from ..matrix.decide import Endpoint, component_at, leads_to
from ..matrix.link_local import METADATA
from ..matrix.model import ROOT, SERVER, Action, Component, Host, Matrix, Protocol
from ..matrix.probing import Targets
from ..observe.flows import Flow
from .intent import addresses_in

# Where the search for a port begins that no row and no component names: what nobody allows has to be denied too.
_FIRST_UNLISTED = 8443
# Where most clouds give out the machine's credentials.
_METADATA = METADATA[0].network_address
# A port that every system has reasons to send to and this one does not.
_SMTP = 25


@dataclass(frozen=True)
class Probe:
    """A connection to try from a vantage point.

    :param source: the component that connects; empty for an outsider.
    :param user: the system user as which it connects, empty for any.
    :param destination: the component that is meant, or empty for an outsider.
    :param host: the managed host where it ends; empty for an outsider.
    :param zones: the zones that the target at an outsider's address stands for.
    """

    vantage: str
    source: str
    user: str
    destination: str
    host: str
    address: str
    port: int
    protocol: Protocol = "tcp"
    zones: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tried:
    """What became of a probe; see the module ``probe_flows`` for the words."""

    probe: Probe
    outcome: str
    local: str = ""
    peer: str = ""
    detail: str = ""

    def __str__(self) -> str:
        probe = self.probe
        who = f"{probe.user or probe.vantage}@{probe.vantage}" if probe.user else probe.vantage
        start = f" ({self.local})" if self.local else ""
        return f"{who}{start} → {endpoint(self.peer or probe.address, probe.port)}/{probe.protocol}: {self.outcome}"


def probes_from_host(matrix: Matrix, host: Host, targets: Targets) -> list[Probe]:
    """What to try on a managed host: every component's user to every component, and to the zones that have targets.

    From the bastion its administrators try besides what only they may, and root.
    """
    users = _users(matrix, host)
    probes = [
        Probe(host.name, source, user, key, there.name, address, port, protocol)
        for there in matrix.hosts.values()
        for key, port, protocol in _listeners(matrix, there)
        for address in (_bound(matrix, host, key) if there == host else map(str, there.addresses))
        for source, user in (*users, *(_administrators(matrix, host) if key == SERVER and there != host else ()))
    ]
    probes += [
        Probe(host.name, source, user, "", "", address, port, protocol, zones)
        for address, zones in [*_addresses(targets), *_metadata(matrix)]
        for port, protocol in _outward(matrix)
        for source, user in users
    ]
    return probes


def probes_from_outside(matrix: Matrix, vantage: str, reached_at: Mapping[str, str]) -> list[Probe]:
    """What to try from anywhere else: every port that a managed host has, and one that it has not.

    Into the private network behind a bastion nobody gets from outside.

    :param reached_at: managed host -> the address by which Ansible reaches it. Its other addresses are tried as well, if
        they are as public as that one: a private address leads elsewhere, or nowhere, from outside.
    """
    return [
        Probe(vantage, "", "", key, host.name, address, port, protocol)
        for host in matrix.hosts.values()
        for key, port, protocol in [*_listeners(matrix, host), (SERVER, unlisted_port(matrix), "tcp")]
        for address in _public(host, reached_at.get(host.name, ""))
        if not _is_inside(matrix, address)
    ]


def unlisted_port(matrix: Matrix) -> int:
    """A port of which neither a row nor a component speaks."""
    declared = {listener.port for component in matrix.components.values() for listener in component.listeners}
    return next(
        port
        for port in range(_FIRST_UNLISTED, 65536)
        if port not in declared and not any(flow.covers(port, "tcp") for flow in matrix.flows)
    )


def _users(matrix: Matrix, host: Host) -> list[tuple[str, str]]:
    """Component -> its user, of those that have one of their own."""
    own = [(key, user) for key in sorted(host.components) if (user := matrix.components[key].user)]
    return [*own, (SERVER, ROOT)]


def _administrators(matrix: Matrix, host: Host) -> list[tuple[str, str]]:
    """Those of a bastion, as of whom rows let the server itself go on from it; none elsewhere."""
    bastion = matrix.bastion
    return [(SERVER, user) for user in bastion.users if user != ROOT] if bastion and bastion.host == host.name else []


def _is_inside(matrix: Matrix, address: str) -> bool:
    """Whether an address is one of the private network; a name is not known to be."""
    try:
        return matrix.bastion is not None and matrix.bastion.leads_to([ip_address(address)])
    except ValueError:
        return False


def _listeners(matrix: Matrix, host: Host) -> Iterator[tuple[str, int, Protocol]]:
    for key in sorted(host.components | {SERVER}):
        for listener in matrix.components[key].listeners:
            yield key, listener.port, listener.protocol


def _bound(matrix: Matrix, host: Host, key: str) -> tuple[str, ...]:
    """Where the host itself reaches one of its components."""
    component: Component = matrix.components[key]
    addresses = listen_address(matrix, host, component)
    return ("127.0.0.1", "::1") if addresses == EVERYWHERE else addresses


def _addresses(targets: Targets) -> list[tuple[str, tuple[str, ...]]]:
    zones: dict[str, list[str]] = {}
    for zone, addresses in targets.items():
        for address in addresses:
            zones.setdefault(address, []).append(zone)
    return [(address, tuple(found)) for address, found in zones.items()]


def _metadata(matrix: Matrix) -> list[tuple[str, tuple[str, ...]]]:
    """Where a cloud's metadata service would be, if a zone lists it: a target to be refused, that stands for no zone."""
    listed = any(leads_to(networks, Endpoint(addresses=(_METADATA,))) for networks in matrix.zones.values())
    return [(str(_METADATA), ())] if listed else []


def _outward(matrix: Matrix) -> list[tuple[int, Protocol]]:
    """Every port that a row to a zone names, and one that none does."""
    named = {
        (ports.first, protocol)
        for flow in matrix.flows
        if flow.destination in matrix.zones
        for ports in flow.ports
        for protocol in flow.protocols
    }
    return sorted({*named, (_SMTP, "tcp")})


def _public(host: Host, reached_at: str) -> list[str]:
    try:
        private = ip_address(reached_at).is_private
    except ValueError:  # a name
        return [str(address) for address in host.addresses]
    addresses = [str(address) for address in host.addresses if address.is_private == private]
    return list(dict.fromkeys([reached_at, *addresses]))


def end_of(matrix: Matrix, probe: Probe) -> Endpoint:
    """Where a probe to a managed host ends: on another host than its own at the very address that was tried."""
    whole = component_at(probe.destination, matrix.hosts[probe.host])
    own = probe.host == probe.vantage
    return whole if own else Endpoint(probe.destination, addresses_in([probe.address]) or whole.addresses)


def proves(matrix: Matrix, probe: Probe, action: Action, address: str = "") -> bool:
    """Whether a probe to a managed host proves a row: what is allowed, only where the component is to listen.

    :param address: the one that was tried, where the probe names a host.
    """
    there = matrix.hosts[probe.host]
    return action == "deny" or listens_at(matrix, there, probe.destination, address or probe.address)


def plain_probes(probes: Iterable[Probe]) -> list[dict[str, Any]]:
    """For the observation ``flows``, which gives each back with what became of it."""
    return [dict(vars(probe)) for probe in probes]


def tried(seen: Iterable[Flow]) -> Iterator[Tried]:
    """What the observation ``flows`` saw; a probe to a name has more than one outcome."""
    for one in seen:
        probe = Probe(**{**one["probe"], "zones": tuple(one["probe"]["zones"])})
        for outcome in one["outcomes"]:
            yield Tried(probe, **outcome)
