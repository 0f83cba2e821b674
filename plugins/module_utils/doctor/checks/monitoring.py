# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does monitoring run, see what it should, and reach whom it alerts?

The chain is followed from its beginning: programs, what they read and whom they ask, messages about alerts.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...checks.monitoring import sorted_out, unwritten
from ...monitoring.standing import Asked, Standing
from ...observe.monitoring import EXPORTER, Monitored, Program
from ...observe.targets import Told
from ..model import MONITORING, Check, Finding, HostIntent, Remedy, Scene
from ..words import number, unit

_TRY = "ansible-playbook playbooks/verify.yml -e alert=true"


def judge(scene: Scene) -> list[Finding]:
    """Programs, figures, logs, targets, the database's exporter, deliveries."""
    wanted, seen = scene.intent.monitoring, scene.seen["monitoring"]
    if wanted is None:
        return []
    found = [
        *_programs(scene.intent, wanted, seen),
        *_figures(scene.intent, wanted, seen),
        *_logs(seen),
    ]
    if seen["prometheus"] and not seen["prometheus"]["problem"]:
        found += _told(scene.intent, wanted, seen, seen["prometheus"])
    return found


def summary(scene: Scene) -> str:
    """How much runs and is asked."""
    seen = scene.seen["monitoring"]
    asked = len(seen["prometheus"]["targets"]) if seen["prometheus"] else 0
    rest = f", {asked} targets answer" if asked else ""
    return f"{number(len(seen['programs']), 'program')} as on disk{rest}"


def _programs(intent: HostIntent, wanted: Standing, seen: Monitored) -> Iterator[Finding]:
    for name, one in seen["programs"].items():
        if not one["wrong"]:
            continue
        title, state = wanted.titles.get(name, name), one["unit"]
        evidence = (unit(name, state), f"{name} {one['wrong']}", *_lines(one))
        follows = tuple(_key(asked) for asked in wanted.asked if asked.unit == name)
        if state["load"] == "not-found":
            text, remedy = f"{title} is not installed.", intent.tagged("monitoring")
        elif state["active"] == "failed":
            text, remedy = f"{title} does not start.", _again(name)
        elif state["active"] != "active":
            text, remedy = f"{title} is stopped.", Remedy(f"sudo systemctl start {name}")
        else:
            text, remedy = f"{title} {one['wrong']}.", intent.tagged("monitoring")
        yield Finding("monitoring-program", name, text, evidence, (remedy,), causes=follows, heals=False)


def _figures(intent: HostIntent, wanted: Standing, seen: Monitored) -> Iterator[Finding]:
    for name in wanted.figures:
        why = unwritten(name, seen["figures"])
        if not why:
            continue
        figure = seen["figures"].get(name)
        if figure is None:
            remedy = intent.tagged("monitoring")
        elif not figure["timed"]:
            remedy = Remedy(f"sudo systemctl enable --now {name}.timer")
        else:
            remedy = _again(f"{name}.service")
        evidence = tuple(f"log: {line}" for line in figure["log"]) if figure else ()
        text = f"{name} writes no figures, so their alerts are blind: {why}."
        ran = figure is not None and figure["timed"]  # it will again, by itself
        yield Finding("monitoring-figures", name, text, evidence, (remedy,), heals=ran)


def _logs(seen: Monitored) -> Iterator[Finding]:
    for name, log in seen["logs"].items():
        if log["is_read"] or name not in seen["programs"]:
            continue
        text = f"{log['path']} is not read, so requests are not counted."
        evidence = (
            f"{name} does not have it open",
            f"{log['path']}: mode {log['mode']}",
            *_lines(seen["programs"][name]),
        )
        open_to_adm = f"sudo chgrp adm {log['path']} && sudo chmod 0640 {log['path']}"
        yield Finding(
            "monitoring-log", name, text, evidence, (Remedy(open_to_adm), Remedy(f"sudo systemctl restart {name}"))
        )


def _told(intent: HostIntent, wanted: Standing, seen: Monitored, told: Told) -> Iterator[Finding]:
    unasked, _unseen, silent = sorted_out(wanted, seen)
    for one in unasked:
        text = f"Prometheus does not ask {_name(one)} for metrics, though the data name it."
        yield Finding("target-unasked", _name(one), text, (one.told,), (intent.tagged("monitoring"),))
    for one, error in silent:
        yield _silent(one, error)
    if told["locked_out"]:
        yield _locked_out(intent, seen, told["locked_out"])
    for host, lines in told["unparsed"].items():
        text = f"Of the access log on {host} about {number(round(lines), 'line')} within ten minutes could not be understood."
        evidence = ("its form and its reader come from the same data",)
        yield Finding("log-unparsed", host, text, evidence, (intent.tagged("nginx,monitoring"),), "warning")
    for way in told["undelivered"]:
        yield _undelivered(intent, seen["programs"].get(wanted.alertmanager), way)


def _silent(one: Asked, error: str) -> Finding:
    evidence = (f"Prometheus asks {one.instance}: {error}", *([f"{one.row} allows it"] if one.row else []))
    restart = Remedy(f"sudo systemctl restart {one.unit}")
    there = Remedy(f"ansible-playbook playbooks/doctor.yml --limit {one.host} -e symptom={MONITORING}", "here")
    text = f"{_name(one)} gives Prometheus no metrics."
    return Finding("target-down", _name(one), text, evidence, (restart if one.unit else there,), heals=True)


def _locked_out(intent: HostIntent, seen: Monitored, hosts: list[str]) -> Finding:
    names = ", ".join(hosts)
    said = [line for unit_, one in seen["programs"].items() if EXPORTER in unit_ for line in _lines(one)]
    text = f"The database on {names} is down, or refuses its exporter: it gives no metrics."
    remedy = (intent.tagged("postgresql"),)
    return Finding("exporter-refused", names, text, ("pg_up is 0", *said), remedy, heals=True)


def _undelivered(intent: HostIntent, alertmanager: Program | None, way: str) -> Finding:
    text = f"Alerts do not reach whom they are for by {way}: who should take them refuses, or does not answer."
    said = tuple(line for line in _lines(alertmanager) if "err=" in line)
    mend = intent.tagged("monitoring")
    correct = Remedy(f"correct network_monitoring.receivers, then {mend.text}", "here")
    return Finding("alerts-undelivered", way, text, said, (correct, Remedy(_TRY, "here")))


def _name(one: Asked) -> str:
    return f"{one.component} of {one.host}"


def _key(one: Asked) -> str:
    return f"target-down:{_name(one)}"


def _again(unit_: str) -> Remedy:
    """However often it has failed."""
    return Remedy(f"sudo systemctl reset-failed {unit_} && sudo systemctl restart {unit_}")


def _lines(one: Program | None) -> list[str]:
    return [f"log: {line}" for line in one["log"]] if one else []


def _applies(intent: HostIntent) -> bool:
    return intent.monitoring is not None


CHECK = Check(MONITORING, judge, summary, ("monitoring",), symptoms=frozenset({MONITORING}), applies=_applies)
