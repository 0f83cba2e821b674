# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a service should be, and what PM2 says that it is: plain values without I/O."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..endpoint import endpoint
from ..printable import printable

Mode = Literal["cluster", "fork"]

_RECORD = """
    args autorestart autostart axm_actions axm_dynamic axm_monitor axm_options created_at cron_restart cwd env
    exec_interpreter exec_mode exit_code filter_env instance_var instances kill_timeout km_link listen_timeout
    max_memory_restart merge_logs name namespace node_args node_version pm_cwd pm_err_log_path pm_exec_path
    pm_id pm_out_log_path pm_pid_path pm_uptime pmx prev_restart_delay restart_time script status treekill
    unique_id unstable_restarts username version versioning vizion vizion_running wait_ready watch windowsHide
"""
#: PM2 spreads a service's variables over its own record of the process, so these names would overwrite its state.
RESERVED = frozenset(_RECORD.split())
#: Where systemd keeps the state of running PM2s, in a directory each.
RUNTIME = "/run/pm2"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_NAME = re.compile(r"[a-z][a-z0-9_-]*\Z")
#: A path inside a release, without . and .. on the way.
INSIDE = r"(?!\.{1,2}(/|$))[A-Za-z0-9_.@-]+(/(?!\.{1,2}(/|$))[A-Za-z0-9_.@-]+)*"


#: What people start applications with, and no release holds as a file.
COMMANDS = frozenset({
    "bash", "bun", "bunx", "cargo", "corepack", "deno", "gunicorn", "java", "make", "node", "nodejs", "npm", "npx", "php",
    "pip", "pm2", "pnpm", "poetry", "python", "python3", "ruby", "sh", "sudo", "ts-node", "tsx", "uv", "uvicorn", "yarn",
})  # fmt: skip
_STARTERS = {"bun", "npm", "pnpm", "yarn"}


class ServiceError(ValueError):
    """A service is declared in a way that cannot work."""


@dataclass(frozen=True)
class Health:
    """How to see that a service serves: a request for ``path`` that is answered 2xx, or without path an open port."""

    address: str
    port: int
    path: str | None = None

    @property
    def where(self) -> str:
        """Address and port, as in a URL."""
        return endpoint(self.address, self.port)

    def __str__(self) -> str:
        return f"GET http://{self.where}{self.path}" if self.path else self.where


@dataclass(frozen=True)
class Service:
    """A declared service. Durations are in seconds, ``max_memory`` is in MiB.

    ``script`` is relative to ``working_directory``, and that to the release. ``writable`` are directories of the release that
    lie in the service's home, outlive it and can be written to. ``schedule`` (cron) makes it a job that runs and ends instead
    of staying up.
    """

    name: str
    user: str
    home: str
    directory: str
    script: str
    args: tuple[str, ...] = ()
    interpreter: str = "node"
    interpreter_args: tuple[str, ...] = ()
    mode: Mode = "fork"
    instances: int = 1
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    schedule: str | None = None
    health: Health | None = None
    stop_timeout: int = 5
    start_timeout: int = 10
    max_memory: int | None = None
    working_directory: str = ""
    writable: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Where it runs: the working directory of the release that serves."""
        return posixpath.join(self.current, self.working_directory) if self.working_directory else self.current

    @property
    def shared(self) -> dict[str, str]:
        """Directory of the release that can be written to -> where it lies."""
        return {path: f"{self.home}/{path}" for path in self.writable}

    @property
    def current(self) -> str:
        """The link to the release that serves."""
        return f"{self.directory}/current"

    @property
    def unit(self) -> str:
        """The systemd unit of the PM2 that this service runs in."""
        return f"pm2-{self.user}.service"

    @property
    def pm2_home(self) -> str:
        """Where the service's PM2 keeps its state: a directory that systemd makes anew with each start of the unit."""
        return f"{RUNTIME}/{self.name}"


