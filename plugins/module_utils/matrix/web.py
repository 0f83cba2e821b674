# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the reverse proxy serves against the matrix: its listeners, its upstreams and the flows that lead to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..faults import Faults, show
from ..fields import check_keys, read_mapping, read_pattern, read_sequence, read_text
from .check import Checker, note_refusal
from .model import ANY, HTTP, HTTPS, SITES, Component
from .vocabulary import ABSOLUTE_PATH, CLIENT_ADDRESS_KEYS, HEADER, REMEDIES, ROUTE, SITE_HOSTNAME, SITE_KEYS

HTTP_PORT = 80  # The one port to which HTTP-01 connects, RFC 8555 section 8.3.


@dataclass(frozen=True)
class Site:
    """A host name that is served, at ``path`` in the data."""

    hostname: str
    path: str


def check_sites(checker: Checker, value: object) -> tuple[Site, ...]:
    """Check ``network_sites`` (host names, their routes and redirects), and that a component serves them."""
    faults = checker.faults
    sites: list[Site] = []
    redirects: dict[str, tuple[str, str]] = {}
    seen: dict[str, str] = {}
    for index, item in enumerate(read_sequence(value, "network_sites", faults)):
        path = f"network_sites[{index}]"
        if not isinstance(item, Mapping):
            faults.error(path, item, f"{show(item)} is not a mapping", "write hostname, and routes, root or redirect")
            continue
        check_keys(item, path, faults, SITE_KEYS)
        hostname = item.get("hostname")
        if not isinstance(hostname, str) or not SITE_HOSTNAME.fullmatch(hostname):
            reason = f"{show(hostname)} is not a host name"
            faults.error(f"{path}.hostname", hostname, reason, REMEDIES[SITE_HOSTNAME])
            continue
        first = seen.setdefault(hostname, path)
        if first != path:
            faults.error(f"{path}.hostname", hostname, f"{hostname} is served by {first} too", "remove one of them")
        sites.append(Site(hostname, path))
        routes, redirect = item.get("routes"), item.get("redirect")
        root = read_pattern(item, "root", path, faults, ABSOLUTE_PATH, "a directory", REMEDIES[ABSOLUTE_PATH])
        if redirect and (routes or root):
            reason = f"{hostname} has a redirect, and {'routes' if routes else 'files'} besides"
            faults.error(path, hostname, reason, "give it one of the two")
        elif not (routes or item.get("root") or redirect):
            faults.error(path, hostname, f"{hostname} serves nothing", "give it routes, root or redirect")
        if root and isinstance(routes, Mapping) and "/" in routes:
            reason = f"nothing is ever served from it, as / leads to {routes['/']}"
            faults.error(f"{path}.root", root, reason, "remove one of the two")
        if isinstance(redirect, str) and SITE_HOSTNAME.fullmatch(redirect):
            redirects[hostname] = (redirect, path)
        elif redirect not in (None, ""):
            reason = f"{show(redirect)} is not a host name"
            faults.error(f"{path}.redirect", redirect, reason, REMEDIES[SITE_HOSTNAME])
        _check_routes(checker, routes, path)
    for hostname, (target, path) in redirects.items():
        if target == hostname or target in redirects:
            reason = f"{hostname} is redirected to {target}, which is itself redirected"
            faults.error(f"{path}.redirect", target, reason, "redirect to a site with routes or files")
    if sites:
        _check_proxy(checker)
    return tuple(sites)


def _check_routes(checker: Checker, value: object, site: str) -> None:
    faults, proxy = checker.faults, checker.matrix.proxy
    for route, target in read_mapping(value, f"{site}.routes", faults).items():
        path = f"{site}.routes[{show(route)}]"
        if not ROUTE.fullmatch(route):
            faults.error(path, route, f"{show(route)} is not a path", REMEDIES[ROUTE])
        if not isinstance(target, str):
            faults.error(path, target, f"{show(target)} is not a name", "name the component behind it")
            continue
        if target not in checker.matrix.components:
            if not checker.is_known_broken(target):
                faults.unknown(path, target, f"{show(target)} is not a component", checker.matrix.components)
            continue
        if target == proxy:
            faults.error(path, target, f"{proxy} would pass the request to itself", "name the component behind it")
        elif (port := first_port(checker.matrix.components[target])) is not None:
            note_refusal(checker, path, proxy, target, port)
        elif checker.is_complete(target):
            faults.error(path, target, f"{target} has no port", f"add it to network_components.{target}.ports")


