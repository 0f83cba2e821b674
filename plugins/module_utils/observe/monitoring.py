# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The programs of monitoring: whether they run with what they are told, read what they should, and what Prometheus says."""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import urlencode

from ..monitoring.daemons import Daemon, as_user, get, problems
from ..monitoring.metrics import LOG_LINES, UNPARSED
from .logs import journal
from .run import Run, output
from .units import Unit, states

_LOG_LINES_SHOWN = 4
#: In the name of the unit that asks the database.
EXPORTER = "postgres"
_READS = b"--logs="
#: What follows the host in an address may be a secret.
_ADDRESS = re.compile(r"(https?://)(?:[^\s/@\"]*@)?([^\s/\"?]+)[^\s\"]*")
#: A message that cannot be delivered is tried again within a minute.
_UNDELIVERED = "sum by (integration) (increase(alertmanager_notification_requests_failed_total[2m])) > 0"
_UNPARSED_LINES = f'sum by (host) (increase({LOG_LINES}{{result="{UNPARSED}"}}[10m])) > 0'
_LOCKED_OUT = "pg_up == 0"


class Program(TypedDict):
    """``unit`` as systemd has it, what is ``wrong`` (empty if nothing is), and then the last lines of its ``log``."""

    unit: Unit
    wrong: str
    log: list[str]


class Target(TypedDict):
    """Somebody whom Prometheus asks for metrics: its ``health`` (``up``, ``down``, ``unknown`` if it was not asked yet) and the
    last ``error``.
    """

    job: str
    instance: str
    health: str
    error: str


class Told(TypedDict):
    """What Prometheus says: its ``targets``, the names of its ``alerts`` (one for each rule), how many lines of the access log
    are ``unparsed`` by host, in ten minutes, on which hosts the database locks its exporter out, and by which ways messages
    about alerts were ``undelivered`` in the last two minutes; ``problem`` is why it says nothing.
    """

    problem: str
    targets: list[Target]
    alerts: list[str]
    unparsed: dict[str, float]
    locked_out: list[str]
    undelivered: list[str]


class Log(TypedDict):
    """The log that mtail has to read: whether it ``is_read``, who may (``mode``), and when not, as of now."""

    path: str
    is_read: bool
    mode: str


class Figure(TypedDict):
    """Figures that a timer has written: whether it is ``timed``, how its last run ended (``success``) and how many ``seconds``
    ago, or for how long it was waited for.
    """

    timed: bool
    result: str
    seconds: float
    log: list[str]


class Monitored(TypedDict):
    """``programs`` by unit; ``hashes`` of files (SHA-256, hexadecimal; empty if there is none); ``prometheus``, where it runs
    here; ``logs`` by unit of who reads them; ``figures`` by unit, of timers that the host has.
    """

    programs: dict[str, Program]
    hashes: dict[str, str]
    prometheus: Told | None
    logs: dict[str, Log]
    figures: dict[str, Figure]


def observe(
    run: Run, daemons: Sequence[Mapping[str, Any]], asker: str, hashed: Sequence[str], figures: Sequence[str]
) -> Monitored:
    """What is so right now.

    :param daemons: see :class:`..monitoring.daemons.Daemon`.
    :param asker: the user whom the matrix lets ask them; empty where nobody on this host may.
    :param figures: services that timers of the same name run.
    """
    known = [Daemon(**one) for one in daemons]
    units = states(run, *(one.unit for one in known)) if known else {}
    wrong = {unit: one.reason for unit, one in problems(known, asker).items()}
    prometheus = next((one.url for one in known if one.jobs), "")
    told = ask(prometheus, asker) if prometheus else None
    talking = {*wrong}
    if told and told["undelivered"]:
        talking |= {one.unit for one in known if one.metric.startswith("alertmanager")}
    if told and told["locked_out"]:
        talking |= {one.unit for one in known if EXPORTER in one.unit}
    return {
        "programs": {
            unit: {"unit": state, "wrong": wrong.get(unit, ""), "log": said(run, unit) if unit in talking else []}
            for unit, state in units.items()
        },
        "hashes": {path: _hash(path) for path in hashed},
        "prometheus": told,
        "logs": {unit: log for unit, state in units.items() if state["pid"] for log in logs_of(state["pid"])},
        "figures": _figures(run, figures),
    }


