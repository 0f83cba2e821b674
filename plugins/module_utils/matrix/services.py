# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What services and the database are told against the matrix: ports, and the flows that they take for granted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..document.database import DatabaseUser
from ..document.ports import read_port
from ..faults import Faults, show
from ..postgresql.client import ACCOUNT
from .check import LOWEST_UNPRIVILEGED_PORT, Checker, note_other_user, note_refusal
from .model import POSTGRESQL, Matrix
from .web import first_port

_URL = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/@\s]*@)?(?P<host>\[[^\]]+\]|[^/:@\s]+):(?P<port>[0-9]{1,5})(?![0-9])")
_DATABASE_HOST_VARIABLE = "PGHOST"
_DATABASE_PORT_VARIABLE = "PGPORT"
_HOSTS = {"HOST": "name the one to listen on", _DATABASE_HOST_VARIABLE: "use network_database.host"}


def check_environments(checker: Checker, environments: Mapping[str, Mapping[str, object]]) -> None:
    """Check each service's environment: ``PORT`` is the component's port, ``PGHOST`` and ``PGPORT`` are the database's."""
    faults = checker.faults
    for name, environment in environments.items():
        path = f"network_services.{name}"
        component = checker.matrix.components.get(name)
        if component is None:
            if not checker.is_known_broken(name):
                faults.unknown(path, name, f"{show(name)} is not a component", checker.matrix.components)
            continue
        ports = [one.port for one in component.listeners if one.protocol == "tcp"]
        for variable, remedy in _HOSTS.items():
            host = environment.get(variable)
            if host is not None and not isinstance(host, str):
                faults.error(f"{path}.environment.{variable}", host, f"{show(host)} is not an address", remedy)
        if checker.is_complete(name):
            _compare(environment.get("PORT"), f"{path}.environment.PORT", name, ports, faults)
            for port in ports if component.exposure == "public" else ():
                if port < LOWEST_UNPRIVILEGED_PORT:
                    reason = f"{name} runs as {component.user or 'its user'}, who may not listen on port {port}"
                    remedy = f"use a port from {LOWEST_UNPRIVILEGED_PORT}: PM2 does not start services as root"
                    faults.error(f"network_components.{name}.ports", port, reason, remedy)
        _check_addresses(checker, name, environment)
        given = [key for key in (_DATABASE_PORT_VARIABLE, _DATABASE_HOST_VARIABLE) if environment.get(key) is not None]
        if not given:
            continue
        if _DATABASE_PORT_VARIABLE in given:
            where = f"{path}.environment.{_DATABASE_PORT_VARIABLE}"
            check_database_port(checker, environment[_DATABASE_PORT_VARIABLE], where)
        _check_socket(checker, environment.get(_DATABASE_HOST_VARIABLE), path, name)
        _check_client(checker, f"{path}.environment.{given[0]}", name)


def _check_addresses(checker: Checker, client: str, environment: Mapping[str, object]) -> None:
    """What a service is told of another's address, as a URL, takes a row for granted."""
    for variable, value in environment.items():
        url = _URL.match(value) if isinstance(value, str) else None
        server = _listening(checker.matrix, url["host"].strip("[]"), int(url["port"])) if url else None
        if url and server not in (None, client):
            path = f"network_services.{client}.environment.{variable}"
            note_refusal(checker, path, client, str(server), int(url["port"]))


def _listening(matrix: Matrix, host: str, port: int) -> str | None:
    """The component that is meant by an address; ``None`` if that is none, or not certain."""
    found = [key for key, one in matrix.components.items() if any(listener.port == port for listener in one.listeners)]
    if len(found) != 1:
        return None
    names = {matrix.components[found[0]].hostname, "localhost", "127.0.0.1", "::1"}
    names |= {str(address) for place in matrix.hosts_of(found[0]) for address in place.addresses}
    return found[0] if host in names else None


