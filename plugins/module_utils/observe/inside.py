# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a service tries from inside its room, and must not be able to do. Whatever goes through is undone at once.

Runs there as a program of its own, see :mod:`.rooms`. Every room is one more process that starts, so it imports little.
"""

from __future__ import annotations

import os
import select
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

#: What is beyond the room: by kind, paths, (user, PID) and ports.
Wanted = Mapping[str, Sequence[Any]]
#: What one kind of attempt yields: (what was tried, whether it went through).
Attempts = Iterator[tuple[str, bool]]
#: Printed last: without it, something ended the attempts.
END = "all was tried"
_MARK = ".nostromo-room"
_PROMPT_SECONDS = 0.2


def write(wanted: Wanted) -> Attempts:
    """A file where root, or another component, keeps its own."""
    for directory in wanted["directories"]:
        yield f"write in {directory}", _goes(_create, f"{directory}/{_MARK}")


def read(wanted: Wanted) -> Attempts:
    """A secret of root's or of another component; its home."""
    for path in wanted["secrets"]:
        yield f"read {path}", _goes(_open, path)
    for directory in wanted["homes"]:
        yield f"list {directory}", _goes(os.listdir, directory)


def processes(wanted: Wanted) -> Attempts:
    """Another's process: its memory, its files, a signal. Signal 0 only asks; see kill(2)."""
    for owner, pid in wanted["processes"]:
        if _is_own(pid):
            continue  # the room counts its processes for itself, so this is another one
        for what in ("environ", "maps", "root/etc"):
            yield f"open /proc/{pid}/{what} of {owner}", _goes(_open, f"/proc/{pid}/{what}")
        yield f"signal process {pid} of {owner}", _goes(os.kill, pid, 0)


def privileges(_wanted: Wanted) -> Attempts:
    """More rights than its user has."""
    yield "become root", _goes(os.setresuid, 0, 0, 0)
    for kind in ("--user", "--mount", "--net"):
        yield f"unshare {kind}", _succeeds("unshare", kind, "true")
    yield "make a file setuid", _goes(_make_setuid)
    with open("/proc/self/status", encoding="utf-8") as file:
        status = file.read()
    yield "gain privileges from a program, for NoNewPrivileges is off", "NoNewPrivs:\t1" not in status
    yield "make any system call, for none is filtered", "Seccomp:\t2" not in status


def doors(wanted: Wanted) -> Attempts:
    """A way to have something run outside its room, or to speak with what runs in another."""
    for path in wanted["sockets"]:
        yield f"connect to {path}", _goes(_connect, path)
    for spool in wanted["spools"]:
        yield f"write in {spool}", _goes(_create, f"{spool}/{_MARK}")


def shared(wanted: Wanted) -> Attempts:
    """A place where everybody writes: there one fills another's memory, holds its locks or takes its names."""
    for mark in wanted["marks"]:
        directory = os.path.dirname(mark)
        yield f"share {directory} with others", os.path.exists(mark) and os.access(directory, os.W_OK)


def ports(wanted: Wanted) -> Attempts:
    """Serve in another component's place. At an address of its own, for at the usual one the owner listens already."""
    uid = os.getuid()
    address = f"127.83.{uid >> 8 & 255}.{uid & 255}"
    opened = {port: socket.socket() for port in wanted["ports"]}
    waiting = {server for port, server in opened.items() if _goes(_listen, server, address, port)}
    clients = [_approach(server) for server in waiting]
    # A server is handed its client when its own answer has got through, not before.
    until = time.monotonic() + _PROMPT_SECONDS
    served: set[socket.socket] = set()
    while waiting and (left := until - time.monotonic()) > 0:
        served.update(select.select(waiting, [], [], left)[0])
        waiting -= served
    for port, server in opened.items():
        yield f"serve at port {port}", server in served
    for one in (*opened.values(), *clients):
        one.close()


#: By the names that the proof knows.
KINDS: dict[str, Callable[[Wanted], Attempts]] = {
    "write": write,
    "read": read,
    "processes": processes,
    "privileges": privileges,
    "doors": doors,
    "shared": shared,
    "ports": ports,
}


def main(wanted: Wanted) -> None:
    """Try everything, and print a line for each attempt: its kind, ``through`` or ``refused``, and what it was."""
    for kind, attempts in KINDS.items():
        for what, through in attempts(wanted):
            sys.stdout.write(f"{kind} {'through' if through else 'refused'} {what}\n")
    sys.stdout.write(f"{END}\n")


def _goes(attempt: Callable[..., object], *arguments: object) -> bool:
    try:
        attempt(*arguments)
    except OSError:
        return False
    return True


def _create(path: str) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
    os.unlink(path)


def _open(path: str) -> None:
    os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))


def _is_own(pid: int) -> bool:
    try:
        return os.stat(f"/proc/{pid}").st_uid == os.getuid()
    except OSError:
        return False


def _make_setuid() -> None:
    """In the first place where this user may write. :raises OSError: not permitted; or there is none, so nothing to fear."""
    places = (os.path.expanduser("~"), "/tmp", "/dev/shm")
    path = next((f"{place}/{_MARK}" for place in places if os.access(place, os.W_OK)), "")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        os.fchmod(descriptor, 0o4700)
    finally:
        os.close(descriptor)
        os.unlink(path)


def _connect(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(_PROMPT_SECONDS)
        client.connect(f"\0{path[1:]}" if path.startswith("@") else path)


def _listen(server: socket.socket, address: str, port: int) -> None:
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((address, port))
    server.listen()


def _approach(server: socket.socket) -> socket.socket:
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(server.getsockname())
    return client


def _succeeds(*command: str) -> bool:
    silent = [(os.POSIX_SPAWN_OPEN, descriptor, "/dev/null", os.O_RDWR, 0) for descriptor in range(3)]
    try:
        pid = os.posix_spawnp(command[0], command, os.environ, file_actions=silent)
    except OSError:
        return False
    return os.waitpid(pid, 0)[1] == 0
