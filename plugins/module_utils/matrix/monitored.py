# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What monitoring takes for granted: that its programs may reach what they watch."""

from __future__ import annotations

from collections.abc import Mapping

from ..document.programs import (
    ALERTMANAGER,
    APPLICATIONS,
    BLACKBOX,
    ENCRYPTED,
    GRAFANA,
    METRICS,
    NGINX,
    NODE,
    POSTGRESQL,
    PROMETHEUS,
)
from ..document.variables import Document
from .check import Checker, note_refusal
from .compile import LOOPBACK, listen_address
from .model import SERVER
from .web import first_port

#: As Debian's packages have them, and Prometheus' list of default port allocations.
_PORTS = {9090: PROMETHEUS, 9093: ALERTMANAGER, 9115: BLACKBOX, 9100: NODE, 3903: NGINX, 9187: POSTGRESQL}


def check_monitoring(checker: Checker, document: Document, variables: Mapping[str, object]) -> None:
    """Check the programs of monitoring among the components; where there is no Prometheus another one asks the exporters.

    :param variables: those that were given; of those that are absent nothing is said.
    """
    speaking = {job: checker.matrix.speaking(application) for job, application in APPLICATIONS.items()}
    for asker in speaking[PROMETHEUS]:
        for job in METRICS:
            for component in speaking[job] if job != PROMETHEUS else ():
                _check_row(checker, asker, component)
        if speaking[BLACKBOX]:
            _check_beside(checker, speaking[BLACKBOX][0], asker)
    for asker in speaking[BLACKBOX]:
        for watched in checker.matrix.components.values():
            if watched.health and watched.listeners:
                _check_row(checker, asker, watched.key)
    for shown in speaking[GRAFANA]:
        _check_grafana(checker, shown, speaking[PROMETHEUS])
    if "network_monitoring" in variables:
        _check_login(checker, document, speaking[GRAFANA])
        encrypted = bool(document.monitoring and document.monitoring.tls)
        for job in METRICS:
            for key in speaking[job]:
                _check_clear(checker, key, encrypted=encrypted, able=job in ENCRYPTED)
    if document.monitoring:
        _check_unsaid(checker)
    _check_receivers(checker, document, bool(speaking[ALERTMANAGER]), bool(speaking[PROMETHEUS]))
    if "network_database_users" in variables:
        _check_exporter(checker, document, speaking[POSTGRESQL])


def _check_unsaid(checker: Checker) -> None:
    """A program of monitoring is known by what its port says, and set up for that."""
    for key, component in checker.matrix.components.items():
        for listener in component.listeners:
            job = _PORTS.get(listener.port)
            if job and not listener.application:
                reason = f"does not say what {key} speaks on {listener.port}, where {APPLICATIONS[job]} usually is"
                remedy = f"add application: {APPLICATIONS[job]}, or nothing sets it up"
                checker.faults.warning(f"network_components.{key}.ports", listener.port, reason, remedy)


def _check_row(checker: Checker, source: str, destination: str) -> None:
    port = first_port(checker.matrix.components[destination])
    if port is not None and checker.matrix.hosts_of(source) and checker.matrix.hosts_of(destination):
        note_refusal(checker, f"network_components.{source}", source, destination, port)


def _check_beside(checker: Checker, blackbox: str, prometheus: str) -> None:
    """Prometheus asks the one on its own host."""
    here = {host.name for host in checker.matrix.hosts_of(prometheus)}
    there = {host.name for host in checker.matrix.hosts_of(blackbox)}
    if here and there and not here & there:
        places = f"runs on {', '.join(sorted(there))}, and {prometheus} on {', '.join(sorted(here))}"
        reason = f"{places}, which asks it on its own host"
        checker.faults.error(f"network_components.{blackbox}", None, reason, "put both into one host's groups")


def _check_grafana(checker: Checker, key: str, prometheus: tuple[str, ...]) -> None:
    """It asks a Prometheus, and somebody reaches it."""
    path, port = f"network_components.{key}", first_port(checker.matrix.components[key])
    if not prometheus:
        remedy = f"add a component with application: {APPLICATIONS[PROMETHEUS]}, or remove {key}"
        checker.faults.error(path, None, "shows what Prometheus knows, and there is none", remedy)
    for asked in prometheus:
        _check_row(checker, key, asked)
    led = [row for row in checker.rows_to(key) if row.action == "allow" and port and row.covers(port, "tcp")]
    if port and checker.flows_complete and not led:
        remedy = f"add a row to {key} on port {port}, from the proxy or, for ssh -L, from {SERVER}"
        checker.faults.warning(path, None, "is reached by nobody, for no row leads to it", remedy)


def _check_login(checker: Checker, document: Document, found: tuple[str, ...]) -> None:
    """People log in to Grafana with a password."""
    if any(fault.path.startswith("network_monitoring") for fault in checker.faults.errors):
        return
    told = document.monitoring.grafana if document.monitoring else None
    if found and not told:
        reason, remedy = f"is missing: who logs in to {found[0]}", "give it a password, in a vault"
        checker.faults.error("network_monitoring.grafana", None, reason, remedy)
    if told and not found:
        remedy = f"add a component with application: {APPLICATIONS[GRAFANA]}, or remove it"
        checker.faults.warning("network_monitoring.grafana", None, "is for Grafana, which no component is", remedy)


def _check_clear(checker: Checker, key: str, *, encrypted: bool, able: bool) -> None:
    """What goes between hosts is encrypted, or was meant not to be.

    :param encrypted: the data have certificates.
    :param able: it can use them.
    """
    component = checker.matrix.components[key]
    crossing = [
        f"{address} of {host.name}"
        for host in checker.matrix.hosts_of(key)
        if component.listeners and (address := listen_address(checker.matrix, host, component)[0]) != LOOPBACK
    ]
    if not crossing or not checker.flows_complete or (encrypted and able):
        return
    path, reason = f"network_components.{key}", f"is asked from other hosts, at {', '.join(crossing)}, in the clear"
    if encrypted:
        remedy = "let only its own host ask it, or remove network_monitoring.tls"
        checker.faults.error(path, None, f"{reason}: it has no TLS", remedy)
    elif able:
        checker.faults.warning(path, None, reason, "give network_monitoring.tls, or keep that to a network of your own")
    else:
        checker.faults.warning(path, None, f"{reason}: it has no TLS", "keep that to a network of your own")


def _check_receivers(checker: Checker, document: Document, delivered: bool, measured: bool) -> None:
    told = document.monitoring.receivers if document.monitoring else None
    if told and (told.email or told.webhooks) and measured and not delivered:
        reason = "names receivers, and no component delivers alerts to them"
        remedy = f"add a port with application: {APPLICATIONS[ALERTMANAGER]} to the component that does"
        checker.faults.error("network_monitoring.receivers", None, reason, remedy)


def _check_exporter(checker: Checker, document: Document, exporters: tuple[str, ...]) -> None:
    """The database lets nobody in whom it does not know."""
    if any(fault.path.startswith("network_database") for fault in checker.faults.errors):
        return
    for name in exporters:
        roles = [user for user in document.database_users if user.component == name and user.databases]
        if not roles and checker.matrix.hosts_of(name):
            reason = f"has no role in network_database_users, so {checker.matrix.database or 'the database'} lets it in nowhere"
            remedy = f"add one with component: {name}, a database, and member_of: [pg_monitor]"
            checker.faults.error(f"network_components.{name}", None, reason, remedy)
