# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import socket
import ssl
import subprocess
from pathlib import Path
from threading import Thread

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.certificates.served import mismatches


def certificate(directory: Path) -> Path:
    directory.mkdir()
    files = ["-keyout", str(directory / "privkey.pem"), "-out", str(directory / "fullchain.pem")]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=test"]
    subprocess.run(["openssl", "req", "-x509", *kind, *files], check=True, capture_output=True)
    return directory


@pytest.fixture
def served(tmp_path: Path) -> tuple[Path, int]:
    """A certificate and the port on which it is served."""
    directory = certificate(tmp_path / "served")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(directory / "fullchain.pem", directory / "privkey.pem")
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                context.wrap_socket(listener.accept()[0], server_side=True).close()
            except OSError:
                return

    Thread(target=serve, daemon=True).start()
    return directory, listener.getsockname()[1]


def test_the_certificate_on_disk_is_served(served: tuple[Path, int]) -> None:
    directory, port = served
    chain = (directory / "fullchain.pem").read_text() * 2
    assert mismatches(["app.test", "api.test"], chain, "127.0.0.1", port, 0) == []


def test_another_certificate_is_served(served: tuple[Path, int], tmp_path: Path) -> None:
    other = (certificate(tmp_path / "other") / "fullchain.pem").read_text()
    (text,) = mismatches(["app.test"], other, "127.0.0.1", served[1], 0)
    assert text.startswith(f"app.test: 127.0.0.1:{served[1]} shows SHA-256 ")


def test_nothing_is_served(served: tuple[Path, int]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        (text,) = mismatches(["app.test"], (served[0] / "fullchain.pem").read_text(), "127.0.0.1", port, 0)
    assert text == f"app.test: no TLS at 127.0.0.1:{port} ([Errno 111] Connection refused)"
