# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run a release's migrations before it serves: as the service's user, with its variables, in a room like that of its unit."""

from __future__ import annotations

import json
import pwd
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from ..release.model import BuildError
from ..release.run import Unit, run, stop
from .definition import environment
from .model import Service

#: Settings of the service's unit that say what it runs, for how long, and what that has beside it, by how they begin.
_NO_PART_OF_THE_ROOM = (
    "Environment", "Exec", "Group", "Kill", "Log", "NotifyAccess", "Restart", "RuntimeDirectory", "Syslog", "Timeout", "Type",
    "User",
)  # fmt: skip
_MEMORY = "/run"
#: The variables come by standard input: those of a unit every user of the host can ask systemd for.
_ENTER = """
import json, os, sys
variables = json.load(sys.stdin)
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
os.execve("/bin/sh", ["sh", "-ec", sys.argv[1]], variables)
"""


def migrate(service: Service, path: str, place: str, commands: Sequence[str], seconds: float) -> None:
    """Run the commands one after the other in ``place``, a directory of the release; ``path`` is the service's PATH.

    :param seconds: how long all of them may take.
    :raises BuildError: one failed; with its last lines.
    """
    name, deadline = f"migrate-{service.name}.service", time.monotonic() + seconds
    settings = room(_declared(service.unit), service)
    stop(name)  # of a run that was cut off
    for number, command in enumerate(commands, 1):
        title = f"migration {number} of {len(commands)}, {command!r},"
        left = deadline - time.monotonic()
        if left <= 0:
            raise BuildError(f"{title} had no time left of the {seconds:.0f} s that they may take")
        owner = (service.user, pwd.getpwnam(service.user).pw_gid)
        limits = [f"RuntimeMaxSec={max(1, round(left))}", "TimeoutStopSec=10"]
        unit = Unit(name, owner, place, [*settings, *limits], {}, left)
        with _variables(service, path) as stdin:
            run(unit, ["python3", "-I", "-c", _ENTER, command], title, stdin)


def room(declared: str, service: Service) -> list[str]:
    """What confines a service, as properties of a transient unit, of what ``systemctl cat`` prints of its own, drop-ins too."""
    section, found = "", []
    for line in map(str.strip, re.sub(r"\\\n", " ", declared).splitlines()):
        if line.startswith("["):
            section = line
        key, assigned, value = (part.strip() for part in line.partition("="))
        if section != "[Service]" or not assigned or line.startswith(("#", ";", *_NO_PART_OF_THE_ROOM)):
            continue
        if (key, value) != ("BindPaths", service.pm2_home):  # its PM2's, which may not run yet
            found.append(f"{key}={value.replace('%%', '%')}")
    return found


def _declared(unit: str) -> str:
    done = subprocess.run(["systemctl", "cat", "--", unit], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"the migrations have no room, for there is no {unit}: {done.stderr.strip()}")
    return done.stdout


@contextmanager
def _variables(service: Service, path: str) -> Iterator[IO[bytes]]:
    """The service's variables in a file in memory that has no name."""
    with tempfile.TemporaryFile(dir=_MEMORY) as file:
        file.write(json.dumps(environment(service, path)).encode())
        file.seek(0)
        yield file
