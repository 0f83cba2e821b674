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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import TypedDict

from .site import TIMEOUT_SECONDS, open_connection

#: How many more than should pass are sent at once.
SURPLUS = 6
#: A larger burst is not tried: that many requests at once are no longer harmless.
MOST_AT_ONCE = 250
#: How many requests after the burst the rate is taken from.
_SAMPLES = 12
_LONGEST_SECONDS = 4.0
_HIGHEST_RATE = 100
_REFUSED = 429
#: How many requests are sent at once elsewhere while a limit is used up: one of them may pass, the others may not.
_BESIDE = 3
#: How long another address is waited for, in seconds: it may lead nowhere from here.
_ANOTHER_SECONDS = 1.5


class Other(TypedDict, total=False):
    """What another client was told meanwhile: ``statuses`` at an ``address``, or why that could not be tried (``error``)."""

    address: str
    statuses: list[int]
    error: str


class Measured(TypedDict, total=False):
    """What a limit let pass, or an ``error``.

    ``sent`` and ``answered`` at once, ``seconds`` that this took, ``rate`` measured (requests per second; ``None`` if it was
    not, then ``unmeasured`` says why), ``statuses`` seen; ``beside``: URL -> the statuses there, and what an ``other``
    client saw.
    """

    sent: int
    answered: int
    seconds: float
    statuses: list[int]
    rate: float | None
    unmeasured: str
    beside: dict[str, list[int]]
    other: Other
    error: str


def recovery_seconds(asked: Iterable[Iterable[str]], rates: Mapping[str, float]) -> float:
    """How long limits count requests that were made, in seconds.

    :param asked: the paths that were requested of each name.
    :param rates: path -> requests per second of the limit on it.
    """
    paths = [path for each in asked for path in each]
    return max((paths.count(path) / rate for path, rate in rates.items()), default=0.0)


def measure(
    name: str,
    address: str,
    port: int,
    path: str,
    *,
    rate: float,
    burst: int,
    delayed: bool,
    beside: Sequence[tuple[str, str]] = (),
    addresses: Sequence[str] = (),
) -> Measured:
    """Try what a limit lets pass.

    :param rate: declared requests per second, by which the time of the measurement is chosen.
    :param delayed: whether the limit holds requests back, in place of answering at once; the rate is then not measured.
    :param beside: names and paths that count against the same limit; they are asked while it is used up.
    :param addresses: all addresses of the web server; by one of another family this machine is another client.
    """
    count = 1 + burst + SURPLUS
    if count > MOST_AT_ONCE:
        return {
            "error": f"{count} requests at once are more than the {MOST_AT_ONCE} that are harmless",
        }
    connections: list[http.client.HTTPConnection] = []
    try:
        context = ssl._create_unverified_context()
        connections = [open_connection(name, address, port, context) for _number in range(count)]
        seen = _measure(connections, name, path, rate, delayed)
        used_up = _REFUSED in seen["statuses"] and not delayed and rate <= _HIGHEST_RATE
        there = {f"https://{host}{where}": _at_once(host, address, port, where) for host, where in beside if used_up}
        other: Other = (
            _as_another(name, connections[0], addresses, path) if used_up else {"error": "it could not be used up"}
        )
        return {**seen, "beside": there, "other": other}
    except (OSError, http.client.HTTPException) as error:
        return {"error": str(error)}
    finally:
        for connection in connections:
            connection.close()


