# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules across request limits and what stands around them, and what the limits mean for clients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..document.limits import LIMITS, RateLimit
from ..document.sites import SITES, Site
from ..faults import Faults, show
from ..fields import read_mapping
from ..nginx.variables import (
    CLIENT_NETWORK,
    PEER_ADDRESS,
    PROXY_ADDRESS,
    UNIQUE,
    is_chosen_by_client,
    is_known,
    known_names,
)
from .directives import Written, find_limits, find_limits_of_sites
from .guarded import check_guarded

VARIABLE = "network_rate_limits"

#: Longer than this, an answer counts as slow where the data do not say.
SLOW_RESPONSE_MS = 1000
_FEW_CLIENTS = 1000


@dataclass(frozen=True)
class Surroundings:
    """What stands around the limits.

    ``proxied`` is whether another proxy (Cloudflare) stands in front, ``client_address_restored`` whether Nginx takes
    the client's address from it. ``slow_response_ms`` is the alert on response time.
    """

    directives: Sequence[str] = ()
    variables: frozenset[str] = frozenset()
    proxied: bool = False
    client_address_restored: bool = False
    slow_response_ms: int = SLOW_RESPONSE_MS
    proxy_timeout_ms: int = 60000


def validate(variables: Mapping[str, object], around: Surroundings) -> tuple[list[RateLimit], Faults]:
    """The limits of ``network_rate_limits``, and everything that is wrong or doubtful about them and ``network_sites``.

    :param variables: these two variables by name.
    """
    faults = Faults()
    sites = SITES.read(variables.get("network_sites"), "network_sites", Faults()) or ()
    limits = LIMITS.read(variables.get(VARIABLE), VARIABLE, faults) or {}
    check_limits(list(limits.values()), sites, variables.get(VARIABLE), around, faults)
    return list(limits.values()), faults


def check_limits(
    limits: Sequence[RateLimit], sites: Sequence[Site], given: object, around: Surroundings, faults: Faults
) -> None:
    """Check limits against each other, the sites and what stands around them.

    :param given: what they were read from: a zone that could not be read is declared all the same.
    """
    written = [
        *find_limits(around.directives, "nginx_http_directives", faults),
        *find_limits_of_sites(sites),
    ]
    _check_zones(read_mapping(given, VARIABLE, Faults()), written, limits, faults)
    _check_locations(limits, sites, faults)
    check_guarded(limits, sites, faults)
    wrong = {fault.path.rpartition(".")[0] for fault in faults.errors}
    for limit in limits:
        _check_key(limit, around, faults)
        if limit.path not in wrong:
            _check_meaning(limit, around, faults)


def normalised(limits: Iterable[RateLimit]) -> dict[str, dict[str, Any]]:
    """Limits by zone as plain data, with what their numbers mean."""
    return {
        limit.zone: {
            "key": limit.key,
            "location": limit.location,
            "size_bytes": limit.size_bytes,
            "rate_per_second": limit.rate_per_second,
            "burst": limit.burst,
            "nodelay": limit.nodelay,
            "delay": limit.delay,
            "clients": limit.clients,
            "admitted_requests": limit.admitted_requests,
            "immediate_requests": limit.immediate_requests,
            "longest_delay_ms": limit.longest_delay_ms,
        }
        for limit in sorted(limits, key=lambda limit: limit.zone)
    }


def _check_zones(
    data: Mapping[str, object], written: Sequence[Written], limits: Sequence[RateLimit], faults: Faults
) -> None:
    """Each zone is declared once, and used; ``written`` are the limits in plain directives."""
    declared: dict[str, tuple[str, object]] = {
        zone: (f"{VARIABLE}.{zone}", item.get("key") if isinstance(item, Mapping) else None)
        for zone, item in data.items()
    }
    for limit in limits:
        if limit.network_zone in data:
            path = f"{VARIABLE}.{limit.network_zone}"
            reason = f"is the name of the zone in which {limit.zone} counts IPv6 networks"
            faults.error(path, limit.network_zone, reason, "choose another name, or set ipv6_network to false there")
        elif limit.network_zone:
            declared[limit.network_zone] = (limit.path, f"${CLIENT_NETWORK}")
    used = {one.zone for one in written if one.key is None}
    for one in written:
        if one.key is None:
            continue
        path, key = declared.setdefault(one.zone, (one.path, one.key))
        if path != one.path:
            reason = f"declares {one.zone} again, with the key {one.key}; {path} has {key if key else 'no key'}"
            faults.error(one.path, one.zone, reason, "give each key a zone of its own")
        elif one.zone not in used:
            reason = f"{one.zone} is declared but not used, it limits nothing"
            faults.error(one.path, one.zone, reason, "add a limit_req, or remove the zone")
    for one in written:
        if one.key is None and one.zone not in declared:
            reason = f"{show(one.zone)} is used but not declared"
            faults.unknown(one.path, one.zone, reason, declared)


