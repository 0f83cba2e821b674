# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a proof is made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Literal

from ..matrix.decide import Endpoint, contains
from ..matrix.model import Address, Matrix, Network, Protocol

#: ``untried``: nothing speaks against it, but it could not be tried. Worst last.
Verdict = Literal["proven", "untried", "fault"]
VERDICTS: tuple[Verdict, ...] = ("proven", "untried", "fault")


@dataclass(frozen=True)
class Vantage:
    """A place from which connections are tried: a managed host, a client, or the controller itself.

    ``seen_as`` are the addresses that others see it at, where they differ from its own (NAT).
    """

    name: str
    seen_as: tuple[Address, ...] = ()
    managed: bool = False


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
class Seen:
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


@dataclass(frozen=True)
class Hop:
    """From a vantage point to a host, with the worst of what was seen there; ``host`` is empty for an outsider."""

    vantage: str
    host: str
    verdict: Verdict


@dataclass(frozen=True)
class Check:
    """One thing that was held against the data.

    :param subject: what kind of thing: ``flow``, ``listener``, ``ssh``, ``limit``, ``redirect``, ``name``,
        ``certificate``, ``health``, ``impostor``, ``renewal``, ``room``, ``host``.
    :param title: what should hold, as a sentence without a full stop.
    :param reason: for a fault or what was not tried, why.
    :param evidence: what was seen.
    :param row: path of the row that decides (``network_flows[3]``), empty where none does.
    :param tries: how many attempts it rests on.
    :param ports: of a flow, such as ``5432/tcp``.
    :param hops: of a flow, between which hosts it was tried.
    """

    subject: str
    title: str
    verdict: Verdict
    reason: str = ""
    evidence: tuple[str, ...] = ()
    host: str = ""
    source: str = ""
    destination: str = ""
    row: str = ""
    action: str = ""
    tries: int = 1
    ports: tuple[str, ...] = ()
    hops: tuple[Hop, ...] = ()


def worst(verdicts: list[Verdict]) -> Verdict:
    """The worst of some verdicts; what has none was not tried."""
    return max(verdicts, key=VERDICTS.index, default="untried")


def overall(verdicts: Collection[str]) -> Verdict:
    """What checks say together: a fault outweighs all, what was proven outweighs what could not be tried."""
    return next((verdict for verdict in ("fault", "proven") if verdict in verdicts), "untried")


def endpoint(address: str, port: int) -> str:
    """``address:port``, IPv6 in brackets (RFC 5952, section 6)."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def zone_of(matrix: Matrix, address: str) -> str:
    """The narrowest zone that holds an address and is the source of a row; empty if there is none."""
    sources = {flow.source for flow in matrix.flows}
    place = Endpoint(addresses=(ip_address(address),))
    holding = [name for name in sorted(matrix.zones) if name in sources and contains(matrix.zones[name], place)]
    return min(holding, key=lambda name: (size_around(matrix.zones[name], place), name), default="")


def size_around(networks: Iterable[Network], place: Endpoint) -> int:
    """How many addresses of the family of a place some networks hold."""
    version = place.addresses[0].version
    return sum(ip_network(network).num_addresses for network in networks if network.version == version)
