# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a service answers, asked as its own user: the firewall refuses everybody else on loopback."""

from __future__ import annotations

import http.client
import socket

from ..acting import acting_as
from .model import Health

#: A single attempt, in seconds.
_TIMEOUT = 5.0


def probe(health: Health, uid: int, gid: int) -> str | None:
    """``None`` when the service is healthy, else what was seen instead."""
    try:
        with acting_as(uid, gid):
            connection = socket.create_connection((health.address, health.port), _TIMEOUT)
        with connection:
            return None if health.path is None else _request(connection, health)
    except (OSError, http.client.HTTPException) as error:
        return f"{health}: {error or type(error).__name__}"


def _request(connection: socket.socket, health: Health) -> str | None:
    client = http.client.HTTPConnection(health.address, health.port, timeout=_TIMEOUT)
    client.sock = connection
    client.request("GET", str(health.path), headers={"Connection": "close", "User-Agent": "nostromo-health"})
    response = client.getresponse()
    return None if 200 <= response.status < 300 else f"{health}: status {response.status} {response.reason}"
