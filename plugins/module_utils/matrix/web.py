# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the reverse proxy serves against the matrix: its listeners, its upstreams and the flows that lead to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..document.sites import ClientAddress, Site
from ..faults import Faults, show
from ..nginx.workers import WORKERS
from .check import Checker, note_other_user, note_refusal
from .model import ANY, HTTP, HTTPS, SERVER, SITES, Component
from .origin_lock import let_in_through

HTTP_PORT = 80  # The one port to which HTTP-01 connects, RFC 8555 section 8.3.


def check_sites(checker: Checker, sites: Sequence[Site], domain: str = "") -> None:
    """Check sites against each other and the matrix, and that a component serves them.

    :param domain: whose names can only be redirected to when they are served.
    """
    faults = checker.faults
    first: dict[str, Site] = {}
    for site in sites:
        other = first.setdefault(site.hostname, site)
        if other is not site and site.hostname:
            reason = f"{site.hostname} is served by {other.path} too"
            faults.error(f"{site.path}.hostname", site.hostname, reason, "remove one of them")
        _check_routes(checker, site)
    for site in sites:
        if site.redirect:
            _check_redirect(site, first, domain, faults)
    _check_names(checker, first)
    if sites:
        _check_proxy(checker)
        _check_entrance(checker)
        _check_ways(checker, sites)


def _check_names(checker: Checker, sites: Mapping[str, Site]) -> None:
    """On every host the name of a component leads to it, and the name of a site to who serves the sites."""
    matrix, noted = checker.matrix, {fault.path for fault in checker.faults.errors}
    for key, component in matrix.components.items():
        path = f"network_components.{key}.hostname"
        site = sites.get(component.hostname) if component.hostname else None
        if site and matrix.proxy not in ("", key) and path not in noted:
            reason = f"{component.hostname} is the name of a site ({site.path}), which {matrix.proxy} serves"
            remedy = f"give {key} a name of its own, such as {key.replace('_', '-')}.internal"
            checker.faults.error(path, component.hostname, reason, remedy)


def _check_entrance(checker: Checker) -> None:
    """Somebody may ask for the sites."""
    proxy = checker.matrix.proxy
    if not proxy or not checker.flows_complete or not checker.is_complete(proxy):
        return
    port = checker.matrix.components[proxy].applications[HTTPS]
    if not any(row.action == "allow" and row.covers(port, "tcp") for row in checker.rows_to(proxy)):
        reason = f"no row lets anybody in to {proxy} on port {port}, where it serves the sites"
        remedy = f"add a row: source internet, destination {proxy}, port {port}"
        checker.faults.warning("network_flows", None, reason, remedy)


def _check_ways(checker: Checker, sites: Sequence[Site]) -> None:
    """What the proxy may reach, a route leads to; directives of the user's own may lead anywhere."""
    unread = any(fault.path.startswith("network_sites") for fault in checker.faults.errors)
    if unread or any(site.directives for site in sites):
        return
    routed = {route.component for site in sites for route in site.routes.values()}
    for _number, row in checker.matrix.rows.starting_at(checker.matrix.proxy):
        component = checker.matrix.components.get(row.destination)
        if (
            row.action == "allow"
            and component
            and component.exposure != "public"
            and component.key not in {*routed, SERVER}
        ):
            reason = f"lets {row.source} reach {component.key}, to which no route of a site leads"
            checker.faults.warning(row.path, row.name, reason, "add the route, or remove the row")


def _check_redirect(site: Site, sites: Mapping[str, Site], domain: str, faults: Faults) -> None:
    path, target = f"{site.path}.redirect", sites.get(site.redirect)
    if target is not None and target.redirect:
        reason = f"{site.hostname} is redirected to {site.redirect}, which is itself redirected"
        faults.error(path, site.redirect, reason, "redirect to a site with routes or files")
    elif target is None and domain and f".{site.redirect}".endswith(f".{domain}"):
        served = [name for name, other in sites.items() if not other.redirect]
        faults.unknown(path, site.redirect, f"{site.redirect} is not served", served)


def _check_routes(checker: Checker, site: Site) -> None:
    faults, proxy = checker.faults, checker.matrix.proxy
    for location, route in site.routes.items():
        path, target = f"{site.path}.routes[{show(location)}]", route.component
        if "//" in location:
            reason = "is never asked for: Nginx makes one / of several (merge_slashes)"
            faults.warning(path, location, reason, "write one")
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
    if able:
        note_other_user(checker, able[0], WORKERS, "Nginx")
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
        remedy = f"add port {HTTP_PORT}, or prove the names by DNS (challenge: dns)"
        checker.faults.error(f"network_components.{proxy}.ports", None, reason, remedy)
        return
    if not checker.flows_complete or not checker.zones_complete:
        return
    rows = [row for row in checker.rows_to(proxy) if row.action == "allow" and row.covers(HTTP_PORT, "tcp")]
    through = {ANY, trusted_zone, *checker.zones.worlds, *(row.source for row in let_in_through(checker.matrix, HTTP_PORT))}
    if not any(row.source in through for row in rows):
        reason = f"no row lets the internet in to {proxy} on port {HTTP_PORT}, so Let's Encrypt cannot ask (HTTP-01)"
        remedy = f"add a row: source internet, destination {proxy}, port {HTTP_PORT}; or prove the names by DNS (challenge: dns)"
        checker.faults.error("network_flows", None, reason, remedy)


def check_client_address(checker: Checker, address: ClientAddress) -> None:
    """Check that the proxies in front are a zone."""
    zone = address.zone
    if zone and zone not in checker.matrix.zones and checker.zones_complete:
        path = "network_client_address.zone"
        checker.faults.unknown(path, zone, f"{show(zone)} is not a zone", checker.matrix.zones)


def hostnames(sites: Sequence[Site]) -> list[str]:
    """The names that are served, each once, in the order of the data."""
    return list(dict.fromkeys(site.hostname for site in sites if site.hostname))
