# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Addresses that belong to no network beyond the host's own link or its cloud, and that hand out the keys of either.

"The internet" as somebody writes it, 0.0.0.0/0, holds them all the same. What answers there, such as a cloud's metadata
service with the credentials of the machine, trusts whoever can connect.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_network

from .model import Address, Network, within

#: Where clouds answer what a machine asks about itself, over HTTP.
METADATA: tuple[Network, ...] = (
    ip_network("169.254.169.254/32"),  # nearly all
    ip_network("100.100.100.200/32"),  # Alibaba
    ip_network("168.63.129.16/32"),  # Azure
    ip_network("fd00:ec2::254/128"),  # Amazon
    ip_network("fd20:ce::254/128"),  # Google
)
LINK_LOCAL: tuple[Network, ...] = (
    ip_network("169.254.0.0/16"),  # RFC 3927
    ip_network("fe80::/10"),  # RFC 4291, section 2.5.6
    *(network for network in METADATA if not network.is_link_local),
)


def meet(some: Iterable[Network], others: Iterable[Network]) -> bool:
    """Whether rows to the one and rows to the other zone speak of an address that they share."""
    theirs = tuple(others)
    return any(
        one.version == other.version and is_link_local(one) == is_link_local(other) and one.overlaps(other)
        for one in some
        for other in theirs
    )


def is_link_local(place: Address | Network) -> bool:
    """Whether all of a place lies there."""
    return any(within(place, network) for network in LINK_LOCAL)
