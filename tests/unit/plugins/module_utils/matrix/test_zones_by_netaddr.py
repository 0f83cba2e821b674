# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Zones and the addresses in them, held to the sets of another library: netaddr's ``IPSet``."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from ansible_collections.nostromo.networking.plugins.module_utils.matrix.decide import Endpoint, contains
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.model import Network
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.zones import ZoneIndex
from hypothesis import given, settings
from hypothesis import strategies as st
from netaddr import IPAddress, IPNetwork, IPSet

# Few enough addresses that networks meet.
BASES = {4: int(ip_address("192.0.2.0")), 6: int(ip_address("2001:db8::"))}


@st.composite
def networks(draw: st.DrawFn) -> Network:
    version = draw(st.sampled_from([4, 6]))
    length = draw(st.integers(24, 32)) + (96 if version == 6 else 0)
    address = BASES[version] + draw(st.integers(0, 255))
    return ip_network((address, length), strict=False)


ZONES = st.dictionaries(st.sampled_from("abcdef"), st.lists(networks(), min_size=1, max_size=4), min_size=1, max_size=6)


def as_set(zone: list[Network]) -> IPSet:
    return IPSet(IPNetwork(str(network)) for network in zone)


@settings(max_examples=200, deadline=None)
@given(zones=ZONES)
def test_overlapping_and_containing(zones: dict[str, list[Network]]) -> None:
    index, sets = ZoneIndex(zones), {name: as_set(zone) for name, zone in zones.items()}
    for name, own in sets.items():
        assert index.overlapping(name) == {other for other, its in sets.items() if not own.isdisjoint(its)}
        around = {other for other, its in sets.items() if other != name and its.issuperset(own)}
        assert index.containing(name) == {other for other in around if sets[other] != own or other < name}


@settings(max_examples=200, deadline=None)
@given(zone=st.lists(networks(), max_size=4), address=st.integers(0, 255), version=st.sampled_from([4, 6]))
def test_addresses(zone: list[Network], address: int, version: int) -> None:
    one = ip_address(BASES[version] + address)
    assert contains(zone, Endpoint(addresses=(one,))) == (IPAddress(str(one)) in as_set(zone))
