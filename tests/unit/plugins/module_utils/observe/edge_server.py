# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A server on loopback that answers over TLS as Cloudflare would, each name as it is told."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple


class Said(NamedTuple):
    """A status, and headers."""

    status: int
    headers: Mapping[str, str]


@contextmanager
def edge_server(directory: Path, answers: Mapping[str, Said]) -> Iterator[tuple[Path, int]]:
    """The file of its certificate, which holds all names, and its port."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_arguments: object) -> None:
            """Nothing on the terminal."""

        def do_GET(self) -> None:
            said = answers[self.headers["Host"]]
            self.send_response(said.status)
            for name, value in {**said.headers, "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

    key, certificate = directory / "key.pem", directory / "certificate.pem"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=edge"]
    names = ["-addext", "subjectAltName=" + ",".join(f"DNS:{name}" for name in answers), "-days", "1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", "-x509", *kind, *names, *files], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield certificate, server.server_address[1]
    server.shutdown()
    server.server_close()
