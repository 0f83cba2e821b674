# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A way to a host that is far away, as a ProxyCommand of ssh(1): `python3 distance.py MILLISECONDS HOST PORT`.

What either side says arrives half a round trip later; to connect takes a whole one, as in TCP.
"""

from __future__ import annotations

import os
import queue
import socket
import sys
import threading
import time
from collections.abc import Callable


def carry(read: Callable[[], bytes], write: Callable[[bytes], object], seconds: float) -> None:
    """Carry what is read to where it is written, each piece so many seconds later, up to and with its end."""
    on_the_way: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()

    def depart() -> None:
        data = b"-"
        while data:
            data = read()
            on_the_way.put((time.monotonic() + seconds, data))

    threading.Thread(target=depart, daemon=True).start()
    data = b"-"
    while data:
        due, data = on_the_way.get()
        time.sleep(max(0.0, due - time.monotonic()))
        if data:
            write(data)


def write_all(data: bytes) -> None:
    """All of it, to standard output."""
    while data:
        data = data[os.write(1, data) :]


def main(milliseconds: str, host: str, port: str) -> None:
    """Be the way, until the host has said its last."""
    one_way = float(milliseconds) / 2000
    time.sleep(2 * one_way)
    with socket.create_connection((host, int(port))) as far:

        def forth() -> None:
            carry(lambda: os.read(0, 65536), far.sendall, one_way)
            far.shutdown(socket.SHUT_WR)

        threading.Thread(target=forth, daemon=True).start()
        carry(lambda: far.recv(65536), write_all, one_way)


if __name__ == "__main__":
    main(*sys.argv[1:])
