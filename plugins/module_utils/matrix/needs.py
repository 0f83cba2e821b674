# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What hosts need of their surroundings, where rows or zones give them a part of it."""

from __future__ import annotations

from ipaddress import ip_address

from .check import Checker
from .decide import Endpoint, leads_to
from .link_local import METADATA, is_link_local
from .misspelt import metadata_meant
from .model import ANY, SERVER, Address, Flow

_PACKAGES = (80, 443)
_NTP_PORT = 123
_DHCPV6_PORT = 547
#: All_DHCP_Relay_Agents_and_Servers, RFC 8415 section 7.1.
_DHCPV6_SERVERS: Address = ip_address("ff02::1:2")


def check_needs(checker: Checker) -> None:
    """Note what hosts would lack: packages, the time, an IPv6 address, the metadata of their cloud."""
    if not checker.matrix.hosts or not checker.flows_complete or not checker.zones_complete:
        return
    _check_packages(checker)
    _check_time(checker)
    _check_dhcpv6(checker)
    _check_metadata(checker)


def _check_packages(checker: Checker) -> None:
    """A host that reaches no package source is left without updates, and lacks what roles install."""
    ways = [row for row in _ways_out(checker) if not _is_link_local(checker, row.destination)]
    if not any(row.covers(port, "tcp") for row in ways for port in _PACKAGES):
        reason = "no row lets server out on 80/tcp or 443/tcp: hosts could neither install nor update a package"
        remedy = "add a row from server to the zone of your package source"
        checker.faults.warning("network_flows", None, reason, remedy)


def _check_time(checker: Checker) -> None:
    """Rows for what hosts need that leave out the time."""
    own = any(row.path.startswith("network_baseline_flows") for row in checker.matrix.flows)
    if own and not any(row.covers(_NTP_PORT, "udp") for row in _ways_out(checker)):
        reason = (
            f"no row lets server out on {_NTP_PORT}/udp (NTP): clocks drift, until certificates seem not to be valid"
        )
        checker.faults.warning("network_baseline_flows", None, reason, "add a row from server to your time servers")


def _ways_out(checker: Checker) -> list[Flow]:
    rows = (row for source in (SERVER, ANY) for _number, row in checker.matrix.rows.starting_at(source))
    return [row for row in rows if row.action == "allow"]


def _is_link_local(checker: Checker, zone: str) -> bool:
    return zone in checker.matrix.zones and all(map(is_link_local, checker.matrix.zones[zone]))


def _check_dhcpv6(checker: Checker) -> None:
    for _number, row in checker.matrix.rows.starting_at(SERVER):
        zone = checker.matrix.zones.get(row.destination)
        asks = row.action == "allow" and row.covers(_DHCPV6_PORT, "udp")
        if zone is not None and asks and not leads_to(zone, Endpoint(addresses=(_DHCPV6_SERVERS,))):
            reason = f"lacks {_DHCPV6_SERVERS}, where hosts ask for IPv6 addresses (DHCPv6), which {row.path} ({row.name}) is for"
            remedy = f"add it, or take {_DHCPV6_PORT} out of the row"
            checker.faults.warning(f"network_zones.{row.destination}", None, reason, remedy)


def _check_metadata(checker: Checker) -> None:
    """A zone of clouds' metadata services holds those, to the digit."""
    for name, zone in checker.matrix.zones.items():
        if frozenset(METADATA).isdisjoint(zone):
            continue
        for network in zone:
            address = str(network.network_address)
            if network.num_addresses == 1 and (meant := metadata_meant(address)):
                reason = f"{address} is almost {meant}, where a cloud tells a machine about itself"
                checker.faults.warning(f"network_zones.{name}", address, reason, f"did you mean {meant}?")
