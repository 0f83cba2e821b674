# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role's sites served by a real nginx on loopback, and applications of a few lines behind it."""

from __future__ import annotations

import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from ansible_collections.nostromo.networking.tests.unit.certificates import Signed

from .rendering import NGINX_PARTS, render_role
from .tools import tool

_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_PATIENCE_SECONDS = 10.0


class Answering(BaseHTTPRequestHandler):
    """An application: /api/N is answered with the status N, everything else with 200; /api/slow is late, /api/silent more so."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        word = self.path.rstrip("/").rpartition("/")[2]
        if word == "slow":
            time.sleep(0.3)
        if word == "silent":
            time.sleep(1.5)
        self.send_response(int(word) if word.isdigit() else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_arguments: object) -> None:
        """Says nothing."""


class Nginx:
    """A running nginx: how to ask it, and what it has logged."""

    def __init__(self, home: Path, http: int, https: int) -> None:
        self.log = home / "access.log"
        self._http, self.https = http, https

    def ask(
        self,
        raw: bytes,
        *,
        name: str = "app.nostromo.cl",
        tls: bool = True,
        source: str = "127.0.0.1",
        shown: Path | None = None,
    ) -> bytes:
        """What comes back for these bytes, to the end of the connection. ``shown``: the client's certificate with its key."""
        port = self.https if tls else self._http
        with socket.create_connection(("127.0.0.1", port), _PATIENCE_SECONDS, (source, 0)) as plain:
            context = ssl._create_unverified_context()
            if shown:
                context.load_cert_chain(shown)
            connection = context.wrap_socket(plain, server_hostname=name) if tls else plain
            with connection:
                try:
                    connection.sendall(raw)
                    return b"".join(iter(lambda: connection.recv(65536), b""))
                except (ConnectionError, ssl.SSLError):
                    return b""

    def get(
        self,
        path: str,
        *,
        name: str = "app.nostromo.cl",
        method: str = "GET",
        tls: bool = True,
        headers: Mapping[str, str] | None = None,
        **how: Any,
    ) -> int:
        """The status of an answer; 0 where there is none."""
        more = "".join(f"{header}: {value}\r\n" for header, value in (headers or {}).items())
        request = f"{method} {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n{more}\r\n"
        answer = self.ask(request.encode(), name=name, tls=tls, **how)
        return int(answer.split()[1]) if answer else 0

    def lines(self, number: int) -> list[str]:
        """The log, once it has so many lines."""
        return eventually(lambda: found if len(found := _text(self.log).split("\n")[:-1]) >= number else None)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="surrogateescape") if path.exists() else ""


@contextmanager
def serving(home: Path, certificate: Signed | None = None, **variables: Any) -> Iterator[Nginx]:
    """The documented sites, with one of their own or this certificate. Orchestrator answers; Sevastopol is down."""
    program = tool("nginx", "-v")
    release = "12" if "/1.22." in subprocess.run([program, "-v"], capture_output=True, text=True).stderr else "13"
    http, https, nobody = (free_port() for _ in range(3))
    application = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    Thread(target=application.serve_forever, daemon=True).start()
    upstreams = {
        "orchestrator": [f"127.0.0.1:{application.server_port}"],
        "sevastopol": [f"127.0.0.1:{nobody}"],
    }
    values = {
        "nginx_addresses": ["127.0.0.1"],
        "nginx_http_port": http,
        "nginx_https_port": https,
        "nginx_upstreams": upstreams,
        "nginx_tls_directory": str(home / "tls"),
        "nginx_tls_groups": ["X25519"],
        "__nginx_directory": str(home / "nostromo.d"),
        **variables,
    }
    _write(home, release, values)
    if certificate:
        for name, content in (("fullchain", certificate.certificate), ("privkey", certificate.key)):
            (home / "tls" / "app.nostromo.cl" / f"{name}.pem").write_text(content, encoding="utf-8")
    master = subprocess.Popen([program, "-p", home, "-c", home / "nginx.conf"], stderr=subprocess.PIPE, text=True)
    try:
        eventually(lambda: listens(https) or _ended(master))
        yield Nginx(home, http, https)
    finally:
        master.terminate()
        master.wait(_PATIENCE_SECONDS)
        application.shutdown()
        application.server_close()


def _write(home: Path, release: str, values: dict[str, Any]) -> None:
    certificate = home / "tls" / "app.nostromo.cl"
    certificate.mkdir(parents=True)
    (home / "nostromo.d" / "errors").mkdir(parents=True)
    subprocess.run(
        [
            *(tool("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-subj", "/CN=test", "-keyout", certificate / "privkey.pem", "-out", certificate / "fullchain.pem"),
        ],
        check=True,
        capture_output=True,
    )
    for part in NGINX_PARTS:
        text = render_role("nginx", f"{part}.conf.j2", release, **values)
        (home / "nostromo.d" / f"{part}.conf").write_text(text.replace("/var/log/nginx", str(home)), encoding="utf-8")
    for page in ("unavailable.css", "unavailable.html", "unavailable.json"):
        text = render_role("nginx", f"{page}.j2", release, **values)
        (home / "nostromo.d" / "errors" / page).write_text(text, encoding="utf-8")
    if "nginx_client_authorities" in values:
        authorities = render_role("nginx", "client_authorities.pem.j2", release, **values)
        (home / "nostromo.d" / "client_authorities.pem").write_text(authorities, encoding="utf-8")
    parts = " ".join(f"include nostromo.d/{part}.conf;" for part in NGINX_PARTS if part not in ("headers", "errors"))
    (home / "nginx.conf").write_text(
        f"daemon off; master_process off; error_log {home}/error.log; pid {home}/pid; events {{}}\n"
        f"http {{ {temporary_paths(home)} large_client_header_buffers 4 16k; {parts} }}\n",
        encoding="utf-8",
    )


def temporary_paths(home: Path) -> str:
    """Directives by which nginx keeps what is temporary in a directory."""
    return " ".join(f"{place}_temp_path {home}/{place};" for place in _TEMPORARY)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Whether anybody does on a port of loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _ended(process: subprocess.Popen[str]) -> None:
    assert process.poll() is None, process.stderr.read() if process.stderr else ""


def eventually(found: Callable[[], Any]) -> Any:
    """What is found, once it is anything."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not (value := found()):
        assert time.monotonic() < deadline, "in vain"
        time.sleep(0.02)
    return value
