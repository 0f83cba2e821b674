# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a proxy in front would accept what a server shows."""

from __future__ import annotations

import socket
from pathlib import Path

from ansible_collections.nostromo.networking.plugins.module_utils.certificates.trusted import without_certificate
from ansible_collections.nostromo.networking.tests.unit.plugins.plugin_utils.tls import tls_server

NAME = "app.nostromo.cl"


def test_valid_for_its_name_alone_and_where_its_authority_is_trusted(tmp_path: Path) -> None:
    with tls_server(tmp_path, NAME) as (authority, port):
        assert without_certificate({NAME: "127.0.0.1"}, authority.read_text(), port) == []
        (other,) = without_certificate({NAME: "127.0.0.1", "api.nostromo.cl": "127.0.0.1"}, authority.read_text(), port)
        assert other.startswith("api.nostromo.cl: 127.0.0.1 shows a certificate that is not valid (Hostname mismatch")
        (unknown,) = without_certificate({NAME: "127.0.0.1"}, "", port)
        assert unknown.startswith("app.nostromo.cl: 127.0.0.1 shows a certificate that is not valid (self")


def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        assert without_certificate({NAME: "127.0.0.1"}, "", port) == [
            f"app.nostromo.cl: no TLS at 127.0.0.1:{port} ([Errno 111] Connection refused)"
        ]


def test_no_name_is_proxied() -> None:
    assert without_certificate({}) == []
