# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does each service run, listen and answer, and will it after the next boot?

The chain is followed from its beginning: unit, PM2, its processes, the port, the answer. The first link that is broken is
the finding, what was seen of all of them its evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...endpoint import endpoint
from ...observe.services import Running, Service
from ...observe.sockets import Socket
from ..model import REFUSED, Check, Finding, HostIntent, Remedy, Scene
from ..sockets import listener
from ..words import holder, number, period, unit

_UP = ("online", "launching")
#: A crash that is not longer ago is told, in seconds.
_RECENT = 3600


@dataclass(frozen=True)
class _Service:
    """A service as declared and as seen."""

    name: str
    title: str
    scene: Scene
    declared: Mapping[str, Any]
    seen: Service

    @property
    def unit(self) -> str:
        return str(self.seen["unit"]["name"])

    @property
    def own(self) -> list[Running]:
        return [process for process in self.seen["processes"] if process["name"] == self.name]

    @property
    def health(self) -> Mapping[str, Any] | None:
        return self.declared.get("health")

    @property
    def where(self) -> str:
        return endpoint(self.health["address"], self.health["port"]) if self.health else ""

    @property
    def socket(self) -> Socket | None:
        return listener(self.scene, self.health["address"], self.health["port"]) if self.health else None

    @property
    def answer(self) -> str:
        """What is wrong with the answer to the health check."""
        return str(self.scene.seen.get("health", {}).get(self.name, ""))

    @property
    def refused(self) -> str:
        return f", so connections to {self.where} are refused" if self.health and self.socket is None else ""

    @property
    def restart(self) -> Remedy:
        return Remedy(f"sudo systemctl restart {self.unit}")

    def evidence(self) -> tuple[str, ...]:
        """Every link of the chain."""
        lines = [unit(self.unit, self.seen["unit"])]
        lines += [f"PM2: {self.seen['problem']}"] if self.seen["problem"] else []
        lines += [_process(process) for process in self.seen["processes"]]
        if not self.seen["processes"] and self.seen["daemon"]:
            lines.append("PM2 runs nothing")
        if self.health:
            lines.append(
                f"{self.where}: {'listened on by ' + holder(self.socket) if self.socket else 'nobody listens'}"
            )
            lines += [f"health: {self.answer}"] if self.answer else []
        return (*lines, *(f"log: {line}" for line in self.seen["log"]))


def judge(scene: Scene) -> list[Finding]:
    """All services of the host."""
    return [finding for one in _services(scene) for finding in (*_now(one), *_after_boot(one))]


def summary(scene: Scene) -> str:
    """How many processes run."""
    return ", ".join(f"{one.name} ({_state(one)})" for one in _services(scene))


def _state(one: _Service) -> str:
    if one.declared.get("schedule"):
        return f"at {one.declared['schedule']}"
    return f"{number(len(one.own), 'process', 'processes')}{', healthy' if one.health else ''}"


def _services(scene: Scene) -> list[_Service]:
    declared = scene.intent.services
    return [
        _Service(name, str(declared[name]["title"]), scene, declared[name], seen)
        for name, seen in scene.seen["services"].items()
        if name in declared
    ]


def _now(one: _Service) -> list[Finding]:
    """The first link that is broken, if any is."""
    state = one.seen["unit"]
    pm2 = one.scene.intent.tagged("pm2")
    if state["load"] == "not-found" or one.seen["declared"] is None:
        why = "its unit" if state["load"] == "not-found" else f"/etc/pm2/{one.name}.json"
        return [_fault(one, "stopped", f"{one.title} is not installed: {why} is missing{one.refused}.", pm2)]
    if state["active"] != "active":
        if state["active"] in ("failed", "activating"):
            return [_fault(one, "stopped", f"{one.title} cannot be started by systemd{one.refused}.", one.restart)]
        remedy = Remedy(f"sudo systemctl start {one.unit}")
        return [_fault(one, "stopped", f"{one.title} is stopped{one.refused}.", remedy)]
    if one.seen["daemon"] != state["pid"]:
        return [_fault(one, "stopped", f"The PM2 of {one.title} does not answer{one.refused}.", one.restart)]
    if not one.own:
        text = f"{one.title} is missing from PM2's list, though /etc/pm2/{one.name}.json declares it{one.refused}."
        return [_fault(one, "stopped", text, one.restart)]
    if one.declared.get("schedule"):
        return _scheduled(one)
    socket = one.socket
    if socket and socket["user"] != one.declared["user"]:
        text = f"Port {socket['port']} is taken by {socket['process']}, so {one.title} cannot listen on it."
        return [_fault(one, "port-taken", text, Remedy(f"sudo kill {socket['pid']}"), one.restart)]
    up = [process for process in one.own if process["status"] in _UP and not process["crashing"]]
    if not up:
        return [_down(one)]
    if one.health and "sockets" in one.scene.seen and socket is None:
        text = f"{one.title} runs but does not listen on {one.where}, so connections to it are refused."
        return [_fault(one, "deaf", text, one.restart, pm2)]
    if one.answer:
        text = f"{one.title} runs but does not answer as a healthy service does."
        return [_fault(one, "unhealthy", text, _logs(one), one.restart)]
    return list(_weak(one, len(up)))


