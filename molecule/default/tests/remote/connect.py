# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs on a lab host as root: tries TCP connections at the same time, each as its user, and prints their outcomes as JSON.

The argument is a JSON list of [address, port, user].
"""

from __future__ import annotations

import errno
import json
import os
import pwd
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

TIMEOUT_SECONDS = 2
PROHIBITED = {errno.EHOSTUNREACH, errno.EACCES, errno.EPERM}


def connect(address: str, port: int) -> str:
    """The outcome of one connection."""
    try:
        socket.create_connection((address, port), TIMEOUT_SECONDS).close()
    except TimeoutError:
        return "filtered"
    except ConnectionRefusedError:
        return "refused"
    except OSError as error:
        return "rejected" if error.errno in PROHIBITED else f"error: {error}"
    return "open"


def start(user: str, targets: list[tuple[str, int]]) -> int:
    """Start a process of that user that makes the connections; the pipe from which to read their outcomes."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        account = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
        with ThreadPoolExecutor(len(targets)) as pool, os.fdopen(writer, "w") as pipe:
            json.dump(list(pool.map(connect, *zip(*targets, strict=True))), pipe)
        os._exit(0)
    os.close(writer)
    return reader


probes = [tuple(probe) for probe in json.loads(sys.argv[1])]
by_user: dict[str, list[tuple[str, int]]] = {}
for address, port, user in probes:
    by_user.setdefault(user, []).append((address, port))
pipes = {user: start(user, targets) for user, targets in by_user.items()}
outcomes = {user: iter(json.load(os.fdopen(pipe))) for user, pipe in pipes.items()}
print(json.dumps([next(outcomes[user]) for _address, _port, user in probes]))
