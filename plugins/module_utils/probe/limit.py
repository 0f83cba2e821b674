# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A rate limit in action: how much passes at once, and how much after that.

Gentle by design: as many requests as the burst admits and a few more, then one at a time for about a second. Requests over
the limit are refused by Nginx itself and reach no application. Connections are made first, so that the requests arrive
within milliseconds.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from typing import Any

from .site import open_connection

#: How many more than should pass are sent at once.
SURPLUS = 6
#: A larger burst is not tried: that many requests at once are no longer harmless.
MOST_AT_ONCE = 250
#: How many requests after the burst the rate is taken from.
_SAMPLES = 12
_LONGEST_SECONDS = 4.0
_REFUSED = 429


def measure(
    name: str, address: str, port: int, path: str, *, rate: float, burst: int, delayed: bool
) -> Mapping[str, Any]:
    """What a limit lets pass.

    :param rate: declared requests per second, by which the time of the measurement is chosen.
    :param delayed: whether the limit holds requests back, in place of answering at once; the rate is then not measured.
    :returns: ``sent`` and ``answered`` at once, ``seconds`` that this took, ``rate`` measured (requests per second; ``None``
        if it was not, then ``unmeasured`` says why), ``statuses`` seen; or an ``error``.
    """
    count = 1 + burst + SURPLUS
    if count > MOST_AT_ONCE:
        return {
            "error": f"{count} requests at once are more than the {MOST_AT_ONCE} that are harmless",
            "skipped": True,
        }
    connections: list[http.client.HTTPConnection] = []
    try:
        context = ssl._create_unverified_context()
        connections = [open_connection(name, address, port, context) for _number in range(count)]
        return _measure(connections, name, path, rate, delayed)
    except (OSError, http.client.HTTPException) as error:
        return {"error": str(error), "skipped": False}
    finally:
        for connection in connections:
            connection.close()


def _measure(
    connections: list[http.client.HTTPConnection], name: str, path: str, rate: float, delayed: bool
) -> Mapping[str, Any]:
    for connection in connections:
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    began = time.monotonic()
    for connection in connections:
        _send(connection, name, path)
    sent_seconds = time.monotonic() - began
    statuses = [_status(connection) for connection in connections]
    seen = {
        "sent": len(connections),
        "answered": sum(status != _REFUSED for status in statuses),
        "seconds": round(sent_seconds if not delayed else time.monotonic() - began, 4),
        "statuses": sorted(set(statuses)),
        "rate": None,
    }
    if _REFUSED not in statuses:
        return {**seen, "unmeasured": "nothing was refused"}
    if delayed:
        return {**seen, "unmeasured": "requests over the rate are delayed, not refused"}
    wanted = _SAMPLES / rate
    if wanted > _LONGEST_SECONDS:
        return {**seen, "unmeasured": f"it would take {wanted:.0f} s"}
    if rate > 100:
        return {**seen, "unmeasured": "it would take more requests than are harmless"}
    passed = _passing_times(connections[0], name, path, rate)
    return {**seen, "rate": slope(passed), "unmeasured": "" if len(passed) > 2 else "too few requests passed"}


def _passing_times(connection: http.client.HTTPConnection, name: str, path: str, rate: float) -> list[float]:
    """When requests passed that were sent one after the other, several for each that should pass."""
    pause = 1 / (rate * 10)
    until = time.monotonic() + (_SAMPLES + 1) / rate
    passed = []
    while (now := time.monotonic()) < until:
        _send(connection, name, path)
        if _status(connection) != _REFUSED:
            passed.append(now)
        time.sleep(max(0.0, pause - (time.monotonic() - now)))
    return passed


def slope(times: list[float]) -> float | None:
    """Events per second, by least squares over their times; ``None`` for fewer than three."""
    count = len(times)
    if count < 3:
        return None
    middle, average = (count - 1) / 2, sum(times) / count
    spread = sum((number - middle) ** 2 for number in range(count))
    period = sum((number - middle) * (moment - average) for number, moment in enumerate(times)) / spread
    return round(1 / period, 3) if period > 0 else None


def _send(connection: http.client.HTTPConnection, name: str, path: str) -> None:
    connection.request("GET", path, headers={"Host": name, "User-Agent": "nostromo.networking"})


def _status(connection: http.client.HTTPConnection) -> int:
    answer = connection.getresponse()
    answer.read()
    return answer.status
