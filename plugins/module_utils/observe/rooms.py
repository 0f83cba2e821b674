# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the components of a host could do from inside their rooms, tried there; and what of theirs runs outside of them."""

from __future__ import annotations

import glob
import os
import pwd
import re
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from ..program import source
from . import inside
from .room import Entry, enter, unit_of
from .run import ObservationError, Run, output

#: How long the attempts of a component may take, in seconds.
_SECONDS = 10.0
#: Where only root writes.
_DIRECTORIES = (
    "/", "/boot", "/etc", "/etc/*", "/etc/postgresql/*/*", "/opt", "/root", "/run", "/srv", "/srv/*", "/srv/*/releases",
    "/srv/*/releases/*", "/usr", "/usr/bin", "/usr/local/*", "/var", "/var/lib", "/var/log", "/var/log/nginx",
    "/var/log/postgresql",
)  # fmt: skip
_SECRETS = (
    "/etc/shadow", "/etc/ssh/ssh_host_*_key", "/etc/pm2/*.json", "/etc/letsencrypt/live/*/privkey.pem",
    "/etc/nostromo/postgresql/server.key",
)  # fmt: skip
#: Homes that Debian opens to everybody, and what within them is private.
_OPEN_HOMES = {"/var/www": (), "/var/lib/postgresql": ("/var/lib/postgresql/*/*",)}
_SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock")
#: Sockets of systemd and of its SSH generator.
_DOORS = ("/run/systemd/private", "/run/ssh-unix-local/socket")
_SPOOLS = ("/var/spool/cron/crontabs", "/var/spool/cron/atjobs", "/var/lib/systemd/linger")
#: Programs that know themselves who speaks with them, and whom they serve.
_AUTHENTICATING = frozenset({"postgres"})
_SOCKET = re.compile(
    r'^\S+ +LISTEN +\d+ +\d+ +(?P<path>[/@]\S*) .*\("(?P<process>[^"]*)",pid=(?P<pid>\d+)', re.MULTILINE
)
#: Within which a process that has left its cgroup is dead.
_ENDING_SECONDS = 0.1
#: Of /proc/PID/status, see proc(5).
_STATUS = re.compile(r"^State:\t(?P<state>\S).*?^Uid:\t(?P<uid>\d+)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Process:
    """A process with the user that it really is, not the one as which it acts, and the unit or session that holds it."""

    pid: int
    user: str
    unit: str

    @property
    def is_in_room(self) -> bool:
        """Whether a service holds it that is no way in for people or for their jobs."""
        return self.unit.endswith(".service") and not self.unit.startswith(("user@", "cron.", "atd.", "ssh.", "ssh@"))


class Attempts(TypedDict):
    """How many attempts of a kind were ``tried``, and what went ``through``."""

    tried: int
    through: list[str]


class Tried(TypedDict):
    """Attempts by kind (see :mod:`.inside`), and the ``problem`` why they could not be made."""

    attempts: dict[str, Attempts]
    problem: str


class Room(Tried):
    """A component's room: its ``unit`` (empty: nothing of its user's runs in a service), its user's other processes
    (``outside``), each as ``PID in UNIT``, and what was tried in it.
    """

    unit: str
    outside: list[str]


def observe(run: Run, components: Mapping[str, Mapping[str, Any]]) -> dict[str, Room]:
    """Component, given with its ``user`` and its ``ports`` -> its room."""
    known = {name: one for name, one in components.items() if _account(one["user"])}
    running = processes({one["user"] for one in known.values()})
    listening = output(run, "ss", "--no-header", "--listening", "--unix", "--processes")
    sockets = read_sockets(listening, {one.pid: one.user for one in running})
    found: dict[str, Room] = {
        name: {"unit": "", "outside": [], "attempts": {}, "problem": f"the host has no user {components[name]['user']}"}
        for name in sorted(components.keys() - known.keys())
    }
    entries = {}
    with _marks() as marks:
        for name, component in sorted(known.items()):
            user = component["user"]
            mine = [one for one in running if one.user == user]
            unit = next((one.unit for one in mine if one.is_in_room), "")
            outside = [f"{one.pid} in {one.unit or 'no unit'}" for one in mine if not one.is_in_room]
            found[name] = {"unit": unit, "outside": outside, "attempts": {}, "problem": ""}
            if unit:
                others = [one for one in known.values() if one["user"] != user]
                wanted = {**_beyond(user, others, running, sockets), "marks": marks}
                entries[name] = Entry(unit, user, f"{source('observe.inside')}\nmain({wanted!r})\n")
        for name, printed in look_inside(entries).items():
            found[name] = {**found[name], **read_attempts(printed)}
    return found


def look_inside(entries: Mapping[str, Entry], go: Callable[..., dict[str, str]] = enter) -> dict[str, str]:
    """What each prints, see :mod:`.inside`. Those that do not come to their end, as on a busy host some may not, go once more.

    :param go: as :func:`.room.enter` does.
    """
    try:
        printed = go(entries, _SECONDS) if entries else {}
        unfinished = {name: entry for name, entry in entries.items() if not _is_whole(printed[name])}
        return printed | (go(unfinished, _SECONDS) if unfinished else {})
    except subprocess.CalledProcessError as error:
        raise ObservationError(f"{' '.join(error.cmd)} failed: {error.stderr.strip()}") from error


def processes(users: set[str]) -> list[Process]:
    """All processes of some users that still live, by PID."""
    uids = {pwd.getpwnam(user).pw_uid: user for user in users}
    own = Path("/proc/1/cgroup").read_text("utf-8")
    found = [one for path in Path("/proc").glob("[0-9]*") if (one := _process(path, uids, own))]
    if not all(one.unit for one in found):
        # One that ends leaves its cgroup a moment before it is dead (do_exit in Linux).
        time.sleep(_ENDING_SECONDS)
        again = (one if one.unit else _process(Path(f"/proc/{one.pid}"), uids, own) for one in found)
        found = [one for one in again if one]
    return sorted(found, key=lambda one: one.pid)


def _process(path: Path, users: Mapping[int, str], own: str) -> Process | None:
    try:
        # In this order: one that dies leaves its cgroup, and whoever is found alive afterwards had not left it.
        cgroups = (path / "cgroup").read_text("utf-8")
        status = _STATUS.search((path / "status").read_text("utf-8", "replace"))
    except OSError:
        return None  # it has ended meanwhile
    user = users.get(int(status["uid"])) if status and status["state"] not in "ZX" else None
    return Process(int(path.name), user, unit_of(cgroups, own)) if user else None


def read_sockets(printed: str, users: Mapping[int, str]) -> list[tuple[str, str]]:
    """(user, path) of the Unix sockets in what ss(8) prints; the user by PID, "" for a process of none of these users.

    One without a file, an abstract one of unix(7), to which no directory is a wall, has ``@`` before its name. Those of
    programs that authenticate whoever connects are left out.
    """
    return sorted(
        {
            (users.get(int(one["pid"]), ""), one["path"])
            for one in _SOCKET.finditer(printed)
            if one["process"] not in _AUTHENTICATING
        }
    )


def read_attempts(printed: str) -> Tried:
    """What :mod:`.inside` prints. What lives in the room may have had a hand in it."""
    attempts: dict[str, Attempts] = {kind: {"tried": 0, "through": []} for kind in inside.KINDS}
    lines = printed.splitlines()
    for line in lines:
        kind, _space, rest = line.partition(" ")
        outcome, _space, what = rest.partition(" ")
        if kind in attempts and outcome in ("through", "refused"):
            attempts[kind]["tried"] += 1
            attempts[kind]["through"] += [what] if outcome == "through" else []
    if not _is_whole(printed):
        said = lines[-1] if lines else "nothing was said there"
        return {"attempts": {}, "problem": f"not everything was tried: {said[:200]}"}
    return {"attempts": attempts, "problem": ""}


def _is_whole(printed: str) -> bool:
    return printed.splitlines()[-1:] == [inside.END]


def _beyond(
    user: str,
    others: Sequence[Mapping[str, Any]],
    running: Sequence[Process],
    sockets: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    """What is beyond a user's room, for :mod:`.inside`."""
    users = sorted({one["user"] for one in others})
    homes = [pwd.getpwnam(one).pw_dir for one in users]
    one_each = {one.user: one.pid for one in running if one.user in users}
    account = pwd.getpwnam(user)
    return {
        "directories": [*_found(_DIRECTORIES), *homes],
        "secrets": [path for path in _found(_SECRETS) if not _is_own(path, account)],
        "homes": [path for home in homes for path in _found(_OPEN_HOMES.get(home, (home,)))],
        "processes": [("root", 1), *sorted(one_each.items())],
        "spools": _SPOOLS,
        "sockets": sorted({*_DOORS, *(path for owner, path in sockets if owner != user)}),
        "ports": sorted({port for one in others for port in one["ports"]}),
    }


def _account(user: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(user)
    except KeyError:
        return None


def _found(patterns: Sequence[str]) -> list[str]:
    return [path for pattern in patterns for path in sorted(glob.glob(pattern))]


def _is_own(path: str, account: pwd.struct_passwd) -> bool:
    status = os.stat(path)
    return status.st_uid == account.pw_uid or status.st_gid == account.pw_gid


@contextmanager
def _marks() -> Iterator[list[str]]:
    """Files in the places that everybody may write to; a room has places of its own instead, so it does not see them."""
    name = f".nostromo-mark-{secrets.token_hex(8)}"
    marks = [f"{directory}/{name}" for directory in _SHARED if os.path.isdir(directory)]
    try:
        for mark in marks:
            os.close(os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644))
        yield marks
    finally:
        for mark in marks:
            Path(mark).unlink(missing_ok=True)
