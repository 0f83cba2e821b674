# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does Mother run, admit, and have connections left?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...endpoint import endpoint
from ..model import REFUSED, Check, Declared, Finding, Mend, Scene
from ..sockets import listener
from ..words import period, unit

MOTHER = "mother"
#: Share of the connections for applications from which it is said that they run out.
CROWDED = 0.8
#: As root, whom the server admits at its socket: nobody becomes postgres outside of its unit.
_PSQL = "sudo psql --no-psqlrc --username=postgres --dbname=postgres"
_TOO_MANY = "too many clients"
_NONE_LEFT = "remaining connection slots are reserved"


def examine(scene: Scene) -> list[Finding]:
    """The cluster on the declared port."""
    declared = scene.declared
    port = declared.listen[MOTHER]["port"]
    clusters = scene.seen["database"]
    cluster = next((one for one in clusters if one["port"] == port), None)
    if cluster is None:
        there = [f"cluster {one['version']}/main has port {one['port']}" for one in clusters] or ["there is no cluster"]
        text = f"No PostgreSQL is set up for port {port}."
        mend = (declared.tagged("postgresql"),)
        return [Finding("database-down", MOTHER, text, tuple(there), mend, "fault", REFUSED, _follows(declared))]
    return list(_look(scene, cluster))


def fine(scene: Scene) -> str:
    """How many connections are in use."""
    port = scene.declared.listen[MOTHER]["port"]
    cluster = next(one for one in scene.seen["database"] if one["port"] == port)
    return f"PostgreSQL {cluster['version']} accepts connections, {cluster['used']} of {cluster['most']} in use"


def _look(scene: Scene, cluster: Mapping[str, Any]) -> Iterator[Finding]:
    declared = scene.declared
    name = cluster["unit"]["name"]
    state = unit(name, cluster["unit"])
    log = tuple(f"log: {line}" for line in cluster["log"])
    follows = _follows(declared)
    if cluster["unit"]["active"] != "active":
        text = "The database does not run, so nothing can be read or stored."
        mend = (Mend(f"sudo systemctl start {name}"),)
        yield Finding("database-down", MOTHER, text, (state, *log), mend, "fault", REFUSED, follows)
    elif _TOO_MANY in cluster["problem"] or _NONE_LEFT in cluster["problem"]:
        text = "The database is out of connections, even of those kept for its administrator."
        mend = (Mend(f"sudo systemctl restart {name}"),)
        yield Finding("database-full", MOTHER, text, (cluster["problem"], *log), mend, "fault", "", follows)
    elif cluster["problem"]:
        text = "The database runs but accepts no connection."
        mend = (Mend(f"sudo systemctl restart {name}"),)
        yield Finding("database-down", MOTHER, text, (state, cluster["problem"], *log), mend, "fault", REFUSED, follows)
    else:
        yield from _accepting(scene, cluster, state)
    if not cluster["starts_at_boot"]:
        text = "The database would not start at the next boot."
        enable = Mend("sudo systemctl enable postgresql.service")
        yield Finding(
            "database-not-enabled", MOTHER, text, ("postgresql.service is not enabled",), (enable,), "warning"
        )


def _accepting(scene: Scene, cluster: Mapping[str, Any], state: str) -> Iterator[Finding]:
    declared = scene.declared
    for address in declared.listen[MOTHER]["addresses"]:
        if "sockets" in scene.seen and listener(scene, address, cluster["port"]) is None:
            text = f"The database does not listen on {endpoint(address, cluster['port'])}, where the matrix wants it."
            again = (declared.tagged("postgresql"),)
            yield Finding("database-down", MOTHER, text, (state,), again, "fault", REFUSED, _follows(declared))
    free = cluster["most"] - cluster["reserved"]
    if cluster["used"] >= CROWDED * free:
        evidence = (
            f"{cluster['used']} of {free} connections in use (max_connections {cluster['most']}, "
            f"{cluster['reserved']} kept for administrators)",
            *(_session(one) for one in cluster["sessions"]),
        )
        idle = next((one for one in cluster["sessions"] if one["state"].startswith("idle")), None)
        mend = (_end(idle["user"], cluster["port"]),) if idle else ()
        if cluster["used"] >= free:
            text = "The database is out of connections: applications are turned away."
            yield Finding("database-full", MOTHER, text, evidence, mend, "fault", "", _follows(declared))
        else:
            text = f"The database runs out of connections: {cluster['used'] / free:.0%} are in use."
            yield Finding("database-crowded", MOTHER, text, evidence, mend, "warning")
    if cluster["recovery"]:
        text = "The database is in recovery: it answers, but stores nothing."
        promote = Mend(f"{_PSQL} --port={cluster['port']} --command='SELECT pg_promote()'")
        yield Finding("database-recovery", MOTHER, text, ("pg_is_in_recovery() is true",), (promote,))


def _session(one: Mapping[str, Any]) -> str:
    who = f"{one['user'] or '?'}{' (' + one['application'] + ')' if one['application'] else ''}"
    since = f", the longest for {period(one['seconds'])}" if one["seconds"] is not None else ""
    return f"{one['sessions']} of {who}: {one['state'] or 'no state'}{since}"


def _end(user: str, port: int) -> Mend:
    """End the sessions of a user that do nothing; an application makes new ones when it needs them."""
    who = user.replace("'", "''")
    query = (
        f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '{who}' AND state LIKE 'idle%'"
    )
    return Mend(f'{_PSQL} --port={port} --command="{query}"')


def _follows(declared: Declared) -> tuple[str, ...]:
    senders = (one.component for one in declared.connections if one.destination == MOTHER)
    return tuple(dict.fromkeys(f"service-unhealthy:{component}" for component in senders))


def _applies(declared: Declared) -> bool:
    return MOTHER in declared.components


CHECK = Check(
    "database", examine, fine, ("database",), uses=("sockets",), symptoms=frozenset({REFUSED}), applies=_applies
)
