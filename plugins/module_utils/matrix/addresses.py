# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read addresses and networks in the one form that every tool behind the matrix takes: plain IPv4, IPv6 or CIDR."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address, ip_interface, ip_network

from ..faults import Faults, show
from ..fields import note_placeholder
from .model import Address, Network
from .vocabulary import ADDRESS, NETWORK, REMEDIES


def read_address(value: object, path: str, faults: Faults) -> Address | None:
    """An IPv4 or IPv6 address of a host; ``None`` if it is wrong."""
    remedy = REMEDIES[ADDRESS]
    if note_placeholder(value, path, faults, "the real address"):
        return None
    if not isinstance(value, str) or not ADDRESS.fullmatch(value):
        faults.error(path, value, f"{show(value)} is not an IP address", remedy)
        return None
    try:
        address = ip_address(value)
    except ValueError:
        faults.error(path, value, f"{show(value)} is not an IP address", remedy)
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        faults.error(path, value, f"{show(value)} is an IPv4 address in IPv6 clothes", f"write {address.ipv4_mapped}")
        return None
    if address.is_unspecified or address.is_multicast:
        faults.error(path, value, f"{show(value)} cannot be the address of a host", remedy)
        return None
    return address


def read_network(value: object, path: str, faults: Faults) -> Network | None:
    """An address or a network in CIDR form without host bits; ``None`` if it is wrong."""
    remedy = REMEDIES[NETWORK]
    if note_placeholder(value, path, faults, "the real addresses"):
        return None
    if not isinstance(value, str) or not NETWORK.fullmatch(value):
        faults.error(path, value, f"{show(value)} is not an IP address or network", remedy)
        return None
    try:
        network = ip_network(value)
    except ValueError:
        try:
            interface = ip_interface(value)
        except ValueError:
            faults.error(path, value, f"{show(value)} is not an IP address or network", remedy)
        else:
            remedy = f"write {interface.network}, or {interface.ip} for that address alone"
            faults.error(path, value, f"{show(value)} is a network with host bits set", remedy)
        return None
    if isinstance(network, IPv6Network) and network.network_address.ipv4_mapped:
        remedy = "write it as IPv4"
        faults.error(path, value, f"{show(value)} is an IPv4 network in IPv6 clothes", remedy)
        return None
    return network
