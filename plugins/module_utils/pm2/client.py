# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask a service's PM2, and only if there is one: unlike the ``pm2`` command this never starts a daemon.

The socket lies in a directory of the service's user. So no link is followed to it, whoever listens must be of the service's
unit, and an answer has to end, in time and in size.
"""

from __future__ import annotations

import os
import pwd
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..files import directory
from ..peer import peer, unit_of
from .model import RUNTIME, Process
from .wire import WireError, call, result

_CHUNK = 65536
#: A call that does not start or stop a process answers at once; in seconds.
_TIMEOUT = 15
_MOST_BYTES = 16 * 1024 * 1024
_LOOK = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC


class NoDaemonError(Exception):
    """No PM2 of the service's unit answers on the socket."""


class Client:
    """The PM2 of a service, which runs in the unit of a user."""

    def __init__(self, service: str, user: str, runtime: str = RUNTIME) -> None:
        self._service = service
        self._user = user
        self._unit = f"pm2-{user}.service"
        self._runtime = runtime

    def daemon(self) -> int:
        """The process that listens on the socket; 0 if none of the unit does."""
        try:
            with self._connect(time.monotonic() + _TIMEOUT) as connection:
                return peer(connection)[0]
        except NoDaemonError:
            return 0

    def processes(self) -> tuple[Process, ...]:
        """What PM2 runs, by number; nothing without a daemon."""
        try:
            found = self.call("getMonitorData", {})[0]
            return tuple(sorted((Process.from_pm2(item) for item in found), key=lambda process: process.id))
        except NoDaemonError:
            return ()
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise WireError(f"PM2 does not say what it runs: {type(error).__name__}") from None

    def call(self, method: str, *arguments: Any, timeout: float = _TIMEOUT) -> list[Any]:
        """Call a method of the daemon and wait for its answer, at most ``timeout`` seconds in all."""
        until = time.monotonic() + timeout
        try:
            with self._connect(until) as connection:
                connection.sendall(call(method, list(arguments)))
                data = bytearray()
                while (answer := result(bytes(data))) is None:
                    connection.settimeout(_left(until))
                    chunk = connection.recv(_CHUNK)
                    if not chunk:
                        raise WireError(f"PM2 ended while it answered {method}")
                    data += chunk
                    if len(data) > _MOST_BYTES:
                        raise WireError(f"PM2 answers {method} with more than {_MOST_BYTES >> 20} MiB")
                return answer
        except (TimeoutError, BlockingIOError):
            raise WireError(f"PM2 did not answer {method} within {timeout:g} s") from None
        except ConnectionError as error:
            raise WireError(f"PM2 ended while it was asked for {method}: {error.strerror}") from None

    @contextmanager
    def _connect(self, until: float) -> Iterator[socket.socket]:
        with self._socket() as path, socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(_left(until))
            try:
                connection.connect(path)
            except (FileNotFoundError, ConnectionRefusedError):
                raise NoDaemonError(f"nobody listens for {self._unit}") from None
            self._check(*peer(connection))
            yield connection

    @contextmanager
    def _socket(self) -> Iterator[str]:
        """A path that leads to the very socket that lies in the service's directory, and to nothing else."""
        opened: list[int] = []
        try:
            with directory(self._runtime) as above:
                opened.append(os.open(self._service, _LOOK | os.O_DIRECTORY, dir_fd=above.fd))
            opened.append(os.open("rpc.sock", _LOOK, dir_fd=opened[0]))
            if not stat.S_ISSOCK(os.fstat(opened[1]).st_mode):
                raise NoDaemonError(f"{self._runtime}/{self._service}/rpc.sock is not a socket")
            yield f"/proc/self/fd/{opened[1]}"
        except (FileNotFoundError, NotADirectoryError):
            raise NoDaemonError(f"{self._unit} has no socket") from None
        finally:
            for number in opened:
                os.close(number)

    def _check(self, pid: int, uid: int) -> None:
        """Whoever listens is the service's user, in the service's unit."""
        if uid != pwd.getpwnam(self._user).pw_uid or unit_of(pid) != self._unit:
            raise NoDaemonError(f"a process outside {self._unit} listens on its socket")


def _left(until: float) -> float:
    """What is left of the time, in seconds. :raises TimeoutError: nothing; each read of a little would go on for ever."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
