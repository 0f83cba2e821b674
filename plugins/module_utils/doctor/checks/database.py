# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does the database run, admit, and have connections left?"""

from __future__ import annotations

from collections.abc import Iterator

from ...endpoint import endpoint
from ...observe.database import Cluster, Sessions
from ..model import MONITORING, REFUSED, Check, Finding, HostIntent, Remedy, Scene
from ..sockets import listener
from ..words import period, unit

#: Share of the connections for applications from which it is said that they run out.
CROWDED = 0.8
#: As root, whom the server admits at its socket: nobody becomes postgres outside of its unit.
_PSQL = "sudo psql --no-psqlrc --username=postgres --dbname=postgres"
_TOO_MANY = "too many clients"
_NONE_LEFT = "remaining connection slots are reserved"


def judge(scene: Scene) -> list[Finding]:
    """The cluster on the declared port."""
    intent = scene.intent
    port = intent.listen[intent.database]["port"]
    clusters = scene.seen["database"]
    cluster = next((one for one in clusters if one["port"] == port), None)
    if cluster is None:
        there = [f"cluster {one['version']}/main has port {one['port']}" for one in clusters] or ["there is no cluster"]
        text = f"No PostgreSQL is set up for port {port}."
        remedy = (intent.tagged("postgresql"),)
        return [
            Finding("database-down", intent.database, text, tuple(there), remedy, "error", REFUSED, _follows(intent))
        ]
    return list(_look(scene, cluster))


def summary(scene: Scene) -> str:
    """How many connections are in use."""
    port = scene.intent.listen[scene.intent.database]["port"]
    cluster = next(one for one in scene.seen["database"] if one["port"] == port)
    return f"PostgreSQL {cluster['version']} accepts connections, {cluster['used']} of {cluster['most']} in use"


def _look(scene: Scene, cluster: Cluster) -> Iterator[Finding]:
    intent = scene.intent
    name = cluster["unit"]["name"]
    state = unit(name, cluster["unit"])
    log = tuple(f"log: {line}" for line in cluster["log"])
    follows = _follows(intent)
    if cluster["unit"]["active"] != "active":
        text = "The database does not run, so nothing can be read or stored."
        remedy = (Remedy(f"sudo systemctl start {name}"),)
        yield Finding("database-down", intent.database, text, (state, *log), remedy, "error", REFUSED, follows)
    elif _TOO_MANY in cluster["problem"] or _NONE_LEFT in cluster["problem"]:
        text = "The database is out of connections, even of those kept for its administrator."
        remedy = (Remedy(f"sudo systemctl restart {name}"),)
        yield Finding("database-full", intent.database, text, (cluster["problem"], *log), remedy, "error", "", follows)
    elif cluster["problem"]:
        text = "The database runs but accepts no connection."
        remedy = (Remedy(f"sudo systemctl restart {name}"),)
        yield Finding(
            "database-down", intent.database, text, (state, cluster["problem"], *log), remedy, "error", REFUSED, follows
        )
    else:
        yield from _accepting(scene, cluster, state)
    if not cluster["starts_at_boot"]:
        text = "The database would not start at the next boot."
        enable = Remedy("sudo systemctl enable postgresql.service")
        yield Finding(
            "database-not-enabled", intent.database, text, ("postgresql.service is not enabled",), (enable,), "warning"
        )


def _accepting(scene: Scene, cluster: Cluster, state: str) -> Iterator[Finding]:
    intent = scene.intent
    for address in intent.listen[intent.database]["addresses"]:
        if "sockets" in scene.seen and listener(scene, address, cluster["port"]) is None:
            text = f"The database does not listen on {endpoint(address, cluster['port'])}, where the matrix wants it."
            again = (intent.tagged("postgresql"),)
            yield Finding("database-down", intent.database, text, (state,), again, "error", REFUSED, _follows(intent))
    free = cluster["most"] - cluster["reserved"]
    if cluster["used"] >= CROWDED * free:
        evidence = (
            f"{cluster['used']} of {free} connections in use (max_connections {cluster['most']}, "
            f"{cluster['reserved']} kept for administrators)",
            *(_session(one) for one in cluster["sessions"]),
        )
        idle = next((one for one in cluster["sessions"] if one["state"].startswith("idle")), None)
        remedy = (_end(idle["user"], cluster["port"]),) if idle else ()
        if cluster["used"] >= free:
            text = "The database is out of connections: applications are turned away."
            yield Finding("database-full", intent.database, text, evidence, remedy, "error", "", _follows(intent))
        else:
            text = f"The database runs out of connections: {cluster['used'] / free:.0%} are in use."
            yield Finding("database-crowded", intent.database, text, evidence, remedy, "warning")
    if cluster["recovery"]:
        text = "The database is in recovery: it answers, but stores nothing."
        promote = Remedy(f"{_PSQL} --port={cluster['port']} --command='SELECT pg_promote()'")
        yield Finding("database-recovery", intent.database, text, ("pg_is_in_recovery() is true",), (promote,))


def _session(one: Sessions) -> str:
    who = f"{one['user'] or '?'}{' (' + one['application'] + ')' if one['application'] else ''}"
    since = f", the longest for {period(one['seconds'])}" if one["seconds"] is not None else ""
    return f"{one['sessions']} of {who}: {one['state'] or 'no state'}{since}"


def _end(user: str, port: int) -> Remedy:
    """End the sessions of a user that do nothing; an application makes new ones when it needs them."""
    who = user.replace("'", "''")
    query = (
        f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '{who}' AND state LIKE 'idle%'"
    )
    return Remedy(f'{_PSQL} --port={port} --command="{query}"')


def _follows(intent: HostIntent) -> tuple[str, ...]:
    senders = (one.component for one in intent.connections if one.destination == intent.database)
    return (
        *dict.fromkeys(f"service-unhealthy:{component}" for component in senders),
        f"exporter-refused:{intent.host}",
    )


def _applies(intent: HostIntent) -> bool:
    return intent.database in intent.components


CHECK = Check(
    "database",
    judge,
    summary,
    ("database",),
    uses=("sockets",),
    symptoms=frozenset({REFUSED, MONITORING}),
    applies=_applies,
)
