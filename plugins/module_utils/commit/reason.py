# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why a unit did not start or reload: its last lines in the journal, and who holds the port that it wanted."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterable, Sequence

from ..listening import COMMAND, read_listeners

#: How many lines of a unit's journal are shown.
LINES = 8
_STARTS = {"start", "restart", "try-restart", "reload", "reload-or-restart", "try-reload-or-restart", "enable"}
#: Where in a line that says so a port stands: "0.0.0.0:80", "[::]:80", "port 22"; the last one is meant.
_TAKEN = re.compile(r"address already in use", re.IGNORECASE)
_PORT = re.compile(r"(?:\]|\d|\*|:):(\d{1,5})\b|\bport (\d{1,5})\b")
#: How systemctl(1) says that a unit did not do what it was told.
_JOB = re.compile(r"^Job for (\S+) failed", re.MULTILINE)

Output = Callable[[Sequence[str]], str]


def units_of(commands: Iterable[Sequence[str]]) -> list[str]:
    """The units that commands of systemctl start or reload."""
    found: dict[str, None] = {}
    for words in (list(command) for command in commands):
        verbs = [word for word in words[1:] if not word.startswith("-")]
        if words[:1] == ["systemctl"] and verbs and verbs[0] in _STARTS:
            found.update(dict.fromkeys(verbs[1:]))
    return list(found)


def failed_units(said: str) -> list[str]:
    """The units of which systemctl says that they failed, in what a program printed."""
    return list(dict.fromkeys(_JOB.findall(said)))


def taken_ports(lines: Iterable[str]) -> list[int]:
    """The ports of which somebody says that their address is in use already, sorted."""
    said = (_PORT.findall(line) for line in lines if _TAKEN.search(line))
    return sorted({int(found[-1][0] or found[-1][1]) for found in said if found})


def holders(table: str) -> list[str]:
    """Who listens, from what :data:`..listening.COMMAND` prints: program, process and unit."""
    found = dict.fromkeys((one.process, one.pid, one.unit) for one in read_listeners(table) if one.pid)
    return [f"{program} (process {pid}, unit {unit or 'unknown'})" for program, pid, unit in found]


def reasons(commands: Iterable[Sequence[str]], since: float, output: Output | None = None) -> list[str]:
    """Why commands of systemctl failed: :func:`reasons_of` their units."""
    return reasons_of(units_of(commands), since, output)


def reasons_of(units: Iterable[str], since: float, output: Output | None = None) -> list[str]:
    """What units say since a time (seconds since the epoch), and who holds their ports, a line each."""
    ask = output or _output
    told: list[str] = []
    for unit in units:
        words = ["journalctl", "--quiet", "--no-pager", "--output=cat", f"--lines={LINES}", f"--since=@{int(since)}"]
        lines = [line for line in ask([*words, f"--unit={unit}"]).splitlines() if line.strip()]
        told += [f"{unit}: {line}" for line in lines]
        for port in taken_ports(lines):
            table = ask([*COMMAND, f"sport = :{port}"])
            told += [f"port {port} is held by {who}" for who in holders(table) if f"unit {unit}" not in who]
    return told


def _output(words: Sequence[str]) -> str:
    """What a command prints; nothing where it fails, for it only explains what failed before."""
    try:
        return subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
