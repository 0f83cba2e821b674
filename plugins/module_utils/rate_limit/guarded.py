# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a limit guards on one site is not served without it on another, or by another route."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..document.limits import RateLimit
from ..document.sites import Route, Site
from ..faults import Faults, show


def check_guarded(limits: Iterable[RateLimit], sites: Sequence[Site], faults: Faults) -> None:
    """Note each route by which a component answers for the path of a limit on it, and does not count against the limit.

    Nginx takes the longest path that fits (https://nginx.org/en/docs/http/ngx_http_core_module.html#location), so that
    a limit at ``/api/`` is not that of a site which routes ``/api`` or ``/`` alone.
    """
    limited = {limit.location: limit for limit in limits}
    for location, limit in limited.items():
        guarded = {site.routes[location].component for site in sites if location in site.routes}
        for site in sites:
            for route in _without(location, site.routes, limited):
                component = site.routes[route].component
                if component in guarded:
                    reason = f"{component} is reached by {route} without the limit {limit.zone} of {location}"
                    remedy = "remove it" if location in site.routes else f"write {location}, or route that too"
                    faults.error(f"{site.path}.routes[{show(route)}]", component, reason, remedy)


def _without(location: str, routes: Mapping[str, Route], limited: Mapping[str, RateLimit]) -> Iterable[str]:
    """The routes of a site that serve a limit's path, or the same path without its slash, and have no limit themselves."""
    serving = max((route for route in routes if location.startswith(route)), key=len, default="")
    return sorted(({serving, location.rstrip("/")} & routes.keys()) - limited.keys())
