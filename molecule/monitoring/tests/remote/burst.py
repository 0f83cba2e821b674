# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Send requests, each as soon as the last is answered: ``burst.py HOST PORT plain COUNT`` or ``… hostile COUNT``.

Prints how many were answered.
"""

from __future__ import annotations

import random
import socket
import string
import sys
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


client = Client(sys.argv[1], int(sys.argv[2]))
requests = {"plain": plain, "hostile": hostile}[sys.argv[3]](int(sys.argv[4]))
sys.stdout.write(f"{sum(client.is_answered(request) for request in requests)}\n")
