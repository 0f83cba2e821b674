# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Are the rules in the kernel those that were written, and does nothing else drop packets?"""

from __future__ import annotations

from ...firewall_conflicts import remedies
from ...monitoring.standing import COUNTERS
from ...observe.firewall import RULES, TABLE, UNIT
from ..edge import BLOCKED, answered
from ..model import CERTIFICATE, MONITORING, REFUSED, Check, Finding, HostIntent, Remedy, Scene
from ..words import number, unit

_SHOWN_RULES = 6
_REFUSED = "Connection refused"
_OTHERS = {
    "ufw": "ufw is enabled",
    "firewalld": "firewalld is active",
    "docker": "Docker is active, and what it publishes is open to the world past every row of the matrix",
    "nftables": "the distribution's nftables.service is active, and flushes our rules too when it stops",
}
_DISABLE = {
    "ufw": "sudo ufw disable",
    "firewalld": "sudo systemctl disable --now firewalld",
    "docker": "sudo systemctl disable --now docker.socket docker.service",
    "nftables": "sudo systemctl disable nftables.service",
}
#: Puts the rules of the file in force.
LOAD = Remedy(f"sudo systemctl reload-or-restart {UNIT}")
#: Without a table there are no counters to be read.
_UNCOUNTED = (f"monitoring-figures:{COUNTERS}",)


def judge(scene: Scene) -> list[Finding]:
    """A table that is not loaded, differs, or is gone at the next boot; and foreign firewalls."""
    seen, intent = scene.seen["firewall"], scene.intent
    state = unit(UNIT, seen["unit"])
    lets_in = (*_UNCOUNTED, *_fronts(intent, "origin-open"))
    found = []
    if seen["unit"]["load"] == "not-found":
        text = "This host has no firewall: the role was never run."
        remedy = (intent.tagged("firewall"),)
        found.append(Finding("firewall-absent", intent.host, text, (state,), remedy, causes=lets_in))
    elif not seen["loaded"]:
        text = "The firewall is not loaded: whatever listens on this host can be reached by everybody."
        evidence = (state, f"nft list table inet {TABLE}: no such table")
        remedy = (Remedy(f"sudo systemctl restart {UNIT}"),)
        found.append(Finding("firewall-down", intent.host, text, evidence, remedy, "error", REFUSED, lets_in))
    elif seen["missing"] or seen["surplus"]:
        differences = (
            f"{RULES} against nft list table inet {TABLE}:",
            *(f"missing: {rule}" for rule in seen["missing"][:_SHOWN_RULES]),
            *(f"not in the file: {rule}" for rule in seen["surplus"][:_SHOWN_RULES]),
        )
        text = (
            f"The firewall in force is not the one on disk: {number(len(seen['missing']), 'line')} missing, "
            f"{len(seen['surplus'])} added by hand."
        )
        follows = _follows(scene)
        found.append(Finding("firewall-differs", intent.host, text, differences, (LOAD,), "error", REFUSED, follows))
    if seen["unit"]["load"] != "not-found" and seen["unit"]["enabled"] != "enabled":
        text = "The firewall would not be loaded at the next boot."
        remedy = (Remedy(f"sudo systemctl enable {UNIT}"),)
        found.append(Finding("firewall-not-enabled", intent.host, text, (state,), remedy, "warning"))
    return found + _foreign(scene)


def summary(_scene: Scene) -> str:
    """What was compared."""
    return "loaded, and the rules in force are those on disk"


def _foreign(scene: Scene) -> list[Finding]:
    """What may drop packets that our firewall accepts."""
    seen, tolerated = scene.seen["firewall"], scene.intent.tolerated
    commands: dict[str, tuple[Remedy, ...]] = {
        name: (Remedy(command),) for name, command in _DISABLE.items() if name in seen["services"]
    }
    commands |= {table: tuple(map(Remedy, remedies(table, foreign))) for table, foreign in seen["tables"].items()}
    names = {**{table: f"the table {table} {foreign['how']}" for table, foreign in seen["tables"].items()}, **_OTHERS}
    return [
        Finding(
            "firewall-foreign",
            other,
            f"Another firewall runs beside ours: {names[other]}.",
            ("what one firewall accepts, another can still drop",),
            remedy,
            "error",
            REFUSED,
            _follows(scene),
        )
        for other, remedy in commands.items()
        if other not in tolerated
    ]


def _follows(scene: Scene) -> tuple[str, ...]:
    """Rules that differ explain each connection that is refused though somebody listens, the health check's too."""
    blocked = [f"flow-refused:{one.component} to {one.destination}" for one in scene.intent.connections]
    blocked += [
        f"service-unhealthy:{name}" for name, answer in scene.seen.get("health", {}).items() if _REFUSED in answer
    ]
    if scene.intent.monitoring:  # its programs are asked as the user whom a row lets ask
        blocked += [f"monitoring-program:{unit}" for unit in scene.intent.monitoring.titles]
    return (*dict.fromkeys(blocked), *_fronts(scene.intent, "front-closed", "origin-open"), *answered(scene.intent, *BLOCKED))


def _fronts(intent: HostIntent, *kinds: str) -> tuple[str, ...]:
    """The keys of some kinds of finding, of each port of the sites."""
    return tuple(f"{kind}:{port}" for kind in kinds for port in intent.listen.get(intent.proxy, {}).get("ports", ()))


CHECK = Check(
    "firewall", judge, summary, ("firewall",), uses=("health",), symptoms=frozenset({REFUSED, CERTIFICATE, MONITORING})
)
