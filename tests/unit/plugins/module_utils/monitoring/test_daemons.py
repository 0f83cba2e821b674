# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a program of monitoring answers as it should to who may ask it."""

from __future__ import annotations

import base64
import os
import pwd
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.daemons import Daemon, answers

from .serving import free_port

_ASKER = pwd.getpwuid(os.geteuid()).pw_name
_PASSWORD = "a word: and ñ "


class Grafana(BaseHTTPRequestHandler):
    """What it says of itself, and to its user admin what is there."""

    def do_GET(self) -> None:
        admin = f"Basic {base64.b64encode(f'admin:{_PASSWORD}'.encode()).decode()}"
        if self.path == "/api/health":
            status = 200
        elif self.headers["Authorization"] != admin:
            status = 401
        else:
            status = 200 if self.path == "/there" else 404
        self.send_response(status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Grafana) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("ready", "password", "shown", "wrong"),
    [
        ("/api/health", _PASSWORD, ["/there"], []),
        ("/api/health", "another", ["/there"], ["does not show its user admin /there: HTTP Error 401: Unauthorized"]),
        ("/api/health", _PASSWORD, ["/gone", "/lost"], ["does not show its user admin /gone: HTTP Error 404: Not Found"]),
        ("/there", _PASSWORD, [], ["does not answer at {url}: HTTP Error 401: Unauthorized"]),
    ],
)
def test_what_it_shows_to_who_logs_in(
    url: str, ready: str, password: str, shown: list[str], wrong: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "password"
    path.write_text(f"{password}\n", encoding="utf-8")
    daemon = Daemon("a.service", url, ready, "", [], [], asker=_ASKER, password=str(path), shown=shown)
    assert [one.reason for one in answers(daemon, "nobody-of-that-name")] == [text.format(url=url) for text in wrong]


def test_what_may_not_be_asked_has_to_listen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert list(answers(Daemon("a.service", "", "", "", [], [], port=port), "")) == []
    free = free_port()
    found = list(answers(Daemon("a.service", "", "", "", [], [], port=free), ""))
    assert [one.reason for one in found] == [f"does not listen on port {free}"]
