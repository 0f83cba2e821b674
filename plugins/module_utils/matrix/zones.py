# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which zones overlap, which contain which, and which reach out to the whole internet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Network, collapse_addresses, summarize_address_range

from .model import Network

# Wider than anything that one organisation holds: more than a class A network, or an IPv6 /16.
_WORLD_PREFIX = {4: 7, 6: 15}

# RFC 6890 and multicast, as far as these are not small.
_NOT_PUBLIC = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
            "198.18.0.0/15", "224.0.0.0/3",
        ),
    )
)  # fmt: skip
_MOST_ADDRESSES = 1 << 31
_TOLD_PREFIX = 16

_Prefix = tuple[int, int, int]  # version, length, leading bits


class ZoneIndex:
    """Relations between zones, found through shared prefixes rather than by comparing every two zones."""

    def __init__(self, zones: Mapping[str, Iterable[Network]]) -> None:
        networks = {name: tuple(_collapse(given)) for name, given in zones.items()}
        holders: dict[_Prefix, set[str]] = defaultdict(set)
        for name, given in networks.items():
            for network in given:
                holders[_prefix(network, network.prefixlen)].add(name)
        lengths = sorted({(version, length) for version, length, _bits in holders})
        self._containing: dict[str, set[str]] = {}
        self._overlapping: dict[str, set[str]] = {name: {name} for name in networks}
        for name, given in networks.items():
            around = [
                set().union(*(holders.get(prefix, ()) for prefix in _prefixes(network, lengths))) for network in given
            ]
            self._containing[name] = set.intersection(*around) if around else {name}
            for other in set().union(*around):
                self._overlapping[name].add(other)
                self._overlapping[other].add(name)
        self._worlds = frozenset(name for name, given in networks.items() if any(map(_is_world, given)))

    @property
    def worlds(self) -> frozenset[str]:
        """The zones that hold (a large part of) the internet."""
        return self._worlds

    def overlapping(self, zone: str) -> frozenset[str]:
        """The zones that share an address with this one, itself included."""
        return frozenset(self._overlapping[zone])

    def containing(self, zone: str) -> frozenset[str]:
        """The other zones that hold all of this one; of two equal zones only the first by name contains the other."""
        return frozenset(
            other
            for other in self._containing[zone]
            if other != zone and (zone not in self._containing[other] or other < zone)
        )


def public_gaps(networks: Iterable[Network]) -> list[IPv4Network]:
    """What a zone lacks that holds most of the internet's IPv4 addresses, and of the public ones not quite all.

    Left out deliberately are small parts, so only what has an IPv4 /16 or more is told.
    """
    held = list(collapse_addresses(network for network in networks if isinstance(network, IPv4Network)))
    if sum(network.num_addresses for network in held) <= _MOST_ADDRESSES:
        return []
    gaps: list[IPv4Network] = []
    begin = 0
    for network in sorted(collapse_addresses((*held, *_NOT_PUBLIC))):
        if begin < int(network.network_address):
            gaps += summarize_address_range(IPv4Address(begin), network.network_address - 1)
        begin = int(network.broadcast_address) + 1
    return [gap for gap in gaps if gap.prefixlen <= _TOLD_PREFIX]


def _collapse(networks: Iterable[Network]) -> Iterator[Network]:
    given = list(networks)
    yield from collapse_addresses(network for network in given if isinstance(network, IPv4Network))
    yield from collapse_addresses(network for network in given if isinstance(network, IPv6Network))


def _prefix(network: Network, length: int) -> _Prefix:
    return network.version, length, int(network.network_address) >> (network.max_prefixlen - length)


def _prefixes(network: Network, lengths: Iterable[tuple[int, int]]) -> Iterator[_Prefix]:
    """The prefixes of a network, itself included, among the lengths that occur."""
    for version, length in lengths:
        if version == network.version and length <= network.prefixlen:
            yield _prefix(network, length)


def _is_world(network: Network) -> bool:
    if network.prefixlen > _WORLD_PREFIX[network.version]:
        return False
    return network.prefixlen == 0 or not (network.is_private or network.is_multicast or network.is_reserved)
