# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A limit tried on a real server, which counts each client by its address or all of them together."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.probe.limit import measure

BURST = 3


class Limited(ThreadingHTTPServer):
    """Answers the first requests of each client, of both families at one port."""

    address_family = socket.AF_INET6
    request_queue_size = 64

    def __init__(self, is_shared: bool, context: ssl.SSLContext) -> None:
        super().__init__(("::", 0), Answer, bind_and_activate=False)
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self.server_bind()
        self.server_activate()
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.is_shared, self.asked, self.counting = is_shared, Counter[str](), threading.Lock()

    def status(self, client: str) -> int:
        key = "all" if self.is_shared else client
        with self.counting:
            self.asked[key] += 1
            return 200 if self.asked[key] <= 1 + BURST else 429


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Limited

    def do_GET(self) -> None:
        self.send_response(self.server.status(self.client_address[0]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Not on the terminal."""


@pytest.fixture(params=[False, True], ids=["each client", "all together"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Limited]:
    pair = tmp_path / "pair.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=app.example -keyout - -out -"
    pair.write_bytes(subprocess.run(command.split(), check=True, capture_output=True).stdout)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    with Limited(request.param, context) as limited:
        thread = threading.Thread(target=limited.serve_forever, daemon=True)
        thread.start()
        yield limited
        limited.shutdown()


def tried(server: Limited, addresses: list[str]) -> dict[str, Any]:
    port = int(server.server_address[1])
    how: dict[str, Any] = {"rate": 1.0, "burst": BURST, "delayed": False, "addresses": addresses}
    return dict(measure("app.example", "127.0.0.1", port, "/api/", **how))


def test_another_client_is_asked_by_the_other_family_of_addresses(server: Limited) -> None:
    seen = tried(server, ["127.0.0.1", "::1"])
    assert (seen["answered"], seen["statuses"]) == (1 + BURST, [200, 429])
    assert seen["other"] == {"address": "::1", "statuses": [429 if server.is_shared else 200] * 3}


def test_without_another_address_nothing_is_claimed(server: Limited) -> None:
    seen = tried(server, ["127.0.0.1", "192.0.2.1"])
    assert seen["other"] == {"error": "the web server is reached by one family of addresses only"}
