# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run a program in the room of a running unit: as its user, with each setting of its sandbox, beside what runs there.

A sandbox cannot be joined as a whole, for its filter of system calls cannot. So the program runs in a unit of its own, with
the settings of the real one but those that start, watch and end it. systemd reads them as it reads the real ones, drop-ins
included. That unit exists for a moment only, below ``/run``. Stands alone: tests send this file to a host as it is.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_UNITS = Path("/run/systemd/system")
#: So much of what a program prints is read.
_OUTPUT_BYTES = 1 << 20
#: Settings of systemd.service(5) and systemd.exec(5) by which a unit is started, watched and ended, in lower case.
_LIFE = frozenset(
    {
        "busname", "execcondition", "execreload", "execreloadpost", "execstart", "execstartpost", "execstartpre",
        "execstop", "execstoppost", "filedescriptorstoremax", "filedescriptorstorepreserve", "guessmainpid", "killmode",
        "killsignal", "nonblocking", "notifyaccess", "pidfile", "remainafterexit", "restart", "restartforceexitstatus",
        "restartmaxdelaysec", "restartmode", "restartpreventexitstatus", "restartsec", "restartsteps",
        "runtimedirectorypreserve", "runtimemaxsec", "runtimerandomizedextrasec", "sockets", "standarderror",
        "standardinput", "standardinputdata", "standardinputtext", "standardoutput", "successexitstatus",
        "syslogidentifier", "timeoutabortsec", "timeoutsec", "timeoutstartfailuremode", "timeoutstartsec",
        "timeoutstopfailuremode", "timeoutstopsec", "type", "watchdogsec", "watchdogsignal",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """What to run where.

    :param unit: the running unit.
    :param user: as whom, where the unit itself starts as root.
    :param program: in Python, for this host's interpreter.
    """

    unit: str
    user: str
    program: str


def enter(entries: Mapping[str, Entry], seconds: float) -> dict[str, str]:
    """Run programs in rooms, all at once; name -> what each printed, errors too, before it ended or its time was over.

    :raises subprocess.CalledProcessError: systemd does not know a unit.
    """
    place = Path(tempfile.mkdtemp(prefix="nostromo-rooms-", dir="/run"))
    units = {name: _UNITS / f"nostromo-room-{name}.service" for name in entries}
    try:
        _UNITS.mkdir(parents=True, exist_ok=True)
        for name, entry in entries.items():
            units[name].write_text(unit_text(_shown(entry.unit), entry, place / name, seconds), encoding="utf-8")
        # A program that fails, or is ended for its time, makes this fail; what it printed tells.
        start = ["systemctl", "--quiet", "start", *(path.name for path in units.values())]
        subprocess.run(start, stderr=subprocess.DEVNULL, check=False)
        return {name: _read(place / name) for name in entries}
    finally:
        for path in units.values():
            path.unlink(missing_ok=True)
        shutil.rmtree(place)


def unit_text(shown: str, entry: Entry, output: Path, seconds: float) -> str:
    """The unit in which a program runs.

    :param shown: the real unit with its drop-ins, as ``systemctl cat`` prints it.
    :param output: the file, in a directory that only root can enter, for what the program prints.
    """
    settings = [_specified(line, entry.unit) for line in settings_of(shown)]
    if not any(line.startswith("User=") and line != "User=" for line in settings):
        settings += [f"User={entry.user}", f"Group={entry.user}"]
    if any(line.startswith("NoExecPaths=") for line in settings):
        settings += [f"ExecPaths={os.path.realpath(sys.executable)}"]  # nothing but the unit's own programs would run
    program = base64.b64encode(entry.program.encode()).decode()
    return "\n".join(
        [
            "[Unit]",
            f"Description=A look from inside {entry.unit}",
            f"JoinsNamespaceOf={entry.unit}",
            "CollectMode=inactive-or-failed",
            "[Service]",
            *settings,
            "SystemCallErrorNumber=EPERM",  # a filter that kills would end the program at its first refusal, unheard
            "RuntimeDirectoryPreserve=yes",
            "Type=oneshot",
            f"TimeoutStartSec={seconds:g}",
            "TimeoutStopSec=1",
            "StandardInput=data",
            f"StandardInputData={program}",
            f"StandardOutput=truncate:{output}",
            "StandardError=inherit",
            f"ExecStart={sys.executable} -I -S -",
            "",
        ]
    )


def settings_of(shown: str) -> list[str]:
    """The lines of the ``[Service]`` sections that make the sandbox, in their order; later ones add to earlier ones."""
    settings, section = [], ""
    for line in shown.replace("\\\n", " ").splitlines():
        words = line.strip()
        if words.startswith("["):
            section = words
        elif section == "[Service]" and "=" in words and words[0] not in "#;":
            key, _equals, value = words.partition("=")
            if key.strip().lower() not in _LIFE:
                settings.append(f"{key.strip()}={value.strip()}")
    return settings


def unit_of(cgroups: str, own: str) -> str:
    """The unit that a process belongs to, or its session (``session-3.scope``); empty when it is in none.

    :param cgroups: its ``/proc/PID/cgroup``.
    :param own: that of PID 1, which is somewhere below the root in a container.
    """
    above = _path(own).removesuffix("/init.scope")
    parts = _path(cgroups).removeprefix(above).split("/")
    return next((part for part in parts if part.endswith((".service", ".scope"))), "")


def _path(cgroups: str) -> str:
    """The path in systemd's own hierarchy: the named one if there is one, else the only one; see cgroups(7)."""
    found = {controllers: path for _number, controllers, path in (line.split(":", 2) for line in cgroups.splitlines())}
    return found.get("name=systemd", found.get("", ""))


def _specified(line: str, unit: str) -> str:
    """A setting with the specifiers filled in that stand for the unit's own name; see systemd.unit(5)."""
    name = unit.rpartition(".")[0]
    prefix, _at, instance = name.partition("@")
    meant = {"%i": instance, "%I": instance.replace("-", "/"), "%n": unit, "%N": name, "%p": prefix}
    return re.sub("%[iInNp%]", lambda found: meant.get(found[0], found[0]), line)


def _shown(unit: str) -> str:
    done = subprocess.run(
        ["systemctl", "cat", "--", unit], capture_output=True, text=True, errors="replace", check=True
    )
    return done.stdout


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_OUTPUT_BYTES).decode(errors="replace")
    except FileNotFoundError:
        return ""  # the unit did not even start
