# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""PostgreSQL: its clusters, whether they run and accept connections, and how many are left."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NotRequired, TypeAlias, TypedDict

from .. import files
from ..postgresql.client import DatabaseError, Row, session
from ..printable import printable
from .logs import tail
from .run import TIMEOUT_SECONDS, Run
from .units import NamedUnit, states

_CLUSTERS = Path("/etc/postgresql")
_SERVICE = "postgresql.service"
_MOST_BYTES = 1024 * 1024
_PORT = re.compile(r"^\s*port\s*=\s*'?(\d+)", re.MULTILINE)
_SERIOUS = re.compile(r"\b(FATAL|PANIC|could not|No space left)\b")
#: Sessions of clients, not of the server itself.
_CLIENTS = "pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
#: How many there are and may be, how many of these are kept for administrators, and whether nothing can be stored.
NUMBERS = f"""
SELECT (SELECT count(*) FROM {_CLIENTS}), current_setting('max_connections'),
  current_setting('superuser_reserved_connections')::int + coalesce(current_setting('reserved_connections', true), '0')::int,
  pg_is_in_recovery()
"""
#: The largest groups of them.
SESSIONS = f"""
SELECT coalesce(usename, ''), coalesce(application_name, ''), coalesce(state, ''), count(*),
  round(extract(epoch FROM now() - min(state_change)))
FROM {_CLIENTS} GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT 5
"""
_TEXTS = 64  # names in PostgreSQL have at most 63 bytes

#: Asks the server on a port; the answers to the two questions. :raises DatabaseError: it does not answer.
Ask: TypeAlias = Callable[[int], tuple[list[Row], list[Row]]]


class Sessions(TypedDict):
    """So many ``sessions`` of a ``user`` and ``application`` in a ``state``, the longest for ``seconds``."""

    user: str
    application: str
    state: str
    sessions: int
    seconds: int | None


class Connections(TypedDict):
    """``used``, ``most`` and ``reserved`` connections, whether nothing can be stored (``recovery``), the five largest groups."""

    used: int
    most: int
    reserved: int
    recovery: bool
    sessions: list[Sessions]


class Cluster(TypedDict):
    """A cluster ``main``: ``version``, ``port``, ``unit``, whether it ``starts_at_boot``, ``log`` (the last serious lines),
    ``problem`` (why it does not accept a connection) and, when it does, what is in :class:`Connections`.
    """

    version: str
    port: int
    unit: NamedUnit
    starts_at_boot: bool
    log: list[str]
    problem: str
    used: NotRequired[int]
    most: NotRequired[int]
    reserved: NotRequired[int]
    recovery: NotRequired[bool]
    sessions: NotRequired[list[Sessions]]


def ask(port: int) -> tuple[list[Row], list[Row]]:
    """What the server on a port of this host answers."""
    with session(port, TIMEOUT_SECONDS) as opened:
        return opened.query(NUMBERS), opened.query(SESSIONS)


def observe(run: Run, ask: Ask = ask) -> list[Cluster]:
    """Each cluster of the host."""
    versions = sorted(path.parent.name for path in _CLUSTERS.glob("*/main"))
    names = {version: f"postgresql@{version}-main.service" for version in versions}
    units = states(run, _SERVICE, *names.values())
    return [
        _cluster(ask, version, {**units[name], "name": name}, units[_SERVICE]["enabled"] == "enabled")
        for version, name in names.items()
    ]


def _cluster(ask: Ask, version: str, unit: NamedUnit, starts_at_boot: bool) -> Cluster:
    log = serious(tail(f"/var/log/postgresql/postgresql-{version}-main.log", lines=200))
    found: Cluster = {
        "version": version, "port": 0, "unit": unit, "starts_at_boot": starts_at_boot, "log": log, "problem": ""
    }  # fmt: skip
    try:
        found["port"] = _port_of(_CLUSTERS / version / "main")
        return {**found, **read(*ask(found["port"]))}
    except OSError as error:
        return {**found, "problem": f"{error.filename}: {error.strerror}"}
    except DatabaseError as error:
        return {**found, "problem": str(error)}


def read(numbers: list[Row], sessions: list[Row]) -> Connections:
    """The answers as data. :raises DatabaseError: they are not such answers."""
    try:
        ((used, most, reserved, recovery),) = numbers
        return {
            "used": int(used or ""),
            "most": int(most or ""),
            "reserved": int(reserved or ""),
            "recovery": recovery == "t",
            "sessions": [_session(*one) for one in sessions[:5]],
        }
    except (TypeError, ValueError):
        raise DatabaseError("the server's account of its connections cannot be read") from None


def _session(*answer: str | None) -> Sessions:
    user, application, state, sessions, seconds = answer
    return {
        "user": _name(user),
        "application": _name(application),
        "state": _name(state),
        "sessions": int(sessions or ""),
        "seconds": None if seconds is None else int(seconds),
    }


def _name(text: str | None) -> str:
    return printable(text or "")[:_TEXTS]


def serious(lines: list[str], most: int = 5) -> list[str]:
    """The last lines that say what went wrong."""
    return [line for line in lines if _SERIOUS.search(line) and "STATEMENT:" not in line][-most:]


def read_port(*texts: str) -> int:
    """The port in the files of a configuration, of which the last one wins; PostgreSQL's own without one."""
    found = [int(match) for text in texts for match in _PORT.findall(text)]
    return found[-1] if found else 5432


def _port_of(directory: Path) -> int:
    names = [directory / "postgresql.conf", *sorted((directory / "conf.d").glob("*.conf"))]
    return read_port(*(files.read(name, _MOST_BYTES).decode("utf-8", "replace") for name in names if name.is_file()))