@dataclass(frozen=True)
class Process:
    """A process as PM2 reports it. ``started`` is in seconds since the epoch, ``record`` PM2's whole ``pm2_env``."""

    id: int
    name: str
    pid: int
    status: str
    restarts: int
    started: float
    exit_code: int | None
    record: Mapping[str, Any]

    @classmethod
    def from_pm2(cls, data: Mapping[str, Any]) -> Process:
        """From an element of PM2's ``getMonitorData`` (what ``pm2 jlist`` prints).

        A service can have its PM2 say anything. :raises TypeError, ValueError, LookupError, OverflowError: it is no process.
        """
        record = data["pm2_env"]
        if not isinstance(record, Mapping) or not isinstance(record.get("env", {}), Mapping):
            raise TypeError("a process without a record")
        exit_code = record.get("exit_code")
        return cls(
            id=int(data["pm_id"]),
            name=printable(str(data["name"])),
            pid=int(data.get("pid") or 0),
            status=printable(str(record.get("status", ""))),
            restarts=int(record.get("restart_time") or 0),
            started=int(record.get("pm_uptime") or 0) / 1000,
            exit_code=None if exit_code is None else int(exit_code),
            record={**record, "prev_restart_delay": int(record.get("prev_restart_delay") or 0)},
        )


def text(value: object) -> str:
    """A value as it stands in an environment: booleans in lower case, as in YAML."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def node_fault(script: str) -> str | None:
    """Why Node.js cannot run a script, as far as its name tells."""
    name = script.rpartition("/")[2]
    foreign = name in COMMANDS or name.endswith((".py", ".rb", ".php", ".sh"))
    return f"does not run {script!r}, which is no JavaScript" if foreign else None


def script_fault(script: str) -> str | None:
    """Why a script cannot be one, as far as that shows before there is a release: it has to be a file of it."""
    if script.startswith("/") or ".." in script.split("/"):
        return f"{script!r} is not a path inside the release"
    command = script.split(" ")[0]
    if command not in COMMANDS:
        return None
    starts = f"what `{command} start` runs stands in package.json, scripts.start; " if command in _STARTERS else ""
    return (
        f"{script!r} is a command, and a script is a file of the release, such as dist/server.js; {starts}"
        "options go into args, and what runs the file is the interpreter"
    )


def check(service: Service) -> None:
    """Raise :class:`ServiceError` with every fault of a declaration, one a line."""
    faults: list[str] = []
    for label, value in (("name", service.name), ("user", service.user)):
        if not _NAME.match(value):
            faults.append(f"{label}: {value!r} is not lower-case letters, digits, '-' and '_', beginning with a letter")
    for label, variables in (("environment", service.environment), ("secrets", service.secrets)):
        for name in variables:
            if not _VARIABLE.match(name):
                faults.append(f"{label}.{name}: not a name of an environment variable")
            elif name in RESERVED or name == service.name:
                faults.append(
                    f"{label}.{name}: PM2 keeps its own state under this name; choose another, such as {name.upper()}"
                )
    for label, paths in (("working_directory", (service.working_directory,)), ("writable", service.writable)):
        for path in filter(None, paths):
            if not re.fullmatch(INSIDE, path):
                faults.append(f"{label}: {path!r} is not a path inside the release, such as packages/web")
    for name in sorted(set(service.environment) & set(service.secrets)):
        faults.append(f"secrets.{name}: also in environment; keep it in one of them")
    if service.instances < 1:
        faults.append(f"instances: {service.instances} is less than 1")
    if service.mode == "fork" and service.instances > 1:
        faults.append(f"instances: {service.instances} in fork mode would fight over one port; set mode to cluster")
    if service.mode == "cluster" and service.interpreter != "node":
        faults.append(f"mode: cluster is for Node.js; {service.interpreter!r} runs in fork mode")
    if service.schedule is not None:
        if service.mode == "cluster" or service.instances > 1:
            faults.append("schedule: a scheduled service runs in fork mode with one instance")
        if service.health is not None:
            faults.append("health: a scheduled service ends; its exit status is its health")
    if fault := script_fault(service.script):
        faults.append(f"script: {fault}")
    if faults:
        raise ServiceError("\n".join(faults))
