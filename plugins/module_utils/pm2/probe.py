# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a service answers, asked as its own user: the firewall refuses everybody else on loopback."""

from __future__ import annotations

import http.client
import socket
from contextlib import suppress
from threading import Timer

from ..acting import acting_as
from ..printable import printable
from .model import Health

#: A single attempt with all that it waits for, in seconds.
TIMEOUT = 5.0
_REASON_LENGTH = 100


def probe(health: Health, uid: int, gid: int, timeout: float = TIMEOUT) -> str | None:
    """``None`` when the service is healthy, else what was seen instead; in ``timeout`` seconds, whatever it sends."""
    try:
        with acting_as(uid, gid):
            connection = socket.create_connection((health.address, health.port), timeout)
        with connection:
            return None if health.path is None else _request(connection, health, timeout)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return f"{health}: {printable(str(error) or type(error).__name__)[:_REASON_LENGTH]}"


def _request(connection: socket.socket, health: Health, timeout: float) -> str | None:
    """The time-out of a socket is for each read, and a service may send little for ever: a clock hangs up."""
    over: list[bool] = []

    def hang_up() -> None:
        over.append(True)
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    clock = Timer(timeout, hang_up)
    clock.start()
    try:
        client = http.client.HTTPConnection(health.address, health.port)
        client.sock = connection
        client.request("GET", str(health.path), headers={"Connection": "close", "User-Agent": "nostromo-health"})
        response = client.getresponse()
    except (OSError, http.client.HTTPException):
        if over:
            raise TimeoutError(f"no answer within {timeout:.2g} s") from None
        raise
    finally:
        clock.cancel()
    if 200 <= response.status < 300:
        return None
    return f"{health}: status {response.status} {printable(response.reason)[:_REASON_LENGTH]}"
