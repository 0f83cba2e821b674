# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Load until a file is there, at most for a number of seconds: python3 - HOST SECONDS CLIENTS FILE.

Half of the clients GET, half POST, over connections that they keep; each request carries a tenant. Prints JSON: what failed,
with its method, when it began and ended (time.time()) and why; how many were made; the longest; and when each node answered
first and last within each second.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

TENANTS = 60
BODY = b"limit=1"
HOST = sys.argv[1]
SECONDS, CLIENTS = map(int, sys.argv[2:4])
OVER = Path(sys.argv[4])

made: dict[str, int] = defaultdict(int)
failed: list[dict[str, Any]] = []
longest: dict[str, float] = defaultdict(float)
answers: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))


class Client:
    """One connection, opened anew when the server has closed it."""

    def __init__(self, method: str) -> None:
        self.method = method
        self.stream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, tenant: str) -> tuple[int, bytes]:
        """Status and body."""
        if self.stream is None:
            trust = ssl.create_default_context()
            self.stream = await asyncio.open_connection(HOST, 443, ssl=trust, server_hostname=HOST)
        reader, writer = self.stream
        path, body = ("/api/search", BODY) if self.method == "POST" else ("/api/status", b"")
        head = f"{self.method} {path} HTTP/1.1\r\nHost: {HOST}\r\nX-Tenant: {tenant}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        if headers.get("transfer-encoding") == "chunked":
            said = b""
            while size := int(await reader.readline(), 16):
                said += await reader.readexactly(size)
                await reader.readline()
            await reader.readline()
        else:
            said = await reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection") == "close":
            self.close()
        return int(lines[0].split()[1]), said

    def close(self) -> None:
        """Whatever the connection is in."""
        if self.stream:
            self.stream[1].close()
        self.stream = None


async def load(number: int, until: float) -> None:
    """Requests one after another."""
    client = Client("POST" if number % 2 else "GET")
    turn = number
    while time.time() < until and not OVER.exists():
        began, why = time.time(), ""
        turn += CLIENTS
        try:
            status, said = await asyncio.wait_for(client.ask(f"t{turn % TENANTS}"), 60)
            if status != 200:
                why = f"{status} {said[:200]!r}"
            elif client.method == "GET":
                answers[json.loads(said)["node"]][int(time.time())] += 1
        except (TimeoutError, OSError, EOFError) as error:
            client.close()
            why = repr(error)
        ended = time.time()
        made[client.method] += 1
        longest[client.method] = max(longest[client.method], ended - began)
        if why:
            failed.append({"method": client.method, "began": began, "ended": ended, "why": why})
        await asyncio.sleep(0.05)


async def main() -> None:
    """All clients side by side."""
    OVER.unlink(missing_ok=True)
    until = time.time() + SECONDS
    await asyncio.gather(*(load(number, until) for number in range(CLIENTS)))
    json.dump({"made": made, "failed": failed, "longest": longest, "answers": answers}, sys.stdout)


asyncio.run(main())
