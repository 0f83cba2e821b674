# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Are the ranges that the data take for Cloudflare's those that Cloudflare tells? One too many is a hole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from typing import Final

from ..cloudflare.ranges import difference
from ..cloudflare.told import Told
from ..matrix.model import Host, Network
from .intent import Intent
from .model import Evidence, Finding, Needs, SystemCheck, held, skipped

#: Observation of the controller's: what Cloudflare's API tells.
RANGES: Final = "ranges"


def needs(intent: Intent, host: Host) -> Needs:
    """The ranges, where a zone is made of them; without a token Cloudflare is not asked for anything."""
    return {RANGES: {}} if _is_used(intent) and intent.has_token and intent.is_front(host) else {}


def judge(intent: Intent, evidence: Evidence) -> Iterator[Finding]:
    """One finding, of both ways in which they may differ."""
    if not _is_used(intent) or not (intent.has_token or intent.proxied_names):
        return
    title = "the ranges in the data are Cloudflare's"
    seen: Told | None = next((look.seen[RANGES] for look in evidence.looks.values() if RANGES in look.seen), None)
    if not intent.has_token:
        yield skipped(title, "Cloudflare is asked only where there is a token (network_cloudflare.token)")
    elif seen is None:
        yield skipped(title, "Cloudflare was not asked")
    elif seen["error"]:
        yield skipped(title, seen["error"])
    else:
        remedy = ("ansible-playbook playbooks/cloudflare_ranges.yml", f"{intent.site} --tags firewall,nginx")
        yield held(title, _wrong(intent.matrix.in_front, seen), f"Cloudflare has {_listed(seen['addresses'])}", remedy=remedy)


def _is_used(intent: Intent) -> bool:
    """Whether a zone is made of them."""
    return any(not {*zone}.isdisjoint(intent.matrix.in_front) for zone in intent.matrix.zones.values())


def _wrong(ours: Sequence[Network], seen: Told) -> str:
    """What differs. Of a family of addresses that the data leave out altogether nothing is missing."""
    versions = {one.version for one in ours}
    found = difference(ours, (one for one in map(ip_network, seen["addresses"]) if one.version in versions))
    told = []
    if found.too_many:
        told.append(f"{_listed(found.too_many)} is not Cloudflare's: whoever comes from there is let in and believed")
    if found.missing:
        told.append(f"{_listed(found.missing)} is missing: what Cloudflare sends from there is refused, or counted as one client")
    return "; ".join(told)


def _listed(networks: Sequence[object]) -> str:
    return ", ".join(map(str, networks))


CHECK = SystemCheck("Cloudflare's ranges", needs, judge, part="cloudflare")