def first_port(component: Component) -> int | None:
    """The port by which other components reach one: its first for TCP."""
    return next((one.port for one in component.listeners if one.protocol == "tcp"), None)


def _check_proxy(checker: Checker) -> None:
    """One component serves the sites: it is public, and has a port for HTTP and one for HTTPS."""
    faults, components = checker.faults, checker.matrix.components
    public = [key for key, one in components.items() if one.exposure == "public"]
    able = [key for key in checker.matrix.speaking(*SITES) if key in public]
    for other in able[1:]:
        reason = f"{other} speaks HTTP and HTTPS, as {able[0]} does: which of them serves the sites?"
        faults.error(f"network_components.{other}.ports", None, reason, "leave the application out at one of them")
    if able or not all(map(checker.is_complete, components)):
        return
    for application in SITES:
        for key in checker.matrix.speaking(*(one for one in SITES if one != application)):
            if key in public:
                reason = f"no port of {key} has the application {application}, which the sites need"
                remedy = f"add a port with application: {application}"
                faults.error(f"network_components.{key}.ports", None, reason, remedy)
                return
    reason = "no component serves the sites: none is public and speaks HTTP and HTTPS"
    remedy = "add one with exposure: public, a port with application: HTTP, and one with application: HTTPS"
    faults.error("network_components", None, reason, remedy)


def site_ports(component: Component) -> tuple[int, int]:
    """The ports on which a component serves sites over HTTP and over HTTPS; 0 for one that it lacks, which is a fault."""
    return component.applications.get(HTTP, 0), component.applications.get(HTTPS, 0)


def check_challenge(checker: Checker, trusted_zone: str) -> None:
    """Let's Encrypt has to reach port 80 of the component that serves the sites.

    :param trusted_zone: the proxies in front (Cloudflare) by which requests arrive; empty if there are none.
    """
    proxy = checker.matrix.proxy
    if not checker.is_complete(proxy):
        return
    component = checker.matrix.components[proxy]
    if not any((one.port, one.protocol) == (HTTP_PORT, "tcp") for one in component.listeners):
        reason = f"{proxy} does not listen on port {HTTP_PORT}, where Let's Encrypt asks for the challenge (HTTP-01)"
        checker.faults.error(f"network_components.{proxy}.ports", None, reason, f"add port {HTTP_PORT}")
        return
    if not checker.flows_complete or not checker.zones_complete:
        return
    rows = [row for row in checker.rows_to(proxy) if row.action == "allow" and row.covers(HTTP_PORT, "tcp")]
    if not any(row.source in (ANY, trusted_zone) or row.source in checker.zones.worlds for row in rows):
        reason = f"no row lets the internet in to {proxy} on port {HTTP_PORT}, so Let's Encrypt cannot ask (HTTP-01)"
        checker.faults.error(
            "network_flows", None, reason, f"add a row: source internet, destination {proxy}, port {HTTP_PORT}"
        )


def check_client_address(checker: Checker, value: object, faults: Faults) -> str:
    """Check ``network_client_address``; returns the zone of the proxies in front, empty if there are none."""
    path = "network_client_address"
    record = read_mapping(value, path, faults)
    check_keys(record, path, faults, CLIENT_ADDRESS_KEYS)
    zone = read_text(record, "zone", path, faults)
    read_pattern(record, "header", path, faults, HEADER, "the name of a header", REMEDIES[HEADER])
    if zone and zone not in checker.matrix.zones and checker.zones_complete:
        faults.unknown(f"{path}.zone", zone, f"{show(zone)} is not a zone", checker.matrix.zones)
    return zone


def hostnames(sites: Sequence[Site]) -> list[str]:
    """The names that are served, each once, in the order of the data."""
    return list(dict.fromkeys(site.hostname for site in sites))
