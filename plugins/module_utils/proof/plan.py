# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to look at and what to try, as the modules ``observe_host``, ``probe_flows`` and ``probe_site`` take it."""

from __future__ import annotations

from typing import Any

from ..matrix.compile import EVERYWHERE, LOOPBACK, listen_address
from ..matrix.web import site_ports
from ..rate_limit.model import RateLimit
from ..rate_limit.variables import PEER_ADDRESS
from .declared import Declared
from .model import Probe
from .probes import probes_from_host, probes_from_outside

#: Requests a second of a limit that a request or two of ours do not use up.
_RECOVERS = 4.0
#: The component in front, whose web server serves the sites.
PROXY = "nginx"


def plan(declared: Declared, vantage: str) -> list[Probe]:
    """The connections to try from a vantage point."""
    host = declared.matrix.hosts.get(vantage)
    if host is not None:
        return probes_from_host(declared.matrix, host, declared.targets)
    return probes_from_outside(declared.matrix, vantage, declared.reached_at)


def host_observations(declared: Declared, name: str) -> dict[str, Any]:
    """What to look at on a managed host. :raises KeyError: there is none of that name."""
    matrix, host = declared.matrix, declared.matrix.hosts[name]
    wanted: dict[str, Any] = {"client": {}, "sockets": {}, "sshd": {}}
    services = {}
    for key in sorted(host.components):
        component = matrix.components[key]
        if component.health and component.user and component.listeners:
            address = listen_address(matrix, host, component)[0]
            services[key] = {
                "user": component.user,
                "address": LOOPBACK if address in EVERYWHERE else address,
                "port": component.listeners[0].port,
                "path": component.health,
            }
    rooms = {
        key: {"user": component.user, "ports": [one.port for one in component.listeners if one.protocol == "tcp"]}
        for key in sorted(host.components)
        if (component := matrix.components[key]).user
    }
    if rooms:
        wanted["rooms"] = {"components": rooms}
    if services:
        wanted["health"] = {"services": services}
    if ports := _guarded_ports(declared, name):
        wanted["impostors"] = {"ports": ports}
    if PROXY in host.components and declared.certificate:
        wanted |= {"certificate": {"directory": declared.certificate["directory"]}, "renewal": {}}
    return wanted


def _guarded_ports(declared: Declared, name: str) -> dict[str, Any]:
    """Where a stranger could answer in the place of a component: a public one listens on every address, 127.0.0.2 too."""
    matrix, host = declared.matrix, declared.matrix.hosts[name]
    return {
        key: {"user": component.user, "port": listener.port}
        for key in sorted(host.components)
        if (component := matrix.components[key]).user and listen_address(matrix, host, component) != EVERYWHERE
        for listener in component.listeners[:1]
        if listener.protocol == "tcp"
    }


def site_probe(declared: Declared) -> dict[str, Any]:
    """What to ask a web server: its names, its ports and the limits that can be tried without harm."""
    http_port, https_port = site_ports(declared.matrix.components[PROXY])
    return {
        "http_port": http_port,
        "https_port": https_port,
        "names": [site["hostname"] for site in declared.sites],
        "paths": {
            site["hostname"]: [route for route in site["routes"] if not is_scarce(declared, route)]
            for site in declared.sites
            if "routes" in site
        },
        "limits": [
            {
                "zone": limit.zone,
                "name": name,
                "path": limit.location,
                "rate": limit.rate_per_second,
                "burst": limit.burst,
                "delayed": limit.immediate_requests < limit.admitted_requests,
            }
            for limit in declared.limits
            if (name := routed_by(declared, limit)) and is_harmless(limit)
        ],
    }


def routed_by(declared: Declared, limit: RateLimit) -> str | None:
    """A site that routes what a limit guards."""
    return next((site["hostname"] for site in declared.sites if limit.location in site.get("routes", {})), None)


def is_scarce(declared: Declared, route: str) -> bool:
    """Whether a limit on a route is so low that a request takes from what clients have for a while."""
    return any(limit.location == route and limit.rate_per_second < _RECOVERS for limit in declared.limits)


def is_harmless(limit: RateLimit) -> bool:
    """Whether trying a limit takes nothing from anybody else: each client address has its own."""
    return bool(PEER_ADDRESS & {*limit.variables})
