# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A node is taken out of a real HAProxy while it has a request, and readmitted."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.request import urlopen

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.haproxy import admin
from ansible_collections.nostromo.networking.plugins.module_utils.haproxy.admin import AdminError, Ask
from ansible_collections.nostromo.networking.plugins.module_utils.haproxy.drain import drain, readmit, status
from ansible_collections.nostromo.networking.tests.unit.templates.tools import tool

_LONG = 30


class Node(ThreadingHTTPServer):
    """Answers with its name; /slow when it may."""

    daemon_threads = True

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.name = name
        self.asked, self.may = Event(), Event()
        Thread(target=self.serve_forever, daemon=True).start()


class _Answers(BaseHTTPRequestHandler):
    server: Node

    def do_POST(self) -> None:
        """Answer as well."""
        self.do_GET()

    def do_GET(self) -> None:
        """Answer."""
        if self.path == "/slow":
            self.server.asked.set()
            self.server.may.wait(_LONG)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.server.name.encode())

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@dataclass
class Balanced:
    """Two nodes behind a HAProxy: how it is asked, and where it listens."""

    nodes: dict[str, Node]
    ask: Ask
    port: int

    def get(self, path: str = "/", body: bytes | None = None) -> str:
        """Who answers; a POST where there is a body."""
        with urlopen(f"http://127.0.0.1:{self.port}{path}", body, timeout=_LONG) as answer:
            return answer.read().decode()


@pytest.fixture
def balanced(tmp_path: Path) -> Iterator[Balanced]:
    program = tool("haproxy", "-v")
    nodes = {name: Node(name) for name in ("app1", "app2")}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lines = [
        f"global\n stats socket {tmp_path}/admin level admin",
        "defaults\n mode http\n timeout connect 1s\n timeout client 30s\n timeout server 30s\n option http-server-close",
        f"frontend api\n bind 127.0.0.1:{port}\n use_backend api_nodes if METH_GET\n default_backend api_writes",
        "backend api_nodes\n balance roundrobin\n default-server check inter 100ms",
        *(f" server {name} 127.0.0.1:{node.server_address[1]}" for name, node in nodes.items()),
        "backend api_writes\n balance roundrobin",
        *(f" server {name} 127.0.0.1:{node.server_address[1]} track api_nodes/{name}" for name, node in nodes.items()),
    ]
    (tmp_path / "cfg").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with subprocess.Popen([program, "-f", tmp_path / "cfg"], stderr=subprocess.DEVNULL) as running:
        ask = partial(admin.ask, path=f"{tmp_path}/admin")
        try:
            for _ in range(100):
                if (tmp_path / "admin").exists():
                    break
                time.sleep(0.05)
            yield Balanced(nodes, ask, port)
        finally:
            running.terminate()
            for node in nodes.values():
                node.may.set()
                node.shutdown()
                node.server_close()


@pytest.mark.parametrize("body", [None, b""], ids=["GET", "POST"])
def test_what_is_in_flight_ends_and_nothing_new_comes(balanced: Balanced, body: bytes | None) -> None:
    slow = next(iter(balanced.nodes.values()))
    with ThreadPoolExecutor() as beside:
        flying = [beside.submit(balanced.get, "/slow", body) for _ in range(2)]
        assert slow.asked.wait(_LONG)
        drained = beside.submit(drain, "api", slow.name, _LONG, balanced.ask)
        for _ in range(100):
            if status(admin.nodes(balanced.ask)["api"][slow.name]).startswith("DRAIN"):
                break
            time.sleep(0.05)
        assert {balanced.get(body=one) for one in (None, b"") for _ in range(6)} == {"app2"}
        assert not drained.done()
        for node in balanced.nodes.values():
            node.may.set()
        assert drained.result(_LONG)
        assert sorted(one.result(_LONG) for one in flying) == ["app1", "app2"]
    assert not drain("api", slow.name, 1, balanced.ask)
    assert readmit("api", slow.name, _LONG, balanced.ask)
    assert not readmit("api", slow.name, _LONG, balanced.ask)
    assert {balanced.get() for _ in range(6)} == {"app1", "app2"}


def test_one_that_does_not_end_goes_on(balanced: Balanced) -> None:
    with ThreadPoolExecutor() as beside:
        flying = [beside.submit(balanced.get, "/slow") for _ in range(2)]
        assert balanced.nodes["app1"].asked.wait(_LONG)
        with pytest.raises(AdminError, match=r"api on app1 still has 1 of its requests after 0\.3 s, so it goes on"):
            drain("api", "app1", 0.3, balanced.ask)
        for node in balanced.nodes.values():
            node.may.set()
        assert sorted(one.result(_LONG) for one in flying) == ["app1", "app2"]
    assert {balanced.get() for _ in range(6)} == {"app1", "app2"}


def test_the_last_one_is_left_in(balanced: Balanced) -> None:
    assert drain("api", "app1", _LONG, balanced.ask)
    assert not drain("api", "app2", _LONG, balanced.ask)
    assert balanced.get() == "app2"


def test_one_that_is_not_well_is_told(balanced: Balanced) -> None:
    balanced.nodes["app1"].shutdown()
    balanced.nodes["app1"].server_close()
    with pytest.raises(AdminError, match=r"api on app1 is not well after 1 s: DOWN \("):
        for _ in range(10):
            readmit("api", "app1", 1, balanced.ask)
            time.sleep(0.2)


@pytest.mark.parametrize(("component", "node"), [("api", "app3"), ("pages", "app1")])
def test_one_that_nobody_knows_is_refused(balanced: Balanced, component: str, node: str) -> None:
    with pytest.raises(AdminError, match=f"the balancer knows no {node} of {component}; it knows (app1, app2|none)"):
        drain(component, node, 1, balanced.ask)


def test_no_balancer_is_told(tmp_path: Path) -> None:
    with pytest.raises(AdminError, match="admin: No such file or directory"):
        admin.ask("show info", f"{tmp_path}/admin")
