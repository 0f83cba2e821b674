# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Nginx: its unit, whether its configuration on disk is valid, and whether it is the one that runs."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from .logs import tail
from .run import ObservationError, Run
from .units import Unit, states

UNIT = "nginx.service"
ERROR_LOG = "/var/log/nginx/error.log"
_FILE = re.compile(r"^# configuration file (?P<path>/.*):$", re.MULTILINE)
_OTHER_FILES = re.compile(r"(?<= )-[cp] ?[^ ]+")
#: Told by the command itself, or in the manner of a log.
_FAULT = re.compile(r"^(?:nginx: |[\d/]+ [\d:]+ )(?:\[emerg\] (?:\d+#\d+: )?)(?P<text>.*)$", re.MULTILINE)


class Changed(TypedDict):
    """A file, and when it was changed, in seconds since the epoch."""

    path: str
    time: float


class Nginx(TypedDict):
    """``unit``, ``faults`` (what ``nginx -t`` says of the files on disk; nothing when they are
    valid), ``workers_started`` (when the newest worker took up its configuration, seconds since the epoch; 0 without
    workers), ``changed``: the ``path`` and ``time`` of each file of the configuration that is newer than that, and
    ``arguments``: those by which the master reads other files than ``nginx -T``, empty where it reads the same.
    """

    unit: Unit
    faults: list[str]
    workers_started: float
    changed: list[Changed]
    arguments: str


def observe(run: Run) -> Nginx:
    """Nginx, as it runs and as its files are."""
    unit = states(run, UNIT)[UNIT]
    if unit["load"] == "not-found":
        raise ObservationError("nginx is not installed")
    done = run(["nginx", "-T", "-q"])
    started = max((_started(worker) for worker in _children(unit["pid"])), default=0.0) if unit["pid"] else 0.0
    return {
        "unit": unit,
        "faults": read_faults(done.err, "\n".join(tail(ERROR_LOG))) if done.status else [],
        "workers_started": started,
        "changed": _newer(read_files(done.out) or _all_files(), started) if started else [],
        "arguments": read_arguments(_title(unit["pid"])) if unit["pid"] else "",
    }


def read_files(dumped: str) -> list[str]:
    """The files that make up the configuration, from ``nginx -T``."""
    return sorted({found["path"] for found in _FILE.finditer(dumped)})


def read_faults(said: str, log: str = "") -> list[str]:
    """What stands in the way of a start, from the errors of ``nginx -t``; from its log where it tells them only there,
    having opened it.
    """
    found = [match["text"] for match in _FAULT.finditer(said)]
    return found or [match["text"] for match in _FAULT.finditer(log)][-1:] or [said.strip()]


def read_start(stat: str) -> int:
    """When a process started, in clock ticks since the machine booted (proc_pid_stat(5), field 22)."""
    return int(stat.rpartition(")")[2].split()[19])


def read_arguments(title: str) -> str:
    """The options in a master's title that choose its files (nginx(8)): ``-c`` and ``-p``, each with its value."""
    return " ".join(match[0] for match in _OTHER_FILES.finditer(title))


def _title(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _all_files(directory: str = "/etc/nginx") -> list[str]:
    """Of an invalid configuration nginx does not list the files."""
    return [os.path.join(parent, name) for parent, _directories, names in os.walk(directory) for name in names]


def _newer(paths: Sequence[str], started: float) -> list[Changed]:
    found: list[Changed] = []
    for path in sorted(paths):
        try:
            changed = os.stat(path).st_ctime  # a file that is put back may bring its old time of modification along
        except OSError:
            continue
        if changed > started + 1:  # the worker's start is known to a hundredth of a second, the clock may be slewed
            found.append({"path": path, "time": changed})
    return found


def _children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []


def _started(pid: int) -> float:
    try:
        ticks = read_start(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return 0.0  # it has ended meanwhile
    since_boot = ticks / os.sysconf("SC_CLK_TCK")
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + since_boot
