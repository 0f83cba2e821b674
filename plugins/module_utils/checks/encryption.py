# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does the database let its clients on other hosts log in over TLS alone, by a certificate that they believe and that lasts?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..certificates.lineage import DAY_SECONDS, LATE
from ..matrix.compile import endpoint_of
from ..matrix.decide import component_at, decide
from ..matrix.model import Host
from ..observe.logins import Login
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held, skipped


def needs(intent: Intent, host: Host) -> Needs:
    """A login of each component of the host whose role the database on another one admits."""
    matrix = intent.matrix
    there = matrix.hosts_of(matrix.database)
    if not there or host in there:
        return {}
    database, place = matrix.components[matrix.database], there[0]
    address, _colon, port = endpoint_of(matrix, host, place, database).rpartition(":")
    logins = {}
    for role in intent.database_roles:
        component = matrix.components.get(role.component)
        if component is None or component.key not in host.components or not component.user or not role.databases:
            continue
        ends = (component_at(component.key, host), component_at(database.key, place))
        if decide(matrix, *ends, int(port), "tcp").action == "allow":
            asked = {"role": role.name, "database": role.databases[0], "user": component.user}
            logins[component.key] = {**asked, "address": address.strip("[]"), "port": int(port)}
    return {"logins": {"logins": logins, "authorities": intent.database_ca}} if logins and intent.database_ca else {}


def judge(scene: Scene) -> Iterator[Finding]:
    """Findings of each login."""
    database = scene.intent.matrix.database
    for component, login in sorted(scene.seen["logins"].items()):
        ends: dict[str, Any] = {"source": component, "destination": database}
        title = f"{database} refuses {component} without TLS"
        if login["unreached"]:
            yield skipped(title, login["unreached"], **ends)
            continue
        if login["clear_goes_on"] or login["clear_refused"]:
            wrong = f"it goes on with the login in the clear: {login['clear']}" if login["clear_goes_on"] else ""
            yield held(title, wrong, f"without TLS: {login['clear']}", **ends)
        else:
            yield skipped(title, f"it refuses for another reason: {login['clear']}", **ends)
        yield held(
            f"{database} shows {component} a certificate of network_database_ca, and lets it log in over TLS",
            _distrusted(login),
            f"over TLS: {login['distrusted'] or login['encrypted']}",
            **ends,
        )
        if not login["distrusted"]:
            yield _lasting(database, login, scene.now, ends)


def _distrusted(login: Login) -> str:
    if login["distrusted"]:
        return f"it is not believed: {login['distrusted']}"
    return "" if login["encrypted_goes_on"] else f"it is refused: {login['encrypted']}"


def _lasting(database: str, login: Login, now: float, ends: dict[str, Any]) -> Finding:
    left, lifetime = login["not_after"] - now, login["not_after"] - login["not_before"]
    days = f"{left / DAY_SECONDS:.0f} of {lifetime / DAY_SECONDS:.0f} days are left"
    wrong = "" if left >= LATE * lifetime else f"only {days}: any run renews it"
    return held(f"more than {LATE:.0%} of the lifetime of the certificate of {database} is left", wrong, days, **ends)


CHECK = Check("Encryption on the way to the database", needs, judge, part="postgresql")
