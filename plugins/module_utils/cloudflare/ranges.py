# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cloudflare's address ranges: as the API tells them, in a file, against others, and how old they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

from ..document.addresses import Network
from ..document.cloudflare_ranges import Ranges
from ..document.variables import Document
from ..faults import Faults

VARIABLE = "network_cloudflare_ranges"
#: Past this age validation asks for news: new ranges are announced some time before they are used.
OLD = timedelta(days=90)
#: A list that is confirmed unchanged keeps its date so long, and with it its file.
_CONFIRMED = timedelta(days=30)
_LISTS: Mapping[str, Callable[[str], Network]] = {"ipv4_cidrs": IPv4Network, "ipv6_cidrs": IPv6Network}
#: The widest that is believed; Cloudflare's widest are a /13 and a /29.
_SHORTEST = {4: 8, 6: 16}
#: What is not the public internet's, by IANA's registries of special addresses; of IPv6 all but 2000::/3 is not.
_SPECIAL = tuple(
    map(
        ip_network,
        ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
         "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
         "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)  # fmt: skip
_GLOBAL_IPV6 = ip_network("2000::/3")
_HEAD = """\
---
# From where Cloudflare comes, as its API tells (GET /ips). Written by: ansible-playbook playbooks/cloudflare_ranges.yml
"""


class RangesError(ValueError):
    """A list that nobody should let in by; the message says why."""


@dataclass(frozen=True)
class Difference:
    """What of two lists differs, whatever their ranges are cut into.

    ``too_many`` are let in and believed, and not Cloudflare's: a hole. ``missing`` are Cloudflare's and refused: an outage.
    """

    too_many: tuple[Network, ...]
    missing: tuple[Network, ...]

    def __bool__(self) -> bool:
        return bool(self.too_many or self.missing)


def difference(held: Iterable[Network], told: Iterable[Network]) -> Difference:
    """The ranges that the data have against those that Cloudflare tells."""
    one, other = _collapsed(held), _collapsed(told)
    return Difference(too_many=_without(one, other), missing=_without(other, one))


def told(result: object, today: date) -> Ranges:
    """The API's answer, judged. :raises RangesError: it is no list of ranges of the public internet."""
    found: list[Network] = []
    for name, kind in _LISTS.items():
        texts = result.get(name) if isinstance(result, Mapping) else None
        if not isinstance(texts, list):
            raise RangesError(f"the answer has no list {name}; is a proxy in between?")
        if not texts:
            raise RangesError(f"the list {name} of the answer is empty; ask again later")
        for text in texts:
            try:
                found.append(kind(text if isinstance(text, str) else ""))
            except ValueError:
                raise RangesError(
                    f"{json.dumps(text)} in {name} of the answer is no network; ask again later"
                ) from None
    for network in found:
        _check_public(network)
    etag = result.get("etag") if isinstance(result, Mapping) else None
    return Ranges(fetched=today, etag=etag if isinstance(etag, str) else "", addresses=_in_order(found))


def _check_public(network: Network) -> None:
    special = [one for one in _SPECIAL if one.version == network.version and one.overlaps(network)]
    if special or (isinstance(network, IPv6Network) and not network.subnet_of(_GLOBAL_IPV6)):  # type: ignore[arg-type]
        raise RangesError(f"{network} in the answer is not of the public internet, and nothing of Cloudflare's")
    if network.prefixlen < _SHORTEST[network.version]:
        raise RangesError(f"{network} in the answer is wider than anything of Cloudflare's")


def renewed(held: Ranges, found: Ranges) -> Ranges:
    """What is kept from now on: what was held, where it is the same and was asked for not long ago.

    :raises RangesError: less than half of what was held is left, of IPv4 or of IPv6.
    """
    for version in _SHORTEST:
        before, after = (_size(one.addresses, version) for one in (held, found))
        if after * 2 < before:
            share = f"{after / before:.0%} of the IPv{version} addresses that were held"
            raise RangesError(
                f"the answer has only {share}; compare https://www.cloudflare.com/ips/, and if that is so write"
                f" {VARIABLE} yourself"
            )
    same = _in_order(held.addresses) == found.addresses
    return held if same and found.fetched - held.fetched <= _CONFIRMED else found


def file_text(ranges: Ranges) -> str:
    """A file of variables with the ranges."""
    lines = [f'    - "{one}"\n' if one.version == 6 else f"    - {one}\n" for one in ranges.addresses]
    head = f'{VARIABLE}:\n  fetched: "{ranges.fetched}"\n  etag: {json.dumps(ranges.etag)}\n  addresses:\n'
    return _HEAD + head + "".join(lines)


def check_age(document: Document, today: date, faults: Faults) -> None:
    """Note where a zone is made of ranges of which there has been no news for long."""
    ranges = document.cloudflare_ranges
    if ranges is None or today - ranges.fetched <= OLD or document.cloudflare_addresses != ranges.addresses:
        return
    zones = [name for name, networks in document.zones.items() if {*networks} & {*ranges.addresses}]
    if zones:
        reason = (
            f"Cloudflare was last asked for its ranges {(today - ranges.fetched).days} days ago, and the zone"
            f" {zones[0]} is made of them: one too many is a hole, one that is missing an outage"
        )
        remedy = "run ansible-playbook playbooks/cloudflare_ranges.yml where there is internet"
        faults.warning(f"{VARIABLE}.fetched", str(ranges.fetched), reason, remedy)


def _in_order(networks: Iterable[Network]) -> tuple[Network, ...]:
    return tuple(sorted({*networks}, key=lambda one: (one.version, one.network_address, one.prefixlen)))


def _collapsed(networks: Iterable[Network]) -> list[Network]:
    every = list(networks)
    return [
        *collapse_addresses(one for one in every if isinstance(one, IPv4Network)),
        *collapse_addresses(one for one in every if isinstance(one, IPv6Network)),
    ]


def _without(these: Sequence[Network], others: Sequence[Network]) -> tuple[Network, ...]:
    left = list(these)
    for other in others:
        left = [part for one in left for part in _cut(one, other)]
    return _in_order(_collapsed(left))


def _cut(one: Network, other: Network) -> Iterable[Network]:
    """What is left of a network without another. Of two that overlap, one holds the other."""
    if one.version != other.version or not one.overlaps(other):
        return (one,)
    return () if one.prefixlen >= other.prefixlen else one.address_exclude(other)  # type: ignore[arg-type]


def _size(networks: Iterable[Network], version: int) -> int:
    return sum(one.num_addresses for one in _collapsed(networks) if one.version == version)
