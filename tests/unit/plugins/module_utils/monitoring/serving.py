# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prometheus and Alertmanager, run for a test, and somebody who is alerted."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.daemons import get
from ansible_collections.nostromo.networking.tests.unit.templates.tools import tool


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def prometheus(home: Path, configuration: dict[str, Any]) -> Iterator[str]:
    """Its address, once it is ready; beside its file others may lie in the directory."""
    url = f"http://127.0.0.1:{free_port()}"
    (home / "prometheus.yml").write_text(json.dumps(configuration).replace("ITSELF", url.removeprefix("http://")), "utf-8")
    arguments = [f"--config.file={home}/prometheus.yml", f"--storage.tsdb.path={home}/data"]
    with _running([tool("prometheus"), *arguments, f"--web.listen-address={url.removeprefix('http://')}"], url):
        yield url


@contextmanager
def alertmanager(home: Path, configuration: dict[str, Any]) -> Iterator[str]:
    """Its address, once it is ready."""
    url = f"http://127.0.0.1:{free_port()}"
    (home / "alertmanager.yml").write_text(json.dumps(configuration), "utf-8")
    arguments = [f"--config.file={home}/alertmanager.yml", f"--storage.path={home}/data", "--cluster.listen-address="]
    # Debian's reads its templates where they would be if it were installed.
    program = tool("prometheus-alertmanager")
    share = Path(program).parent.parent / "share"
    mount = f'mount --bind {share} /usr/share && exec "$0" "$@"'
    confined = [tool("unshare", "--mount", "--map-root-user", "true"), "--mount", "--map-root-user", "sh", "-c", mount, program]
    with _running([*confined, *arguments, f"--web.listen-address={url.removeprefix('http://')}"], url):
        yield url


@contextmanager
def _running(command: list[str], url: str) -> Iterator[None]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as program:
        try:
            _await_ready(url)
            yield
        finally:
            program.kill()


def _await_ready(url: str) -> None:
    deadline = time.monotonic() + 15
    while True:
        try:
            get(f"{url}/-/ready")
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@contextmanager
def receiver(status: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Somebody who answers to alerts with a status: the address, and what was sent there."""
    taken: list[dict[str, Any]] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Taking) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/s3cret", taken
        finally:
            server.shutdown()