def _measure(
    connections: list[http.client.HTTPConnection], name: str, path: str, rate: float, delayed: bool
) -> Measured:
    for connection in connections:
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    began = time.monotonic()
    for connection in connections:
        _send(connection, name, path)
    statuses = []
    seconds = time.monotonic() - began
    # The last ones first: a refusal comes at once, an application may take its time.
    for connection in reversed(connections):
        statuses.append(_status(connection))
        if delayed or statuses[-1] == _REFUSED:
            seconds = time.monotonic() - began
    seen: Measured = {
        "sent": len(connections),
        "answered": sum(status != _REFUSED for status in statuses),
        "seconds": round(seconds, 4),
        "statuses": sorted(set(statuses)),
        "rate": None,
    }
    if _REFUSED not in statuses:
        return {**seen, "unmeasured": "nothing was refused"}
    if delayed:
        return {**seen, "unmeasured": "requests over the rate are delayed, not refused"}
    if _SAMPLES / rate > _LONGEST_SECONDS:
        return {**seen, "unmeasured": f"it would take {_SAMPLES / rate:.0f} s"}
    if rate > _HIGHEST_RATE:
        return {**seen, "unmeasured": "it would take more requests than are harmless"}
    measured = rate_of(_one_by_one(connections[0], name, path, rate), longest_gap=2 * _pause(rate))
    return {**seen, "rate": measured, "unmeasured": "" if measured else "this machine was too busy"}


def _as_another(name: str, used: http.client.HTTPConnection, addresses: Sequence[str], path: str) -> Other:
    """What this machine is told by its address of another family than that of the connections that used the limit up."""
    reached = ip_address(used.sock.getpeername()[0].partition("%")[0])
    address = next((one for one in addresses if ip_address(one).version != reached.version), None)
    if address is None:
        return {"error": "the web server is reached by one family of addresses only"}
    try:
        return {"address": address, "statuses": _at_once(name, address, used.port, path, _ANOTHER_SECONDS)}
    except (OSError, http.client.HTTPException) as error:
        return {"error": f"{address}: {error}"}


def _at_once(name: str, address: str, port: int, path: str, timeout: float = TIMEOUT_SECONDS) -> list[int]:
    """The statuses of a few requests that arrive together."""
    context = ssl._create_unverified_context()
    connections: list[http.client.HTTPConnection] = []
    try:
        for _number in range(_BESIDE):
            connections.append(open_connection(name, address, port, context, timeout))
        for connection in connections:
            _send(connection, name, path)
        return [_status(connection) for connection in connections]
    finally:
        for connection in connections:
            connection.close()


def _pause(rate: float) -> float:
    """Seconds between requests that look for the moment at which one passes again."""
    return 1 / (rate * 10)


def _one_by_one(
    connection: http.client.HTTPConnection, name: str, path: str, rate: float
) -> Iterator[tuple[float, bool]]:
    """When requests were sent, one after the other and several for each that should pass, and whether they passed."""
    until = time.monotonic() + 4 * _SAMPLES / rate  # a third of that suffices unless this machine is busy
    while (now := time.monotonic()) < until:
        _send(connection, name, path)
        yield now, _status(connection) != _REFUSED
        time.sleep(max(0.0, _pause(rate) - (time.monotonic() - now)))


def rate_of(requests: Iterable[tuple[float, bool]], longest_gap: float) -> float | None:
    """Requests per second that a limit lets pass, from when they were sent and whether they passed.

    A request that passes shortly after one that did not marks the moment at which the limit had room for exactly one. From
    one such moment to another passes what the limit grants, even if nothing was sent for a while in between.

    :param longest_gap: seconds within which the two have to follow each other.
    :returns: ``None`` if there were too few such moments.
    """
    first: float | None = None
    passed = 0
    refused_at: float | None = None
    for moment, through in requests:
        if not through:
            refused_at = moment
            continue
        exact = refused_at is not None and moment - refused_at <= longest_gap
        refused_at = None
        if first is None:
            first = moment if exact else None
            continue
        passed += 1
        if exact and passed >= _SAMPLES:
            return round(passed / (moment - first), 3)
    return None


def _send(connection: http.client.HTTPConnection, name: str, path: str) -> None:
    connection.request("GET", path, headers={"Host": name, "User-Agent": "nostromo.networking"})


def _status(connection: http.client.HTTPConnection) -> int:
    answer = connection.getresponse()
    answer.read()
    return answer.status