def ask(url: str, asker: str) -> Told:
    """What Prometheus says, asked as a user."""
    told: Told = {"problem": "", "targets": [], "alerts": [], "unparsed": {}, "locked_out": [], "undelivered": []}
    try:
        with as_user(asker):
            targets, rules = (_data(f"{url}/api/v1/{path}") for path in ("targets?state=active", "rules?type=alert"))
            unparsed, locked_out, undelivered = (
                _data(f"{url}/api/v1/query?{urlencode({'query': query})}")["result"]
                for query in (_UNPARSED_LINES, _LOCKED_OUT, _UNDELIVERED)
            )
    except (OSError, ValueError, KeyError) as error:
        return {**told, "problem": f"Prometheus does not say it at {url}: {error}"}
    return {
        "problem": "",
        "targets": [read_target(one) for one in targets["activeTargets"]],
        "alerts": sorted(rule["name"] for group in rules["groups"] for rule in group["rules"]),
        "unparsed": {one["metric"].get("host", ""): float(one["value"][1]) for one in unparsed},
        "locked_out": sorted(one["metric"].get("host", "") for one in locked_out),
        "undelivered": sorted(one["metric"].get("integration", "") for one in undelivered),
    }


def read_target(one: Mapping[str, Any]) -> Target:
    """A target of Prometheus' answer."""
    labels = one["labels"]
    return {
        "job": labels.get("job", ""),
        "instance": labels.get("instance", ""),
        "health": one["health"],
        "error": one["lastError"],
    }


def _data(url: str) -> Any:
    return json.loads(get(url))["data"]


def _hash(path: str) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""


def said(run: Run, unit: str) -> list[str]:
    """The last lines of a unit in the journal, of addresses the host alone."""
    return [without_addresses(line) for line in journal(run, unit, lines=_LOG_LINES_SHOWN)]


def without_addresses(line: str) -> str:
    """A line in which addresses end with their host."""
    return _ADDRESS.sub(r"\1\2/…", line)


def logs_of(pid: int) -> list[Log]:
    """The log that a program was told to read, if it was. The kernel knows which files it has open."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        paths = [os.fsdecode(word.removeprefix(_READS)) for word in words if word.startswith(_READS)]
        opened = {_identity(f"/proc/{pid}/fd/{name}") for name in os.listdir(f"/proc/{pid}/fd")}
    except OSError:
        return []  # it has ended meanwhile
    return [
        {"path": path, "is_read": identity in opened, "mode": _mode(path)}
        for path in paths
        if (identity := _identity(path)) is not None
    ]


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _mode(path: str) -> str:
    found = os.stat(path)
    try:
        owner = pwd.getpwuid(found.st_uid).pw_name
    except KeyError:
        owner = str(found.st_uid)
    return f"{found.st_mode & 0o7777:04o}, of {owner}"


def _figures(run: Run, services: Sequence[str]) -> dict[str, Figure]:
    if not services:
        return {}
    shown = "--property=Id,LoadState,ActiveState,ActiveEnterTimestamp,ExecMainStartTimestamp,ExecMainExitTimestamp,Result"
    names = [f"{service}.{kind}" for service in services for kind in ("timer", "service")]
    printed = output(run, "systemctl", "show", "--timestamp=unix", shown, "--", *names)
    blocks = [dict(line.split("=", 1) for line in block.splitlines()) for block in printed.strip().split("\n\n")]
    units = dict(zip(names, blocks, strict=True))
    return {
        service: read_figure(units[f"{service}.timer"], units[f"{service}.service"], time.time())
        | {"log": said(run, f"{service}.service") if units[f"{service}.service"].get("Result") != "success" else []}
        for service in services
        if units[f"{service}.timer"].get("LoadState") != "not-found"
    }


def read_figure(timer: Mapping[str, str], service: Mapping[str, str], now: float) -> Figure:
    """What systemd shows of a timer and its service."""
    ran = (_time(service, f"ExecMain{moment}Timestamp") for moment in ("Start", "Exit"))  # of one that runs there is no end
    since = max(_time(timer, "ActiveEnterTimestamp"), *ran)
    return {
        "timed": timer.get("ActiveState") == "active",
        "result": service.get("Result", ""),
        "seconds": now - since,
        "log": [],
    }


def _time(shown: Mapping[str, str], name: str) -> float:
    return float(shown.get(name, "").removeprefix("@") or 0)
