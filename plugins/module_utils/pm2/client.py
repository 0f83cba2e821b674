# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask PM2's daemon, and only if there is one: unlike the ``pm2`` command this never starts a daemon."""

from __future__ import annotations

import socket
import struct
from typing import Any

from .model import Process
from .wire import WireError, call, result

_CHUNK = 65536
#: A call that does not start or stop a process answers at once; in seconds.
_TIMEOUT = 15


class NoDaemonError(Exception):
    """Nobody answers on the socket."""


class Client:
    """The PM2 whose state lies in ``pm2_home``."""

    def __init__(self, pm2_home: str) -> None:
        self._path = f"{pm2_home}/rpc.sock"

    def daemon(self) -> int:
        """The process that listens on the socket; 0 if none does."""
        try:
            with self._connect() as connection:
                size = struct.calcsize("3i")
                credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
                pid: int = struct.unpack("3i", credentials)[0]
                return pid
        except NoDaemonError:
            return 0

    def processes(self) -> tuple[Process, ...]:
        """What PM2 runs, by number; nothing without a daemon."""
        try:
            found = self.call("getMonitorData", {})[0]
        except NoDaemonError:
            return ()
        return tuple(sorted((Process.from_pm2(item) for item in found), key=lambda process: process.id))

    def call(self, method: str, *arguments: Any, timeout: float = _TIMEOUT) -> list[Any]:
        """Call a method of the daemon and wait for its answer, at most ``timeout`` seconds."""
        with self._connect() as connection:
            connection.settimeout(timeout)
            connection.sendall(call(method, list(arguments)))
            data = b""
            while (answer := result(data)) is None:
                try:
                    chunk = connection.recv(_CHUNK)
                except TimeoutError:
                    raise WireError(f"PM2 did not answer {method} within {timeout:g} s") from None
                if not chunk:
                    raise WireError(f"PM2 ended while it answered {method}")
                data += chunk
            return answer

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(_TIMEOUT)
            connection.connect(self._path)
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            raise NoDaemonError(self._path) from None
        except BaseException:
            connection.close()
            raise
        return connection
