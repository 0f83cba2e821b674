# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Are the declared limits in the configuration, and do they hold on every site wherever what they guard is reached?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..document.limits import Rate, RateLimit, Size
from ..document.sites import Site
from ..faults import Faults
from ..nginx.language import Directive
from ..nginx.meaning import Location, in_force, locations, named, serving, told
from ..nginx.variables import CLIENT_NETWORK
from .intent import Intent
from .model import Finding, held
from .web_server import HASHED_PATHS
from .web_shape import expected_locations, route_key

#: How the role nginx tells the network of an address: arguments, and what stands in the block. The address is in its bytes.
_MAP = (
    ["$binary_remote_addr", f"${CLIENT_NETWORK}"],
    [
        ("default", "$binary_remote_addr"),
        (r"~^\x00{10}\xff{2}", "$binary_remote_addr"),
        (r"~(?s)^(?<network>.{8}).{8}\z", "$network"),
    ],
)


def judge_limits(intent: Intent, http: Sequence[Directive], servers: Mapping[Any, Directive]) -> Iterator[Finding]:
    """A finding for each zone, and one for each site on which a limit has to hold."""
    for limit in intent.limits:
        zones = [one for one in named(http, "limit_req_zone") if _belongs(one, intent.limits) == limit.zone]
        networks = [one for one in zones if _is_by_network(one, limit)]
        title = f"{limit.zone} counts by {limit.key}, {limit.rate_per_second:g} requests a second"
        yield _zone(title, limit, limit.key, [one for one in zones if one not in networks])
        if limit.network_zone:
            yield _networks(limit, http, networks)
        yield from _limited(intent, limit, http, servers)


def undeclared_zones(limits: Sequence[RateLimit], http: Sequence[Directive], own: Sequence[Directive]) -> Iterator[str]:
    """The zones that are neither of the data nor of the user's own directives."""
    known = {_option(one, "zone") for one in own}
    for one in named(http, "limit_req_zone"):
        if _belongs(one, limits) is None and _option(one, "zone") not in known:
            yield told(one)


def _option(one: Directive, name: str) -> str:
    return next((word.partition("=")[2] for word in one["args"] if word.startswith(f"{name}=")), "")


def _belongs(one: Directive, limits: Sequence[RateLimit]) -> str | None:
    """The declared zone that a ``limit_req_zone`` or ``limit_req`` means; its name may go on after that."""
    name = _zone_name(one)
    zones = [limit.zone for limit in limits if name == limit.zone or name.startswith(f"{limit.zone}_")]
    return max(zones, key=len, default=None)


def _zone_name(one: Directive) -> str:
    return _option(one, "zone").partition(":")[0]


def _is_by_network(one: Directive, limit: RateLimit) -> bool:
    name = _zone_name(one)
    return bool(limit.network_zone) and name.startswith(f"{limit.zone}_") and name.endswith("_network")


def _networks(limit: RateLimit, http: Sequence[Directive], found: Sequence[Directive]) -> Finding:
    """The zone that counts by network, and what a network is."""
    title = f"{limit.zone} counts an IPv6 network (/64) as one client"
    maps = [one for one in named(http, "map") if one["args"][-1:] == [f"${CLIENT_NETWORK}"]]
    if [(one["args"], _pairs(one)) for one in maps] != [_MAP]:
        return held(title, f"${CLIENT_NETWORK} is not the network of the address", *map(told, maps))
    return _zone(title, limit, f"${CLIENT_NETWORK}", found)


def _pairs(one: Directive) -> list[tuple[str, ...]]:
    return [(inner["name"], *inner["args"]) for inner in one["block"] or ()]


def _zone(title: str, limit: RateLimit, key: str, found: Sequence[Directive]) -> Finding:
    """The zone has the declared key, rate and size."""
    wrong = [] if found else ["there is no such zone"]
    for one in found:
        if one["args"][0] != key:
            wrong.append(f"its key is {one['args'][0]}")
        rate, size = _option(one, "rate"), _option(one, "zone").partition(":")[2]
        if Rate().read(rate, "", Faults()) != limit.rate_per_second:
            wrong.append(f"its rate is {rate or 'none'}")
        if Size().read(size, "", Faults()) != limit.size_bytes:
            wrong.append(f"its size is {size}")
    return held(title, "; ".join(wrong), *map(told, found))


def _limited(
    intent: Intent, limit: RateLimit, http: Sequence[Directive], servers: Mapping[Any, Directive]
) -> Iterator[Finding]:
    """Of each site: whatever serves the paths of a limit, and leads to what it guards, counts against it."""
    guarded = {site.routes[limit.location].component for site in intent.sites if limit.location in site.routes}
    for site in intent.sites:
        server = servers.get(((site.hostname,), True))
        if server is None or not site.routes:
            continue
        block = server["block"] or []
        guards = [one for one in serving(locations(block), limit.location) if _is_guarded(one, intent, site, guarded)]
        wrong = [
            f"location {one.key} {fault}"
            for one in guards
            if (fault := _unlimited(intent.limits, limit, in_force([http, block, one.inner], "limit_req")))
        ]
        if guards:
            title = f"{limit.zone} limits https://{site.hostname}{limit.location}"
            yield held(title, "; ".join(wrong), *(f"location {one.key}" for one in guards))


def _is_guarded(location: Location, intent: Intent, site: Site, guarded: set[str]) -> bool:
    """Not so what the role itself writes beside the routes, and routes to other components."""
    components = {route_key(location): route.component for location, route in site.routes.items()}
    if location.key in components:
        return components[location.key] in guarded
    hashed = intent.web_server.hashed_paths if intent.web_server else HASHED_PATHS
    return location.key not in expected_locations(site, hashed)


def _unlimited(limits: Sequence[RateLimit], limit: RateLimit, found: Sequence[Directive]) -> str:
    """What is wrong with the limits in force at a location."""
    mine = [one for one in found if _belongs(one, limits) == limit.zone]
    by_network = [one for one in mine if _is_by_network(one, limit)]
    if len(mine) == len(by_network):
        return "is not limited by it"
    if limit.network_zone and not by_network:
        return "is not limited by network"
    wanted = (limit.burst, limit.nodelay, limit.delay)
    for one in mine:
        seen = (_number(one, "burst"), "nodelay" in one["args"], _number(one, "delay"))
        if seen != wanted:
            return f"is limited otherwise: {told(one)}"
    return ""


def _number(one: Directive, name: str) -> int:
    text = _option(one, name) or "0"
    return int(text) if text.isdecimal() else -1