def _down(one: _Service) -> Finding:
    process = one.own[0]
    if any(each["crashing"] for each in one.own):
        code = next((each["exit_code"] for each in one.own if each["exit_code"]), None)
        status = f", exit status {code}" if code else ""  # in cluster mode PM2 tells 0 whatever it was
        again = number(max(each["restarts"] for each in one.own), "restart")
        text = f"{one.title} crashes again and again ({again} so far{status}){one.refused}."
        return _fault(one, "crashing", text, _logs(one), one.scene.intent.tagged("pm2"))
    return _fault(one, "stopped", f"{one.title} is {process['status']} in PM2{one.refused}.", one.restart)


def _scheduled(one: _Service) -> list[Finding]:
    failed = [each for each in one.own if each["exit_code"] and each["status"] not in _UP]
    if not failed:
        return []
    text = f"The last run of {one.title} failed (exit status {failed[0]['exit_code']})."
    return [_fault(one, "failed", text, _logs(one), Remedy(f"sudo pm2 restart {one.name}"))]


def _weak(one: _Service, up: int) -> Iterator[Finding]:
    wanted = one.declared["instances"]
    if up < wanted:
        text = f"Only {up} of {number(wanted, 'process', 'processes')} of {one.title} run."
        yield Finding("service-weak", one.name, text, one.evidence(), (one.restart,), "warning")
    for each in one.own:
        if each["restarts"] and each["exit_code"] and each["uptime_seconds"] < _RECENT:
            text = f"{one.title} crashed {period(each['uptime_seconds'])} ago and was started again."
            yield Finding("service-crashed", one.name, text, one.evidence(), (_logs(one),), "warning")
            return


def _after_boot(one: _Service) -> Iterator[Finding]:
    """What would be lost with the next boot: the unit starts what is declared, not what happens to run."""
    state = one.seen["unit"]
    if state["load"] == "not-found":
        return
    if state["enabled"] != "enabled":
        text = f"{one.title} would not start at the next boot: its unit is not enabled."
        remedy = (Remedy(f"sudo systemctl enable {one.unit}"),)
        yield Finding("service-not-enabled", one.name, text, (unit(one.unit, state),), remedy, "warning")
    pm2 = one.scene.intent.tagged("pm2")
    for each in one.seen["processes"]:
        if each["name"] != one.name:
            text = f"{each['name']!r} runs in the PM2 of {one.title}, declared nowhere: it is gone after the next boot."
            evidence = (_process(each), f"/etc/pm2/{one.name}.json, which the unit starts, does not have it")
            yield Finding("service-undeclared", f"{one.name}/{each['name']}", text, evidence, (pm2,), "warning")
    declared = one.seen["declared"]
    script = declared["script"] if declared else ""
    others = {each["script"] for each in one.own} - {script}
    if script and others:
        text = f"{one.title} runs another program than it would after the next boot."
        evidence = (f"runs: {', '.join(sorted(others))}", f"declared in /etc/pm2/{one.name}.json: {script}")
        yield Finding("service-other", one.name, text, evidence, (pm2,), "warning")


def _fault(one: _Service, what: str, text: str, *remedy: Remedy) -> Finding:
    symptom = REFUSED if one.health else ""
    # Only of one that answers, but not as it should, is it known that others are the cause.
    return Finding(
        f"service-{what}", one.name, text, one.evidence(), remedy, "error", symptom, heals=what == "unhealthy"
    )


def _logs(one: _Service) -> Remedy:
    return Remedy(f"sudo pm2 logs {one.name} --lines 50")


def _process(each: Running) -> str:
    code = "" if each["exit_code"] is None else f", last exit status {each['exit_code']}"
    up = f" for {period(each['uptime_seconds'])}" if each["status"] == "online" else ""
    return f"PM2 process {each['id']} {each['name']}: {each['status']}{up}, {number(each['restarts'], 'restart')}{code}"


def _applies(intent: HostIntent) -> bool:
    return bool(intent.services)


CHECK = Check(
    "services",
    judge,
    summary,
    ("services", "sockets", "health"),
    symptoms=frozenset({REFUSED}),
    applies=_applies,
)
