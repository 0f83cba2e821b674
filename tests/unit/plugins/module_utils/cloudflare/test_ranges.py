# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is taken of the ranges that Cloudflare tells, and how two lists differ."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
import yaml
from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare.ranges import (
    VARIABLE,
    RangesError,
    check_age,
    difference,
    file_text,
    renewed,
    told,
)
from ansible_collections.nostromo.networking.plugins.module_utils.document.cloudflare_ranges import Ranges
from ansible_collections.nostromo.networking.plugins.module_utils.document.variables import Document
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.tests.standins.cloudflare.cloud import RANGES
from ansible_collections.nostromo.networking.tests.unit.inventories import ROOT
from hypothesis import given
from hypothesis import strategies as st

TODAY = date(2026, 11, 28)
FILE = ROOT / "playbooks" / "vars" / "cloudflare_ranges.yml"


def read(text: str) -> Ranges:
    """What a file holds."""
    faults = Faults()
    found = Ranges.read(yaml.safe_load(text)[VARIABLE], VARIABLE, faults)
    assert found is not None and list(faults) == []
    return found


def held(days: int = 0) -> Ranges:
    """The list of today, asked for some days ago."""
    return told(RANGES, TODAY - timedelta(days=days))


def test_the_shipped_file_is_what_would_be_written_and_what_cloudflare_tells() -> None:
    text = FILE.read_text("utf-8")
    shipped = read(text)
    assert file_text(shipped) == text
    assert not difference(shipped.addresses, held().addresses) and shipped.etag == RANGES["etag"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda one: None, "has no list ipv4_cidrs; is a proxy in between"),
        (lambda one: {**one, "ipv4_cidrs": "104.16.0.0/13"}, "has no list ipv4_cidrs"),
        (lambda one: {**one, "ipv6_cidrs": []}, "the list ipv6_cidrs of the answer is empty"),
        (lambda one: {**one, "ipv4_cidrs": ["104.16.0.0/8"]}, '"104.16.0.0/8" in ipv4_cidrs of the answer is no network'),
        (lambda one: {**one, "ipv4_cidrs": [*one["ipv4_cidrs"], None]}, "null in ipv4_cidrs of the answer is no network"),
        (lambda one: {**one, "ipv4_cidrs": [7]}, "7 in ipv4_cidrs"),
        (lambda one: {**one, "ipv6_cidrs": ["<html>"]}, '"<html>" in ipv6_cidrs'),
        (lambda one: {**one, "ipv4_cidrs": ["10.0.0.0/13"]}, "10.0.0.0/13 in the answer is not of the public internet"),
        (lambda one: {**one, "ipv4_cidrs": ["0.0.0.0/0"]}, "0.0.0.0/0 in the answer is not of the public internet"),
        (lambda one: {**one, "ipv4_cidrs": ["104.0.0.0/7"]}, "104.0.0.0/7 in the answer is wider than anything of Cloudflare's"),
        (lambda one: {**one, "ipv6_cidrs": ["::/0"]}, "::/0 in the answer is not of the public internet"),
        (lambda one: {**one, "ipv6_cidrs": ["fd00::/32"]}, "fd00::/32 in the answer is not of the public internet"),
        (lambda one: {**one, "ipv6_cidrs": ["2600::/12"]}, "2600::/12 in the answer is wider"),
    ],
)  # fmt: skip
def test_what_is_refused(change: Callable[[dict[str, Any]], Any], expected: str) -> None:
    with pytest.raises(RangesError, match=expected.replace("?", r"\?")):
        told(change(RANGES), TODAY)


def test_half_a_list_is_refused_whatever_it_is_cut_into() -> None:
    less = told({**RANGES, "ipv4_cidrs": RANGES["ipv4_cidrs"][:5]}, TODAY)
    with pytest.raises(RangesError, match="only 2% of the IPv4 addresses that were held"):
        renewed(held(), less)
    halves = [str(half) for one in RANGES["ipv4_cidrs"] for half in ip_network(one).subnets()]
    assert len(renewed(held(), told({**RANGES, "ipv4_cidrs": halves}, TODAY)).addresses) == 2 * 15 + 7


def test_the_date_is_renewed_once_it_is_a_month_old() -> None:
    assert renewed(held(30), held()) == held(30)
    assert renewed(held(31), held()) == held()
    more = told({**RANGES, "ipv4_cidrs": [*RANGES["ipv4_cidrs"], "8.8.8.0/24"]}, TODAY)
    assert renewed(held(1), more) == more


def test_a_difference_is_told_both_ways() -> None:
    before = [ip_network(one) for one in ("104.16.0.0/12", "2400:cb00::/32")]
    after = [ip_network(one) for one in ("104.16.0.0/13", "104.24.0.0/14", "2400:cb00::/32", "2c0f:f248::/32")]
    found = difference(before, after)
    assert (found.too_many, found.missing) == ((ip_network("104.28.0.0/14"),), (ip_network("2c0f:f248::/32"),))
    assert not difference(before, [*before[0].subnets(), before[1]])


NETWORKS = st.lists(
    st.builds(lambda bits, length: ip_network((bits << 24 & (2**32 - 1) << 32 - length & 2**32 - 1, length)),
              st.integers(0, 255), st.integers(1, 8)), max_size=5,
)  # fmt: skip


@given(NETWORKS, NETWORKS)
def test_an_address_is_in_the_difference_if_it_is_in_one_list_alone(one: list[Any], other: list[Any]) -> None:
    found = difference(one, other)
    for first in range(256):
        address = ip_address(first << 24)
        here, there = (any(address in network for network in networks) for networks in (one, other))
        assert any(address in network for network in found.too_many) == (here and not there)
        assert any(address in network for network in found.missing) == (there and not here)


def told_of(days: int, **variables: Any) -> list[str]:
    """The warnings, the ranges being so old."""
    ranges = yaml.safe_load(file_text(held(days)))
    addresses = ranges[VARIABLE]["addresses"]
    faults = Faults()
    given = {**ranges, "network_cloudflare_addresses": addresses, "network_zones": {"front": addresses}, **variables}
    check_age(Document.read_variables(given, faults), TODAY, faults)
    assert not faults.errors
    return [str(fault) for fault in faults]


def test_old_ranges_are_doubted_where_a_zone_is_made_of_them() -> None:
    assert told_of(90) == []
    (warning,) = told_of(91)
    assert "Cloudflare was last asked for its ranges 91 days ago, and the zone front is made of them" in warning
    assert "run ansible-playbook playbooks/cloudflare_ranges.yml where there is internet" in warning
    assert told_of(91, network_zones={"internet": ["0.0.0.0/0", "::/0"]}) == []
    assert told_of(91, network_cloudflare_addresses=["104.16.0.0/13"]) == []  # which the user vouches for
