# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Nginx serves, and where the client's address comes from behind a proxy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..faults import Faults
from .durations import Duration
from .kinds import Many, MapOf, Matching, Reference, Text
from .options import Option
from .record import Record, says
from .schema import Schema
from .words import ABSOLUTE_PATH, HEADER, KEY, ROUTE, SITE_HOSTNAME

_REDIRECT = Matching(f"|{SITE_HOSTNAME.pattern.pattern}", SITE_HOSTNAME.what, SITE_HOSTNAME.remedy)
_HEADER_TEXT = Matching(r"[^\x00-\x1f\x7f]*", "a text of one line", "leave out what cannot be printed")
_COMPONENT = Reference(KEY, "name the component behind it")


@dataclass(frozen=True)
class Route(Record):
    """Where a path leads. The name of the component alone may stand for it."""

    component: str = says("The component that answers.", _COMPONENT, required=True)
    read_timeout_seconds: int | None = says(
        "How long it may be silent, such as 10s; Nginx then answers 504 in its place. By default the same for all routes.",
        Duration(),
        key="read_timeout",
    )

    @classmethod
    def read(cls, value: object, path: str, faults: Faults) -> Route | None:
        """The route, in either form."""
        if isinstance(value, Mapping):
            return super().read(value, path, faults)
        component = _COMPONENT.read(value, path, faults)
        return None if component is None else cls(component=component)

    @classmethod
    def schema(cls) -> Schema:
        """Its schema: what it says of a text holds for the short form alone, and likewise of a mapping."""
        return {**_COMPONENT.schema(), **super().schema(), "type": ["string", "object"]}

    @classmethod
    def option(cls) -> Option:
        """Its option, for which Ansible has no type of its own."""
        return {"type": "raw"}


@dataclass(frozen=True)
class Site(Record):
    """A host name that is served, at ``path`` in the data."""

    path: str = ""
    hostname: str = says("Host name that is served.", SITE_HOSTNAME, required=True, default="")
    routes: Mapping[str, Route] = says(
        "Path to component, or to a route with its component and time-out; the longest path that fits wins.",
        MapOf(Route, ROUTE, quoted=True),
        default={},
    )
    root: str = says("Directory whose files are served where no route leads.", ABSOLUTE_PATH, default="")
    redirect: str = says(
        "Host name that every request is redirected to, in place of routes and files.", _REDIRECT, default=""
    )
    headers: Mapping[str, str] = says(
        "Headers of its answers, such as a Content-Security-Policy, besides those of all sites; an empty one is not sent.",
        MapOf(_HEADER_TEXT, HEADER),
        default={},
    )
    directives: tuple[str, ...] = says(
        "Nginx directives added to the server block as they stand.", Many(Text()), default=()
    )

    @classmethod
    def check_together(cls, given: Mapping[str, object], path: str, faults: Faults) -> None:
        """A site has routes, files or both; or a redirect."""
        routes, root, redirect = given.get("routes"), given.get("root"), given.get("redirect")
        hostname = given.get("hostname")
        name = hostname or "the site"
        if redirect and (routes or root):
            reason = f"{name} has a redirect, and {'routes' if routes else 'files'} besides"
            faults.error(path, hostname, reason, "give it one of the two")
        elif not (routes or root or redirect):
            faults.error(path, hostname, f"{name} serves nothing", "give it routes, root or redirect")
        if root and isinstance(routes, Mapping) and "/" in routes:
            route = routes["/"]
            behind = route.get("component") if isinstance(route, Mapping) else route
            reason = f"nothing is ever served from it, as / leads to {behind}"
            faults.error(f"{path}.root", root, reason, "remove one of the two")

    @classmethod
    def schema_together(cls) -> Schema:
        """The same for editors."""
        return {"anyOf": [{"required": [one]} for one in ("routes", "root", "redirect")]}


@dataclass(frozen=True)
class ClientAddress(Record):
    """How the client's address is restored."""

    zone: str = says(
        "The zone of the proxies in front, which are believed; empty if there are none.", Text(), default=""
    )
    header: str = says("The header in which they name the client's address.", HEADER, default="")

    @classmethod
    def check_together(cls, given: Mapping[str, object], path: str, faults: Faults) -> None:
        """Whoever is believed says it in a header."""
        if given.get("zone") and not given.get("header"):
            faults.error(f"{path}.header", None, "is missing", "name the header, such as CF-Connecting-IP")


SITES = Many(Site)