def check_database_port(checker: Checker, value: object, path: str) -> None:
    """Check that a port is one on which the database component listens."""
    database = checker.matrix.database
    if checker.is_complete(database):
        component = checker.matrix.components[database]
        ports = [one.port for one in component.listeners if one.protocol == "tcp"]
        _compare(value, path, database, ports, checker.faults)


def check_passwords(checker: Checker, users: Sequence[DatabaseUser]) -> None:
    """A role without a password is one whose component runs where the database does, and nowhere else."""
    there = {place.name for place in checker.matrix.hosts_of(checker.matrix.database)}
    for user in users:
        path = f"{user.path}.password"
        if user.password or not there or any(fault.path == path for fault in checker.faults.errors):
            continue
        elsewhere = sorted({place.name for place in checker.matrix.hosts_of(user.component or "")} - there)
        if elsewhere:
            reason = f"is missing: {user.component} asks from {', '.join(elsewhere)}, where the database cannot know it otherwise"
            checker.faults.error(path, None, reason, "give it, in a vault")
        elif user.component is None:
            checker.faults.error(path, None, "is missing", "give it, in a vault, or name the component")


def check_database_clients(checker: Checker, clients: Sequence[str | None]) -> None:
    """Check that each component that has a database role may reach the database; ``None`` is a role for people."""
    if clients:
        _check_database(checker)
    for index, name in enumerate(clients):
        path = f"network_database_users[{index}].component"
        if name is None:
            continue
        if name in checker.matrix.components:
            _check_client(checker, path, name)
        elif not checker.is_known_broken(name):
            checker.faults.unknown(path, name, f"{show(name)} is not a component", checker.matrix.components)


def _check_database(checker: Checker) -> None:
    """One component is the database."""
    first, *others = checker.matrix.speaking(POSTGRESQL) or ("",)
    if first:
        note_other_user(checker, first, ACCOUNT, "PostgreSQL")
    for other in others:
        reason = f"{other} speaks {POSTGRESQL}, as {first} does: which of them has the roles of network_database_users?"
        remedy = "leave the application out at one of them"
        checker.faults.error(f"network_components.{other}.ports", None, reason, remedy)
    if not first and all(map(checker.is_complete, checker.matrix.components)):
        reason = f"no component speaks {POSTGRESQL}, and network_database_users has roles for one"
        remedy = f"add a port with application: {POSTGRESQL} to the component that is the database"
        checker.faults.error("network_components", None, reason, remedy)


def _check_socket(checker: Checker, host: object, path: str, client: str) -> None:
    """A directory as the database's host is its Unix socket (libpq), which only services of the same host find there."""
    database = checker.matrix.database
    there = {place.name for place in checker.matrix.hosts_of(database)}
    here = {place.name for place in checker.matrix.hosts_of(client)}
    if isinstance(host, str) and host.startswith("/") and here and not here & there:
        reason = f"is a Unix socket, and {client} does not run on the host of {database}"
        remedy = "use an address, such as that of network_database.host"
        checker.faults.error(f"{path}.environment.{_DATABASE_HOST_VARIABLE}", host, reason, remedy)


def _check_client(checker: Checker, path: str, client: str) -> None:
    database = checker.matrix.database
    component = checker.matrix.components.get(database)
    port = None if component is None else first_port(component)
    if port is not None and client != database:
        note_refusal(checker, path, client, database, port)


def _compare(value: object, path: str, component: str, ports: list[int], faults: Faults) -> None:
    """A port that something is told, against those on which the component listens."""
    if value is None:
        if ports and path.endswith(".PORT"):
            reason = f"is missing, and the matrix says that {component} listens on {_either(ports)}"
            faults.warning(path, None, reason, "hand the port to the service")
        return
    port = read_port(value, path, faults)
    if port is None or port in ports:
        return
    if ports:
        faults.error(path, value, f"{port} is not a port of {component} in the matrix", f"use {_either(ports)}")
    else:
        reason = f"{component} has no port in the matrix"
        faults.error(path, value, reason, f"add {port} to network_components.{component}.ports, or remove it here")


def _either(ports: list[int]) -> str:
    return " or ".join(map(str, ports))
