# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The services that PM2 runs: unit, daemon, processes, what the next boot would start, and the last log lines."""

from __future__ import annotations

import json
import posixpath
import re
import time
from collections.abc import Mapping
from typing import Any, TypedDict

from ..files import read
from ..pm2.client import Client
from ..pm2.model import Process
from ..pm2.wire import WireError
from ..printable import printable
from .logs import LINES, journal
from .run import Run
from .units import NamedUnit, states

DEFINITIONS = "/etc/pm2"
_MOST_BYTES = 1024 * 1024
_FRAME = re.compile(r"\s+at \S")
_REMARK = re.compile(r"\S+ PM2 log: App ")


class Running(TypedDict):
    """A process of PM2's; ``crashing`` is whether PM2 starts it again and again."""

    id: int
    name: str
    pid: int
    status: str
    restarts: int
    uptime_seconds: int
    exit_code: int | None
    crashing: bool
    script: str


class Declared(TypedDict):
    """What the unit starts at boot."""

    instances: int
    schedule: str | None
    script: str


class Service(TypedDict):
    """``unit``, ``daemon`` (the process that answers for PM2; 0: none), ``processes``, what is ``declared`` (nothing without a
    file that can be read), ``problem`` (why PM2 could not be asked) and ``log``, the last lines.
    """

    unit: NamedUnit
    daemon: int
    processes: list[Running]
    declared: Declared | None
    problem: str
    log: list[str]


def observe(run: Run, services: Mapping[str, Mapping[str, Any]]) -> dict[str, Service]:
    """Each service, which is given with its ``user``, its ``home`` and the names of its ``secrets``."""
    names = {name: f"pm2-{service['user']}.service" for name, service in services.items()}
    units = states(run, *names.values()) if names else {}
    return {
        name: _service(run, name, service, {**units[names[name]], "name": names[name]})
        for name, service in sorted(services.items())
    }


def _service(run: Run, name: str, service: Mapping[str, Any], unit: NamedUnit) -> Service:
    client = Client(name, service["user"])
    try:
        definition = read(f"{DEFINITIONS}/{name}.json", _MOST_BYTES).decode(errors="replace")
    except OSError:
        definition = ""
    declared, secrets = read_definition(definition, service.get("secrets", ()))
    daemon, problem = 0, ""
    processes: list[Running] = []
    try:
        daemon = client.daemon()
        processes = [read_process(process, time.time()) for process in client.processes()]
    except (OSError, WireError, KeyError) as error:
        problem = printable(str(error))
    return {
        "unit": unit,
        "daemon": daemon,
        "processes": processes,
        "declared": declared,
        "problem": problem,
        "log": without_frames(journal(run, unit["name"], secrets, lines=200))[-LINES:],
    }


def read_definition(text: str, secrets: Any) -> tuple[Declared | None, list[str]]:
    """What an ecosystem file declares, and the values of its secrets; see :mod:`..pm2.definition`."""
    try:
        app = json.loads(text)["apps"][0]
        declared: Declared = {
            "instances": int(app["instances"]),
            "schedule": app.get("cron_restart"),
            "script": posixpath.join(app["cwd"], app["script"]),
        }
        return declared, [str(app["env"][key]) for key in secrets if key in app["env"]]
    except (ValueError, KeyError, TypeError, IndexError):
        return None, []


def without_frames(lines: list[str]) -> list[str]:
    """A log without what would push out the message above it: frames of Node.js' stack traces, and how PM2 goes on after it."""
    return [line for line in lines if not _FRAME.match(line) and not _REMARK.match(line)]


def read_process(process: Process, now: float) -> Running:
    """A process in plain data. PM2 waits longer and longer before it starts a crashed process again
    (``prev_restart_delay``, in milliseconds), until it has stayed up for 30 s.
    """
    return {
        "id": process.id,
        "name": process.name,
        "pid": process.pid,
        "status": process.status,
        "restarts": process.restarts,
        "uptime_seconds": max(0, round(now - process.started)) if process.status == "online" else 0,
        "exit_code": process.exit_code,
        "crashing": process.status in ("errored", "waiting restart")
        or (process.status != "stopped" and int(process.record.get("prev_restart_delay") or 0) > 0),
        "script": str(process.record.get("pm_exec_path", "")),
    }