def _check_locations(limits: Sequence[RateLimit], sites: Sequence[Site], faults: Faults) -> None:
    """Each limit applies to a route, and no request falls between two limits."""
    routes: dict[str, str] = {}
    for site in sites:
        for route in site.routes:
            routes.setdefault(route, f"{site.path}.routes[{show(route)}]")
    by_location: dict[str, RateLimit] = {}
    for limit in limits:
        if not limit.location:
            continue  # noted already
        path = f"{limit.path}.location"
        if routes and limit.location not in routes:
            reason = f"{show(limit.location)} is no site's route, so it limits nothing"
            faults.unknown(path, limit.location, reason, routes)
        first = by_location.setdefault(limit.location, limit)
        if first is not limit:
            reason = f"{limit.location} is limited by {first.zone} already"
            faults.error(path, limit.location, reason, "keep the stricter one of the two")
    for location, limit in by_location.items():
        outer = _limit_around(location, by_location)
        if outer is not None:
            reason = f"overlaps {outer.location}: requests to {location} no longer count against {outer.zone}"
            faults.warning(f"{limit.path}.location", location, reason, "be sure that this limit alone is enough there")
    for route, path in routes.items():
        outer = None if route in by_location else _limit_around(route, by_location)
        if outer is not None and outer.location != "/":
            reason = f"escapes the limit {outer.zone} of {outer.location}"
            faults.warning(path, route, reason, "give it a limit of its own, or remove the route")


def _limit_around(path: str, by_location: Mapping[str, RateLimit]) -> RateLimit | None:
    """The limit of the longest location, other than the path itself, that the path lies under."""
    around = [location for location in by_location if location != path and path.startswith(location)]
    return by_location[max(around, key=len)] if around else None


def _check_key(limit: RateLimit, around: Surroundings, faults: Faults) -> None:
    """The key tells clients apart, and clients cannot choose it."""
    path = f"{limit.path}.key"
    names = limit.variables
    for name in names:
        if not is_known(name, around.variables):
            faults.unknown(path, name, f"${name} is not a variable of Nginx", known_names(around.variables))
    behind = [name for name in names if name in PROXY_ADDRESS or name in PEER_ADDRESS]
    if around.proxied and not around.client_address_restored and behind:
        reason = f"{limit.key} is Cloudflare's address while DNS is proxied: all clients would share a few limits"
        faults.error(path, limit.key, reason, "restore the client's address (network_client_address.zone)")
    elif around.proxied and any(name in PROXY_ADDRESS for name in names):
        reason = f"{limit.key} is Cloudflare's address even where the client's is restored"
        faults.error(path, limit.key, reason, "use $binary_remote_addr")
    elif any(name in UNIQUE for name in names):
        reason = f"{limit.key} differs in each request or connection, so nothing is ever limited"
        faults.error(path, limit.key, reason, "use $binary_remote_addr")
    elif any(is_chosen_by_client(name) for name in names):
        reason = f"{limit.key} is written by the client, who escapes the limit by writing something else"
        faults.warning(path, limit.key, reason, "use $binary_remote_addr")
    elif limit.ipv6_network and _counts_each_address(limit):
        reason = f"{limit.key} counts each IPv6 address by itself, and one client has a network of them (/64)"
        remedy = f"use ${CLIENT_NETWORK} in place of the address, or set ipv6_network to false"
        faults.warning(path, limit.key, reason, remedy)


def _counts_each_address(limit: RateLimit) -> bool:
    names = {*limit.variables}
    return bool(names & PEER_ADDRESS) and CLIENT_NETWORK not in names and not limit.network_zone


def _check_meaning(limit: RateLimit, around: Surroundings, faults: Faults) -> None:
    """What the numbers mean is what one would want."""
    if limit.clients < _FEW_CLIENTS:
        reason = f"holds only {limit.clients} clients; beyond them the oldest is forgotten, and with it its limit"
        faults.warning(f"{limit.path}.size", limit.size_bytes, reason, "use 1m for 8,000 clients, 10m for 80,000")
    path, delay = f"{limit.path}.burst", limit.longest_delay_ms
    if delay >= around.proxy_timeout_ms:
        reason = f"the last request of a burst queues {delay} ms, the proxy's timeout is {around.proxy_timeout_ms} ms"
        faults.error(path, limit.burst, reason, "set nodelay: true, or a smaller burst")
    elif delay >= around.slow_response_ms:
        reason = f"the last request of a burst queues {delay} ms, the alert is at {around.slow_response_ms} ms"
        faults.warning(path, limit.burst, reason, "set nodelay: true, or a smaller burst")
