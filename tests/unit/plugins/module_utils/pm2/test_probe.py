# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A service is healthy when it answers, and the reason is told when it does not."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.model import Health
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.probe import probe


class _Service(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(204 if self.path == "/health" else 503)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), _Service)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def ask(port: int, path: str | None) -> str | None:
    return probe(Health("127.0.0.1", port, path), os.geteuid(), os.getegid())


@pytest.mark.parametrize("path", ["/health", None])
def test_healthy(port: int, path: str | None) -> None:
    assert ask(port, path) is None


def test_unhealthy(port: int) -> None:
    assert ask(port, "/") == f"GET http://127.0.0.1:{port}/: status 503 Service Unavailable"


def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        assert ask(port, None) == f"127.0.0.1:{port}: [Errno 111] Connection refused"
