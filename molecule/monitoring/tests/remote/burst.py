# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Send requests: ``burst.py HOST PORT plain COUNT [RATE]``, ``… hostile COUNT`` or ``… held COUNT SECONDS``.

Each follows as soon as the last is answered, with a rate not more than so many a second; held ones are open at once, for so long.
Prints how many were answered.
"""

from __future__ import annotations

import random
import socket
import string
import sys
import time
from collections.abc import Callable, Iterator

_ODD = (string.ascii_letters + string.digits).encode() + b"\"\\{}[],:'%$ \x80\xff\xc3"
_chance = random.Random(7)


def plain(count: int) -> Iterator[bytes]:
    """The same one."""
    for _number in range(count):
        yield b"GET /counted HTTP/1.1\r\nHost: app.nostromo.cl\r\n\r\n"


def hostile(count: int) -> Iterator[bytes]:
    """What no browser sends; the same in each run."""
    for _number in range(count):
        method = _chance.choice([b"GET", b"POST", _some(string.ascii_uppercase.encode(), 12)])
        host = _chance.choice([b"app.nostromo.cl", _some(string.ascii_lowercase.encode() + b".-", 40), _some(_ODD, 40)])
        lines = [
            method + b" /" + _some(_ODD, 300) + b" HTTP/1.1",
            b"Host: " + host,
            b"User-Agent: " + _some(_ODD, 200),
            b"Referer: " + _some(_ODD, 200),
            b"Content-Length: 0",
        ]
        yield b"\r\n".join(lines) + b"\r\n\r\n"


def _some(letters: bytes, most: int) -> bytes:
    return bytes(_chance.choice(letters) for _ in range(_chance.randint(1, most)))


def paced(requests: Iterator[bytes], rate: float) -> Iterator[bytes]:
    """Each no sooner than its turn comes."""
    began = time.monotonic()
    for number, request in enumerate(requests):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        yield request


class Client:
    """A connection, which is made anew where the server has ended it."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._connection: socket.socket | None = None

    def is_answered(self, request: bytes) -> bool:
        """Whether a whole answer comes."""
        kept = self._connection is not None
        try:
            return self._ask(request)
        except OSError:
            self._connection = None
            return kept and self.is_answered(request)

    def begin(self, part: bytes) -> None:
        """Send the first part of a request."""
        self._connection = socket.create_connection(self._address, timeout=5)
        self._connection.sendall(part)

    def _ask(self, request: bytes) -> bool:
        self._connection = self._connection or socket.create_connection(self._address, timeout=5)
        self._connection.sendall(request)
        said = self._until(b"", lambda text: b"\r\n\r\n" in text)
        head, _, body = said.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), 0)
        self._until(body, lambda text: len(text) >= length)
        if b"connection: close" in lines:
            self._connection = None
        return True

    def _until(self, text: bytes, is_whole: Callable[[bytes], bool]) -> bytes:
        while not is_whole(text):
            part = self._connection.recv(65536) if self._connection else b""
            if not part:
                raise ConnectionError
            text += part
        return text


def sent(host: str, port: str, kind: str, count: str, *more: str) -> int:
    """How many are answered."""
    address = (host, int(port))
    if kind == "held":
        clients = [Client(*address) for _number in range(int(count))]
        for client in clients:
            client.begin(b"GET /counted/held HTTP/1.1\r\nHost: app.nostromo.cl\r\n")
        time.sleep(float(more[0]))
        return sum(client.is_answered(b"\r\n") for client in clients)
    requests = {"plain": plain, "hostile": hostile}[kind](int(count))
    client = Client(*address)
    return sum(client.is_answered(request) for request in (paced(requests, float(more[0])) if more else requests))


sys.stdout.write(f"{sent(*sys.argv[1:])}\n")
