# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names in one part of the document that another part declares, beyond those of the matrix itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from ..document.variables import Document
from ..faults import Faults, show
from .check import Checker
from .model import Flow

_TRANSLATIONS = "network_document_translations"

# DNS and NTP.
_ANSWERED = (53, 123)

#: A variable's value as it was given, by the variable's name.
Given = Mapping[str, object]


def check_references(checker: Checker, document: Document, given: Given, *, clients: bool = False) -> None:
    """Check the names in databases, monitoring, sources, limits and what the proof and the page are told.

    :param given: what the document was read from; where a variable is absent, names that refer to it are not looked at.
    :param clients: whether the proof has hosts of the inventory to try instead of what it is told.
    """
    faults = checker.faults
    _check_databases(document, given, faults)
    _check_logins(document, given, faults)
    _check_translations(document, given, faults)
    zones, components = checker.matrix.zones, checker.matrix.components
    if "network_zones" in given and checker.zones_complete:
        for variable, names in (
            ("network_probe_targets", document.probe_targets),
            ("network_document_zones", document.document_zones),
        ):
            _check_names(variable, names, zones, "a zone", faults)
        if "network_probe_targets" in given and not clients:
            _check_targets(checker, document, faults)
    if "network_services" in given:
        services = _names(given["network_services"])
        _check_names("network_service_sources", document.service_sources, services, "a service", faults)
    for zone in document.rate_limits:
        if zone in components:
            reason = f"{zone} is a component, whose servers share memory under its name (upstream, zone)"
            faults.error(f"network_rate_limits.{zone}", zone, reason, f"use another name, such as {zone}_limit")
    _check_alerts(checker, document)


def _check_alerts(checker: Checker, document: Document) -> None:
    """The component whose health check is watched has one."""
    alert = document.monitoring.alerts.unreachable if document.monitoring else None
    if not alert or checker.is_known_broken(alert.component):
        return
    path, components = "network_monitoring.alerts.unreachable.component", checker.matrix.components
    if alert.component not in components:
        checker.faults.unknown(path, alert.component, f"{show(alert.component)} is not a component", components)
    elif not components[alert.component].health:
        remedy = f"give it one, such as network_components.{alert.component}.health: /health"
        checker.faults.error(path, alert.component, f"{alert.component} has no health check", remedy)


def _check_targets(checker: Checker, document: Document, faults: Faults) -> None:
    """What leads to the internet can be tried by the proof, if somebody in it is named."""
    for zone in sorted(checker.zones.worlds):
        rows = [row for row in checker.rows_to(zone) if row.action == "allow" and _can_be_tried(row)]
        if rows and not document.probe_targets.get(zone):
            reason = f"names nobody in {zone}, so verify cannot try {show(rows[0].name)}"
            remedy = "name a host there that answers on the ports of its rows"
            faults.warning(f"network_probe_targets.{zone}", None, reason, remedy)


def _can_be_tried(row: Flow) -> bool:
    """Whether somebody answers who keeps to the row: over UDP only to a question that the proof knows."""
    return "tcp" in row.protocols or any(row.covers(port, "udp") for port in _ANSWERED)


def _check_databases(document: Document, given: Given, faults: Faults) -> None:
    if "network_databases" not in given or "network_database_users" not in given:
        return
    if any(fault.path.startswith("network_database") for fault in faults.errors):
        return  # what could not be read may be what is looked for
    users = [user.name for user in document.database_users]
    databases = [database.name for database in document.databases]
    for database in document.databases:
        if database.owner not in users:
            reason = f"{show(database.owner)} is no role of network_database_users"
            faults.unknown(f"{database.path}.owner", database.owner, reason, users)
    for user in document.database_users:
        for index, name in enumerate(user.databases):
            if name not in databases:
                reason = f"{show(name)} is no database of network_databases"
                faults.unknown(f"{user.path}.databases[{index}]", name, reason, databases)
    for variable, names in (("network_databases", databases), ("network_database_users", users)):
        for index, name in enumerate(names):
            if name in names[:index]:
                faults.error(f"{variable}[{index}].name", name, f"{name} is listed twice", "remove one")


def _check_logins(document: Document, given: Given, faults: Faults) -> None:
    """What libpq is told of the database: a role and a database that are declared, and that it may connect to."""
    if not document.database_users or any(fault.path.startswith("network_database") for fault in faults.errors):
        return
    users = {user.name: user for user in document.database_users}
    for name, service in document.services.items():
        path, environment = f"network_services.{name}.environment", service.environment
        role, database = environment.get("PGUSER"), environment.get("PGDATABASE")
        if role is None:
            continue
        if environment.get("PGHOST") is None:
            reason = "is missing: libpq would look for the database on this host alone"
            faults.warning(f"{path}.PGHOST", None, reason, "use network_database.host")
        if role not in users:
            faults.unknown(f"{path}.PGUSER", str(role), f"{show(role)} is no role of network_database_users", users)
        elif users[str(role)].component != name:
            reason = f"{role} is the role of {users[str(role)].component or 'people'}"
            faults.error(f"{path}.PGUSER", role, reason, "give each service a role of its own")
        elif (database or role) not in users[str(role)].databases:
            reason = f"{role} may not connect to {database or role}"
            where = f"{path}.PGDATABASE"
            faults.unknown(where, str(database or role), reason, users[str(role)].databases)


def _check_translations(document: Document, given: Given, faults: Faults) -> None:
    """Each text that is translated stands in the data."""
    translations = document.document_translations
    if translations is None or not (translations.es or translations.en):
        return
    texts = set(_texts(value for name, value in given.items() if name != _TRANSLATIONS))
    for language, translated in (("es", translations.es), ("en", translations.en)):
        for text in translated:
            if text not in texts:
                reason = f"{show(text)} stands nowhere in the data"
                faults.warning(f"{_TRANSLATIONS}.{language}[{show(text)}]", text, reason, "correct or remove it")


def _texts(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield from _texts(value.values())
        elif isinstance(value, Sequence):
            yield from _texts(value)


def _check_names(variable: str, names: Collection[str], known: Collection[str], what: str, faults: Faults) -> None:
    for name in names:
        if name not in known:
            faults.unknown(f"{variable}.{name}", name, f"{name} is not {what}", known)


def _names(value: object) -> set[str]:
    return {str(name) for name in value} if isinstance(value, Mapping) else set()
