# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read addresses and networks in the one form that every tool behind the matrix takes: plain IPv4, IPv6 or CIDR."""

from __future__ import annotations

import re
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_interface,
    ip_network,
)
from typing import TypeAlias

from ..faults import Faults, show
from ..fields import note_placeholder
from .options import Plain
from .schema import Schema, to_fill_in

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

# What looks like an address or a network (CIDR); Python would take a netmask or a zone identifier, the tools would not.
_ADDRESS = re.compile(r"[0-9A-Fa-f:.]+")
_NETWORK = re.compile(r"[0-9A-Fa-f:.]+(/[0-9]+)?")
_ADDRESS_REMEDY = "use an address such as 192.0.2.10 or 2001:db8::10"
_NETWORK_REMEDY = "use an address or a network such as 192.0.2.0/24 or 2001:db8::/32"
_LONGEST = {4: 32, 6: 128}


class IPAddress(Plain):
    """An IPv4 or IPv6 address of a host."""

    def read(self, value: object, path: str, faults: Faults) -> Address | None:
        """Reads it."""
        return read_address(value, path, faults)

    def schema(self) -> Schema:
        """Its schema."""
        return to_fill_in(_ADDRESS, _ADDRESS_REMEDY)


class IPNetwork(Plain):
    """An address, or a network in CIDR form."""

    def read(self, value: object, path: str, faults: Faults) -> Network | None:
        """Reads it."""
        return read_network(value, path, faults)

    def schema(self) -> Schema:
        """Its schema."""
        return to_fill_in(_NETWORK, _NETWORK_REMEDY)


def read_address(value: object, path: str, faults: Faults) -> Address | None:
    """An IPv4 or IPv6 address of a host; ``None`` if it is wrong."""
    remedy = _ADDRESS_REMEDY
    if note_placeholder(value, path, faults, "the real address"):
        return None
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
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
    remedy = _NETWORK_REMEDY
    if note_placeholder(value, path, faults, "the real addresses"):
        return None
    if not isinstance(value, str) or not _NETWORK.fullmatch(value):
        faults.error(path, value, f"{show(value)} is not an IP address or network", remedy)
        return None
    try:
        network = ip_network(value)
    except ValueError:
        try:
            interface = ip_interface(value)
        except ValueError:
            faults.error(path, value, *_no_network(value))
        else:
            remedy = f"write {interface.network}, or {interface.ip} for that address alone"
            faults.error(path, value, f"{show(value)} is a network with host bits set", remedy)
        return None
    if isinstance(network, IPv6Network) and network.network_address.ipv4_mapped:
        remedy = "write it as IPv4"
        faults.error(path, value, f"{show(value)} is an IPv4 network in IPv6 clothes", remedy)
        return None
    if network.num_addresses == 1 and network.network_address.is_unspecified:
        remedy = f"write {network.network_address}/0 for every address"
        faults.error(path, value, f"{show(value)} is the address of nobody", remedy)
        return None
    return network


def _no_network(value: str) -> tuple[str, str]:
    """Why a text is no network, and what would be right."""
    address, slash, length = value.partition("/")
    try:
        version = ip_address(address).version if slash else 0
    except ValueError:
        version = 0
    if version and length.isdigit() and int(length) > _LONGEST[version]:
        return f"/{length} is too long for IPv{version}", f"use one up to /{_LONGEST[version]}"
    return f"{show(value)} is not an IP address or network", _NETWORK_REMEDY
