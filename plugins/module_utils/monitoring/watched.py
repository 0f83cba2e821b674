# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is watched: who gives metrics where, whose health is asked, which endpoints the sites have.

It follows from the document and the matrix. The programs of monitoring are components like all others, told by what they
speak: the ``application`` of their first port.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..document.monitoring import NO_MONITORING, Monitoring
from ..document.programs import APPLICATIONS, BLACKBOX, METRICS, PROMETHEUS
from ..document.sites import Site
from ..document.variables import Document
from ..matrix.compile import endpoint_of
from ..matrix.decide import component_at, decide
from ..matrix.model import Component, Host, Matrix
from ..nginx.access_log import NO_ROUTE
from .log_program import REDIRECT, routes_of


@dataclass(frozen=True)
class Target:
    """A program that gives metrics: where it is asked, and by which row."""

    job: str
    component: str
    host: str
    address: str
    local: bool
    row: str


@dataclass(frozen=True)
class HealthCheck:
    """An address of a component that answers 2xx while it is healthy."""

    component: str
    host: str
    url: str
    row: str


@dataclass(frozen=True)
class SiteRoute:
    """An endpoint: a route of a site, and the component behind it; the proxy itself where it serves files."""

    site: str
    route: str
    component: str
    row: str


@dataclass(frozen=True)
class Watched:
    """What one host watches.

    :param blackbox: where the exporter is that asks for health; empty if there is none.
    :param clients: the components that may ask the database.
    :param name: what all this is called, in the language in which it is looked at.
    """

    monitoring: Monitoring
    host: str
    targets: tuple[Target, ...] = ()
    checks: tuple[HealthCheck, ...] = ()
    routes: tuple[SiteRoute, ...] = ()
    blackbox: str = ""
    clients: tuple[str, ...] = ()
    name: str = ""
    language: str = "en"

    def at(self, job: str) -> tuple[Target, ...]:
        """The targets of a job."""
        return tuple(target for target in self.targets if target.job == job)


def watched(document: Document, matrix: Matrix, host: str, hashed_paths: Sequence[str] = ()) -> Watched:
    """What the monitoring on a host watches.

    :param hashed_paths: those of the role nginx, beside the routes of a site with ``/``.
    :raises KeyError: the host carries no component of the matrix.
    """
    own = matrix.hosts[host]
    asker = next(iter(_speaking(matrix, PROMETHEUS)), None)
    health = next((one for one in _speaking(matrix, BLACKBOX) if own in matrix.hosts_of(one.key)), None)
    return Watched(
        monitoring=document.monitoring or NO_MONITORING,
        host=host,
        targets=tuple(_targets(matrix, own, asker)) if asker else (),
        checks=tuple(_checks(matrix, own, health)) if health else (),
        routes=tuple(route for site in document.sites for route in _routes(matrix, site, hashed_paths)),
        blackbox=endpoint_of(matrix, own, own, health) if health else "",
        clients=_clients(matrix),
        name=_name(document),
        language=document.document_language,
    )


def _name(document: Document) -> str:
    title = document.document_title
    return (title and {"es": title.es, "en": title.en}[document.document_language]) or document.domain


def is_monitored(matrix: Matrix) -> bool:
    """Whether any host carries a program of monitoring."""
    return any(matrix.hosts_of(component.key) for job in APPLICATIONS for component in _speaking(matrix, job))


def _speaking(matrix: Matrix, job: str) -> list[Component]:
    return [matrix.components[key] for key in matrix.speaking(APPLICATIONS[job])]


def _targets(matrix: Matrix, own: Host, asker: Component) -> Iterator[Target]:
    for job in METRICS:
        for component in _speaking(matrix, job):
            for instance in matrix.hosts_of(component.key):
                yield Target(
                    job,
                    component.key,
                    instance.name,
                    endpoint_of(matrix, own, instance, component),
                    local=instance == own,
                    row=_row(matrix, asker.key, own, component, instance),
                )


def _checks(matrix: Matrix, own: Host, asker: Component) -> Iterator[HealthCheck]:
    for component in matrix.components.values():
        if component.health and component.listeners:
            for instance in matrix.hosts_of(component.key):
                url = f"http://{endpoint_of(matrix, own, instance, component)}{component.health}"
                row = _row(matrix, asker.key, own, component, instance)
                yield HealthCheck(component.key, instance.name, url, row)


def _row(matrix: Matrix, source: str, own: Host, component: Component, instance: Host) -> str:
    """The row by which a component on our host reaches another, as people call it; empty if there is none."""
    listener = component.listeners[0]
    here, there = component_at(source, own), component_at(component.key, instance)
    flow = decide(matrix, here, there, listener.port, listener.protocol).flow
    return f"{flow.path} {flow.name}" if flow else ""


def _routes(matrix: Matrix, site: Site, hashed_paths: Sequence[str]) -> Iterator[SiteRoute]:
    for location in routes_of(site, hashed_paths):
        if location not in (REDIRECT, NO_ROUTE):
            route = site.routes.get(location) or (site.routes.get("/") if not site.root else None)
            behind = route.component if route else matrix.proxy
            yield SiteRoute(site.hostname, location, behind, _row_to(matrix, behind))


def _row_to(matrix: Matrix, key: str) -> str:
    """The row by which the proxy reaches a component."""
    proxies, component = matrix.hosts_of(matrix.proxy), matrix.components.get(key)
    instances = matrix.hosts_of(key)
    if not (proxies and instances and component and component.listeners) or key == matrix.proxy:
        return ""
    return _row(matrix, matrix.proxy, proxies[0], component, instances[0])


def _clients(matrix: Matrix) -> tuple[str, ...]:
    """The components that rows let ask the database."""
    ending = matrix.rows.ending_at(matrix.database) if matrix.database else {}
    allowed = [source for source, rows in ending.items() if any(flow.action == "allow" for _number, flow in rows)]
    return tuple(sorted(source for source in allowed if source in matrix.components))
