# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A real handshake with nothing newer than TLS 1.1 to offer."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import threading
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.probe.site import try_old_tls


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and its certificate in one file."""
    file = tmp_path_factory.mktemp("tls") / "pair.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=app.nostromo.cl -keyout - -out -"
    file.write_bytes(subprocess.run(command.split(), check=True, capture_output=True).stdout)
    return file


def serve_once(pair: Path, oldest: ssl.TLSVersion) -> int:
    """The port of a server that takes one connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = oldest
    listening = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        with listening, listening.accept()[0] as plain, contextlib.suppress(OSError):
            context.wrap_socket(plain, server_side=True).close()

    threading.Thread(target=answer, daemon=True).start()
    return int(listening.getsockname()[1])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("oldest", "said"), [(ssl.TLSVersion.TLSv1, "spoken"), (ssl.TLSVersion.TLSv1_2, "refused")])
def test_whether_old_tls_is_spoken(pair: Path, oldest: ssl.TLSVersion, said: str) -> None:
    assert try_old_tls("app.nostromo.cl", "127.0.0.1", serve_once(pair, oldest)) == said
