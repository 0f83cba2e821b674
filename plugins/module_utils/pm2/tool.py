# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The administrator's command: look at the services that PM2 runs, and start, stop or reload them.

Every service has a PM2 of its own in a unit of its own. This asks it over its socket, or acts by its unit; it never starts a
PM2, and nothing of it runs as the service's user.
"""

from __future__ import annotations

import argparse
import grp
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..printable import printable
from .client import Client, NoDaemonError
from .model import Process
from .wire import WireError

DEFINITIONS = Path("/etc/pm2")
_UNITS = ("start", "stop", "restart")
#: Of PM2's record of a process, what says how it is; the rest holds the service's variables.
_SHOWN = ("exec_mode", "status", "restart_time", "pm_uptime", "pm_cwd", "pm_exec_path", "node_version", "exit_code")
_COLUMNS = ("service", "id", "mode", "pid", "up", "restarts", "status")
#: How long a process may take to be replaced, in seconds.
_PATIENCE = 120


def users(definitions: Path = DEFINITIONS) -> dict[str, str]:
    """Service -> the user that runs it, who may read its definition."""
    return {path.stem: grp.getgrgid(path.stat().st_gid).gr_name for path in sorted(definitions.glob("*.json"))}


def status(services: Mapping[str, str]) -> str:
    """A table of the services' processes."""
    rows: list[Sequence[str]] = [_COLUMNS]
    for service, user in services.items():
        found = Client(service, user).processes()
        rows += [_row(service, process) for process in found] or [
            (service, "-", "-", "-", "-", "-", "PM2 does not run")
        ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _row(service: str, process: Process) -> Sequence[str]:
    mode = str(process.record.get("exec_mode", "")).removesuffix("_mode")
    up = f"{max(0, time.time() - process.started):.0f} s" if process.status == "online" else "-"
    row = (service, process.id, mode, process.pid or "-", up, process.restarts, process.status)
    return [printable(str(value)) for value in row]


def listing(services: Mapping[str, str]) -> str:
    """The same as JSON: a list of processes, without their variables."""
    found = [
        {"service": service, "id": process.id, "pid": process.pid, **_shown(process.record)}
        for service, user in services.items()
        for process in Client(service, user).processes()
    ]
    return json.dumps(found, indent=2)


def _shown(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: record[key] for key in _SHOWN if key in record}


def reload(service: str, user: str) -> None:
    """Replace a service's processes, one after the other."""
    client = Client(service, user)
    for process in client.processes():
        client.call("reloadProcessId", {"id": process.id, "env": {"current_conf": {}}}, timeout=_PATIENCE)


def parser(names: Sequence[str]) -> argparse.ArgumentParser:
    """What the command understands."""
    top = argparse.ArgumentParser(prog="pm2", description="The services of this host that PM2 runs.")
    commands = top.add_subparsers(dest="command")
    for name, what in (("status", "show the processes"), ("jlist", "show the processes as JSON")):
        one = commands.add_parser(name, aliases=["list", "ls"] if name == "status" else [], help=what)
        one.add_argument("service", nargs="?", choices=names)
    logs = commands.add_parser("logs", help="show a service's journal")
    logs.add_argument("service", choices=names)
    logs.add_argument("--lines", "-n", type=int, default=20)
    logs.add_argument("--follow", "-f", action="store_true")
    for name in ("reload", *_UNITS):
        commands.add_parser(name, help=f"{name} a service").add_argument("service", choices=names)
    return top


def main(arguments: list[str]) -> str | int | None:
    """Run a command; what went wrong, or the exit status."""
    if os.geteuid() != 0:
        return "pm2: the services' sockets and definitions are for root only: use sudo"
    known = users()
    wanted = parser(list(known)).parse_args(arguments or ["status"])
    service = wanted.service
    if wanted.command in _UNITS:
        return subprocess.run(["systemctl", wanted.command, f"pm2-{known[service]}.service"], check=False).returncode
    if wanted.command == "logs":
        words = ["journalctl", f"--unit=pm2-{known[service]}.service", f"--lines={wanted.lines}", "--output=short-iso"]
        os.execvp(words[0], [*words, *(["--follow"] if wanted.follow else ["--no-pager"])])
    try:
        if wanted.command == "reload":
            reload(service, known[service])
            return None
        chosen = {service: known[service]} if service else known
        sys.stdout.write((listing if wanted.command == "jlist" else status)(chosen) + "\n")
    except (NoDaemonError, WireError) as error:
        return f"pm2: {printable(str(error))}"
    return None
