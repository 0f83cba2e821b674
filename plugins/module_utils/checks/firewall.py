# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Is the firewall in force the one on disk, at the next boot too, and does nothing beside it decide over packets?"""

from __future__ import annotations

from collections.abc import Iterator

from ..firewall_conflicts import remedies
from ..matrix.forward import gateway_view
from ..matrix.model import Host
from ..observe.firewall import RULES, SETTINGS, TABLE, UNIT
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held

_SHOWN = 6


def needs(_intent: Intent, _host: Host) -> Needs:
    """Every host has a firewall."""
    return {"firewall": {}}


def judge(scene: Scene) -> Iterator[Finding]:
    """Findings of our table, of the next boot, and of other firewalls."""
    seen = scene.seen["firewall"]
    yield held(*_in_force(seen["loaded"], seen["missing"], seen["surplus"]))
    state = seen["unit"]["enabled"] or seen["unit"]["load"]
    wrong = "" if state == "enabled" else f"{UNIT} is {state}"
    enable = (f"sudo systemctl enable {UNIT}",) if state == "disabled" else ()
    yield held("the firewall is loaded at the next boot", wrong, f"{UNIT}: {state}", remedy=enable)
    tolerated = scene.intent.tolerated_firewalls
    tables = {table: foreign for table, foreign in seen["tables"].items() if table not in tolerated}
    others = [f"{service} is active" for service in seen["services"] if service not in tolerated]
    others += [f"{table} {foreign['how']}" for table, foreign in tables.items()]
    remedy = tuple(command for table, foreign in tables.items() for command in remedies(table, foreign))
    wrong = f"{', '.join(others)}, whatever ours lets through or stops" if others else ""
    yield held("no other firewall filters or translates", wrong, *others, remedy=remedy)
    matrix = scene.intent.matrix
    if matrix.gateway is not None and matrix.gateway.host == scene.host.name:
        families = gateway_view(matrix, scene.host)["families"]
        off = [family for family in families if family not in seen["forwards"]]
        wrong = f"the kernel forwards no {' and no '.join(off)}: nobody gets out by way of {scene.host.name}" if off else ""
        remedy = (f"sudo /usr/lib/systemd/systemd-sysctl {SETTINGS}",)
        yield held("packets of the hosts behind the gateway are forwarded", wrong, *seen["forwards"], remedy=remedy)


def _in_force(loaded: bool, missing: list[str], surplus: list[str]) -> tuple[str, ...]:
    """Title, what is wrong, and what was seen."""
    title = f"the rules in force are those of {RULES}"
    if not loaded:
        return title, f"the table inet {TABLE} is not loaded"
    lines = [f"missing: {rule}" for rule in missing[:_SHOWN]] + [
        f"not in the file: {rule}" for rule in surplus[:_SHOWN]
    ]
    return title, f"{len(missing)} lines are missing, {len(surplus)} were added" if lines else "", *lines


CHECK = Check("Firewall", needs, judge, part="firewall")
