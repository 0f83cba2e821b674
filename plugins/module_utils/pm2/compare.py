# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs between a wanted service and the processes that PM2 runs, and what has to be done about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..printable import printable
from .model import Process, Service

Step = Literal["none", "reload", "restart"]

_HIDDEN = "********"
#: So many paths are named in a reason.
_NAMED = 3
#: Of these, a process can only be made anew.
_FIXED = frozenset({"exec_mode", "exec_interpreter"})


@dataclass(frozen=True)
class Unit:
    """The systemd unit that holds a user's PM2. ``started`` and ``changed`` (its file): seconds since the epoch.

    One that is neither ``active`` nor ``at_rest`` is being started, perhaps again and again, or stopped.
    """

    active: bool
    enabled: bool
    pid: int = 0
    started: float = 0.0
    changed: float = 0.0
    at_rest: bool = False


@dataclass(frozen=True)
class Actual:
    """What a service is at this moment.

    ``release`` is what ``current`` leads to, ``switched`` when it was turned there (seconds since the epoch),
    ``definition`` the ecosystem file, ``unfinished`` whether a run was cut off before it had proven its change,
    ``daemon`` the process that answers for PM2 (0: none), ``astray`` the release's paths with another owner or mode.
    """

    unit: Unit
    daemon: int = 0
    processes: tuple[Process, ...] = ()
    release: str | None = None
    switched: float = 0.0
    definition: str | None = None
    unfinished: bool = False
    astray: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What to do. ``reasons`` say why, in words for the user; without reasons nothing is done."""

    step: Step = "none"
    reasons: tuple[str, ...] = ()
    enable: bool = False
    stale: tuple[int, ...] = ()
    surplus: tuple[int, ...] = ()
    missing: int = 0


def differences(wanted: Mapping[str, Any], process: Process, service: Service) -> dict[str, tuple[str, str]]:
    """Each field and variable in which a process differs: name -> (actual, wanted); secrets are hidden."""
    found: dict[str, tuple[str, str]] = {}
    for name, value in wanted.items():
        if name == "env":
            continue
        actual = process.record.get(name)
        if (actual or None) != (value or None):
            found[name] = (str(actual), str(value))
    variables = wanted["env"]
    held = {
        name: value
        for name, value in process.record.get("env", {}).items()
        if name not in {"unique_id", "PM2_HOME", service.name} or name in variables
    }
    for name in sorted({*variables, *held}):
        if held.get(name) != variables.get(name):
            secret = name in service.secrets or name not in variables
            found[f"environment.{printable(name)}"] = (
                _shown(held.get(name), secret),
                _shown(variables.get(name), secret),
            )
    return found


def _shown(value: str | None, secret: bool) -> str:
    if value is None:
        return "(not set)"
    return _HIDDEN if secret else value


def plan(service: Service, wanted: Mapping[str, Any], definition: str, release: str, actual: Actual) -> Plan:
    """How to get from what is to what is wanted."""
    reasons: list[str] = []
    own = [process for process in actual.processes if process.name == service.name]
    foreign = [process for process in actual.processes if process.name != service.name]
    restart = False
    if actual.unfinished:
        reasons.append("an earlier run was cut off before it had proven its change")
    if not actual.unit.enabled:
        reasons.append(f"{service.unit} does not start at boot")
    if not actual.unit.active:
        reasons.append(f"{service.unit} is not active")
        restart = True
    elif actual.daemon != actual.unit.pid:
        reasons.append(f"PM2 is not the one of {service.unit}" if actual.daemon else "PM2 does not answer")
        restart = True
    elif actual.unit.changed > actual.unit.started:
        reasons.append(f"{service.unit} has changed since it was started")
        restart = True
    if actual.release != release:
        reasons.append(f"release {actual.release or '(none)'} -> {release}")
    if actual.definition != definition:
        reasons.append("not deployed yet" if actual.definition is None else "definition")

    if actual.astray:
        reasons.append(f"owner or mode of {', '.join(actual.astray[:_NAMED])}, {len(actual.astray)} in all")

    stale: list[int] = []
    if not restart:
        if not own:
            reasons.append("not running in PM2")
            restart = True
        for process in own:
            why, anew = _faults(service, wanted, release, actual, process)
            reasons += [f"process {process.id}: {reason}" for reason in why]
            restart = restart or anew
            if why or actual.unfinished or actual.release != release:
                stale.append(process.id)
        reasons += [f"process {process.id}: {process.name!r} is not declared" for process in foreign]
        if own and len(own) != service.instances:
            reasons.append(f"instances {len(own)} -> {service.instances}")
    surplus = [process.id for process in foreign] + [process.id for process in own[service.instances :]]
    return Plan(
        step="restart" if restart else "reload" if reasons else "none",
        reasons=tuple(reasons),
        enable=not actual.unit.enabled,
        stale=() if restart else tuple(number for number in stale if number not in surplus),
        surplus=() if restart else tuple(surplus),
        missing=0 if restart else max(0, service.instances - len(own)),
    )


def _faults(
    service: Service, wanted: Mapping[str, Any], release: str, actual: Actual, process: Process
) -> tuple[list[str], bool]:
    """Why a process is not as wanted, and whether it can only be made anew."""
    found = differences(wanted, process, service)
    reasons = sorted(found)
    if not is_up(service, process):
        reasons.append(process.status)
    elif process.status == "online" and not process.pid:
        reasons.append("cannot be run")
    if actual.release == release and process.started < actual.switched:
        reasons.append("runs an earlier release")
    return reasons, bool(_FIXED & set(found))


def is_up(service: Service, process: Process) -> bool:
    """Whether PM2 calls a process running; a scheduled one may also have ended."""
    return process.status == "online" or (service.schedule is not None and process.status in {"stopped", "launching"})


def lines(definition: Mapping[str, Any], secrets: Collection[str]) -> dict[str, Any]:
    """An application of an ecosystem file as it may be shown in a diff: secret variables hidden."""
    shown = {name: _HIDDEN if name in secrets else value for name, value in definition.get("env", {}).items()}
    return {**definition, "env": shown}
