# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The administrator's command ``pm2``: what runs, what it logs, and starting, stopping and reloading it.

It asks the PM2 of a service, never starts one, and runs nothing as a service's user. Whatever a PM2 answers is text of the
service's: it is shown as such, in cells of one line. Variables, and so secrets, are never shown.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..printable import printable
from .client import Client, NoDaemonError
from .model import Process
from .wire import WireError

DEFINITIONS = Path("/etc/pm2")
#: How long one process may take to be replaced, in seconds.
_PATIENCE = 120
_CELL_LENGTH = 60
_COLUMNS = ("service", "id", "mode", "pid", "uptime", "restarts", "status", "cpu", "memory")
_EVERY = ("status", "list", "ls", "jlist")
_ONE = ("logs", "start", "stop", "restart", "reload")


@dataclass(frozen=True)
class Installed:
    """A service of this host, and its user."""

    name: str
    user: str

    @property
    def unit(self) -> str:
        """The systemd unit of its PM2."""
        return f"pm2-{self.user}.service"


def main(arguments: list[str]) -> str | int | None:
    """Do what the command line asks for; the exit status, or the text of an error."""
    parser = argparse.ArgumentParser(prog="pm2", description="The services of this host, each in a PM2 of its own.")
    parser.add_argument("command", nargs="?", default="status", choices=(*_EVERY, *_ONE))
    parser.add_argument("service", nargs="?", help="all of them by default, where nothing is changed")
    parser.add_argument("--lines", type=int, default=50, help="logs: how many of the last lines (50)")
    parser.add_argument("-f", "--follow", action="store_true", help="logs: go on with what is logged from now on")
    given = parser.parse_args(arguments)
    if given.command in _ONE and given.service is None:
        parser.error(f"{given.command} needs the name of a service")
    if os.geteuid() != 0:
        return "pm2: services are root's to look after: sudo pm2 …"
    services = installed()
    chosen = [one for one in services if given.service in (None, one.name)]
    if given.service and not chosen:
        return f"pm2: no service {printable(given.service)} here; there is: {', '.join(one.name for one in services)}"
    try:
        return _do(given, chosen)
    except (NoDaemonError, WireError, OSError) as error:
        return f"pm2: {_cell(error, 1000)}"


def installed() -> list[Installed]:
    """The services that are defined on this host. A definition's group is its service's user's."""
    return [Installed(path.stem, path.group()) for path in sorted(DEFINITIONS.glob("*.json"))]


def _do(given: argparse.Namespace, chosen: Sequence[Installed]) -> str | int | None:
    if given.command == "jlist":
        _say(printable(json.dumps([item for service in chosen for item in _items(service)])))
        return None
    if given.command in _EVERY:
        _say(table([row for service in chosen for row in _rows(service)]))
        return None
    if given.command == "reload":
        return _reload(chosen[0])
    if given.command == "logs":
        words = ["journalctl", "--no-pager", f"--lines={given.lines}", f"--unit={chosen[0].unit}"]
        os.execv("/usr/bin/journalctl", words + ["--follow"] * given.follow)
    return subprocess.run(["/usr/bin/systemctl", given.command, "--", chosen[0].unit], check=False).returncode


def _items(service: Installed) -> list[dict[str, Any]]:
    """The processes of a service, as far as they may be shown; durations are in seconds, memory is in bytes."""
    try:
        held = Client(service.name, service.user).call("getMonitorData", {})[0]
        return [_item(service, Process.from_pm2(item), item.get("monit") or {}) for item in held]
    except NoDaemonError:
        return []
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise WireError(f"{service.name}: its PM2 does not say what it runs: {error}") from None


def _item(service: Installed, process: Process, usage: dict[str, Any]) -> dict[str, Any]:
    return {
        "service": service.name,
        "name": process.name,
        "id": process.id,
        "mode": str(process.record.get("exec_mode", "")).removesuffix("_mode"),
        "pid": process.pid,
        "uptime": int(time.time() - process.started) if process.status == "online" else 0,
        "restarts": process.restarts,
        "status": process.status,
        "cpu": float(usage.get("cpu") or 0),
        "memory": int(usage.get("memory") or 0),
    }


def _rows(service: Installed) -> list[tuple[str, ...]]:
    nothing = (service.name, *["-"] * (len(_COLUMNS) - 1))
    try:
        items = _items(service)
    except (WireError, OSError) as error:  # the others are shown all the same
        return [(*nothing[:6], _cell(error), *nothing[7:])]
    rows = [
        tuple(
            _cell(value)
            for value in (
                item["service"] if item["name"] == item["service"] else f"{item['service']}: {item['name']}",
                *(item[column] for column in ("id", "mode", "pid")),
                _duration(item["uptime"]),
                *(item[column] for column in ("restarts", "status")),
                f"{item['cpu']:.0f} %",
                f"{item['memory'] >> 20} MiB",
            )
        )
        for item in items
    ]
    return rows or [(*nothing[:6], "stopped", *nothing[7:])]


def _reload(service: Installed) -> str | None:
    """Let PM2 replace the processes, one after the other; one that does not come up leaves the others serving."""
    client = Client(service.name, service.user)
    held = client.processes()
    if not held:
        return f"pm2: nothing of {service.name} runs; to start it: sudo pm2 restart {service.name}"
    for before in held:
        if before.status != "online":
            client.call("stopProcessId", before.id, timeout=_PATIENCE)
        client.call("reloadProcessId", {"id": before.id, "env": {}}, timeout=_PATIENCE)
        after = next((one for one in client.processes() if one.id == before.id), None)
        if after is None or after.status == "errored" or after.restarts > before.restarts + 1:
            state = _cell(after.status) if after else "gone"
            return f"pm2: process {before.id} of {service.name} is {state}; why: sudo pm2 logs {service.name}"
        _say(f"{service.name}: process {before.id} replaced")
    return None


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Lines of columns, under their names."""
    lines = [_COLUMNS, *rows]
    widths = [max(len(line[number]) for line in lines) for number in range(len(_COLUMNS))]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def _cell(value: object, length: int = _CELL_LENGTH) -> str:
    return printable(" ".join(str(value).split()))[:length]


def _duration(seconds: int) -> str:
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return f"{max(0, seconds)} s"
