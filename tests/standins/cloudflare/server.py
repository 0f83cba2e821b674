# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stand-in as a server, on loopback unless it is told otherwise, with what can go wrong on the way to it."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from .cloud import Cloud, Refusal

if TYPE_CHECKING:  # what it needs is not on the lab's hosts
    from .contract import Contract

PREFIX = "/client/v4"


@dataclass
class Fault:
    """What becomes of the next requests that match: nothing is done and ``body`` answered, or it is done and the line is cut."""

    on: str
    status: int = 500
    body: str = '{"success": false, "errors": [{"code": 10000, "message": "planned"}], "messages": [], "result": null}'
    headers: Mapping[str, str] = field(default_factory=dict)
    times: int = 1


@dataclass
class Exchange:
    """A request, and the status of its answer; 0 where the line was cut."""

    method: str
    path: str
    body: Any
    status: int


class Server:
    """Serves a cloud until it is closed.

    :param contract: the official schema, against which every exchange is held: ``violations``.
    """

    def __init__(self, cloud: Cloud, contract: Contract | None = None, address: tuple[str, int] = ("127.0.0.1", 0)) -> None:
        self.cloud = cloud
        self.log: list[Exchange] = []
        self.faults: list[Fault] = []
        self.violations: list[str] = []
        self.cut_after = 0
        self.delay_seconds = 0.0
        self._contract = contract
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(address, _handler(self))
        self.url = f"http://{address[0]}:{self._http.server_address[1]}{PREFIX}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """No more."""
        self._http.shutdown()
        self._http.server_close()

    @property
    def requests(self) -> list[str]:
        """The methods and paths so far, zones by ZONE."""
        return [f"{one.method} {re.sub('[0-9a-f]{32}', 'ZONE', one.path)}" for one in self.log]

    def handle(
        self, method: str, target: str, token: str, content: bytes
    ) -> tuple[int, Mapping[str, str], bytes] | None:
        """Status, headers and body; ``None``: it was done, and the line is cut."""
        time.sleep(self.delay_seconds)
        split = urlsplit(target)
        path, query = split.path.removeprefix(PREFIX), dict(parse_qsl(split.query))
        body = json.loads(content) if content else None
        with self._lock:
            fault = next((one for one in self.faults if one.times and re.search(one.on, f"{method} {path}")), None)
            if fault:
                fault.times -= 1
                status, headers, answer = fault.status, fault.headers, fault.body
            else:
                status, headers, answer = self._answer(method, path, query, body, token)
            cut = self.cut_after and len(self.log) + 1 == self.cut_after
            self.log.append(Exchange(method, path, body, 0 if cut else status))
        return None if cut else (status, headers, answer.encode())

    def _answer(
        self, method: str, path: str, query: Mapping[str, str], body: Any, token: str
    ) -> tuple[int, Mapping[str, str], str]:
        try:
            status, found = 200, self.cloud.answer(method, path, query, body, token)
        except Refusal as error:
            errors = [{"code": error.code, "message": error.message}]
            status, found = error.status, {"success": False, "errors": errors, "messages": [], "result": None}
        if self._contract:
            self.violations += self._contract.request(method, path, query, body)
            self.violations += self._contract.response(method, path, status, found)
        return status, {"Content-Type": "application/json"}, json.dumps(found)


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_arguments: object) -> None:
            """Nothing on the terminal."""

        def _do(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            answer = server.handle(self.command, self.path, token, content)
            if answer is None:
                self.close_connection = True
                return
            status, headers, body = answer
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _do  # noqa: N815

    return Handler
