# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether those who look up names may ask a DNS server."""

from __future__ import annotations

from collections.abc import Sequence

from .check import Checker
from .decide import Endpoint, decide
from .model import ANY, SERVER, Address

_DNS_PORT = 53


def check_name_servers(checker: Checker, servers: Sequence[Address]) -> None:
    """Note when the host could ask none of its DNS servers. Of what a resolver of its own (loopback) asks nothing is known."""
    outside = _outside(checker, servers)
    if not outside or _may_ask(checker, SERVER, outside):
        return
    asked = _listed(outside)
    zone = next(
        (
            flow.destination
            for source in (SERVER, ANY)
            for _number, flow in checker.matrix.rows.starting_at(source)
            if flow.action == "allow" and flow.covers(_DNS_PORT, "udp") and flow.destination in checker.matrix.zones
        ),
        None,
    )
    path = f"network_zones.{zone}" if zone else "network_flows"
    remedy = (
        "name them here (network_resolver_addresses)" if zone else f"add a row from server to them on {_DNS_PORT}/udp"
    )
    reason = f"the host asks {asked} for names, where no row leads: it could look up none"
    checker.faults.error(path, asked, reason, remedy)


def check_lookups(checker: Checker, servers: Sequence[Address]) -> None:
    """Note components that may reach the internet, and ask none of the DNS servers where in it what they look for is."""
    outside = _outside(checker, servers)
    for component in checker.matrix.components if outside else ():
        outwards = [
            flow
            for _number, flow in checker.matrix.rows.starting_at(component)
            if flow.action == "allow" and flow.destination in checker.zones.worlds
        ]
        if component != SERVER and outwards and not _may_ask(checker, component, outside):
            flow = outwards[0]
            reason = f"leads {component} to any address, and no row leads it to a DNS server ({_listed(outside)})"
            remedy = f"add a row from {component} to them on {_DNS_PORT}/udp, or name the addresses in the zone"
            checker.faults.warning(flow.path, flow.name, reason, remedy)


def _outside(checker: Checker, servers: Sequence[Address]) -> list[Address]:
    """The DNS servers that are no host's own, if all is known by which they could be asked."""
    own = {address for host in checker.matrix.hosts.values() for address in host.addresses}
    if own & {*servers} or not checker.flows_complete or not checker.zones_complete:
        return []
    return [one for one in servers if not one.is_loopback]


def _may_ask(checker: Checker, component: str, servers: Sequence[Address]) -> bool:
    ends = (Endpoint(addresses=(one,)) for one in servers)
    return any(decide(checker.matrix, Endpoint(component), end, _DNS_PORT, "udp").action == "allow" for end in ends)


def _listed(addresses: Sequence[Address]) -> str:
    return ", ".join(map(str, addresses))
