# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The beginning of a login, at servers that answer as they like."""

from __future__ import annotations

import os
import pwd
import socket
import ssl
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe import logins
from ansible_collections.nostromo.networking.plugins.module_utils.observe.run import run
from ansible_collections.nostromo.networking.plugins.module_utils.probe import database
from ansible_collections.nostromo.networking.plugins.module_utils.probe.database import (
    Answer,
    Login,
    UnreachedError,
    with_tls,
    without_tls,
)
from ansible_collections.nostromo.networking.plugins.plugin_utils.database_ca import Authority
from ansible_collections.nostromo.networking.tests.unit.certificates import authority

CA, OTHER = authority(), authority()
SSL_REQUEST = struct.pack("!ii", 8, 80877103)
STARTUP = b"\0\x03\0\0user\0etl\0database\0nostromo\0\0"
SASL = b"R" + struct.pack("!ii", 23, 10) + b"SCRAM-SHA-256\0\0"
REFUSAL = b"SFATAL\0C28000\0Mno pg_hba.conf entry, no encryption\0\0"
REFUSED = b"E" + struct.pack("!i", len(REFUSAL) + 4) + REFUSAL
#: What is said in the clear, whether TLS is offered, and what is said over it.
Serve = Callable[[bytes, bytes, bytes], Login]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    (tmp_path / "key").write_text(subprocess.check_output(["openssl", "genpkey", "-algorithm", "ED25519"], text=True))
    asked = subprocess.check_output(["openssl", "req", "-new", "-key", tmp_path / "key", "-subj", "/CN=x"], text=True)
    now = datetime.now(UTC)
    (tmp_path / "crt").write_text(Authority.read(*CA, now).sign(asked, ["mother.internal", "127.0.0.1"], now))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "crt", tmp_path / "key")
    listener = socket.create_server(("127.0.0.1", 0))

    def answer(clear: bytes, offer: bytes, encrypted: bytes) -> None:
        while True:
            try:
                peer, _address = listener.accept()
            except OSError:
                return
            with peer, suppress(OSError):
                told = peer.recv(1024)
                if told != SSL_REQUEST:
                    peer.sendall(clear if told[4:] == STARTUP else b"?")
                    continue
                peer.sendall(offer)
                with context.wrap_socket(peer, server_side=True) as inside:
                    inside.sendall(encrypted if inside.recv(1024)[4:] == STARTUP else b"?")

    def started(clear: bytes, offer: bytes, encrypted: bytes) -> Login:
        threading.Thread(target=answer, args=(clear, offer, encrypted), daemon=True).start()
        return Login("127.0.0.1", listener.getsockname()[1], "etl", "nostromo")

    yield started
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def test_one_that_demands_tls(serve: Serve) -> None:
    login = serve(REFUSED, b"S", SASL)
    assert without_tls(login) == Answer(False, "FATAL: no pg_hba.conf entry, no encryption", "28000")
    shown, answer = with_tls(login, OTHER[0] + CA[0])
    assert answer == Answer(True, "it asks for SASL (SCRAM)")
    assert (shown.distrusted, round((shown.not_after - shown.not_before) / 86400)) == ("", 365)


def test_one_that_does_not_or_is_another(serve: Serve) -> None:
    login = serve(SASL, b"S", REFUSED)
    assert without_tls(login) == Answer(True, "it asks for SASL (SCRAM)")
    shown, answer = with_tls(login, OTHER[0])
    assert "verify" in shown.distrusted or "issuer" in shown.distrusted
    assert answer is None
    assert with_tls(login, CA[0])[1] == Answer(False, "FATAL: no pg_hba.conf entry, no encryption", "28000")


@pytest.mark.parametrize(("offer", "told"), [(b"N", "it has no TLS"), (b"E", "it has no TLS")])
def test_one_without_tls(serve: Serve, offer: bytes, told: str) -> None:
    shown, answer = with_tls(serve(SASL, offer, b""), CA[0])
    assert (shown.distrusted, answer) == (told, None)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"", "the connection was ended without an answer"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "what answers there does not speak PostgreSQL's protocol"),
        (b"R\0\0\0\x05", "the connection was ended without an answer"),
        (b"R\0\0\0\x04", "what answers there does not speak PostgreSQL's protocol"),
    ],
)
def test_one_that_is_no_such_server(serve: Serve, said: bytes, told: str) -> None:
    with pytest.raises(UnreachedError, match=told):
        without_tls(serve(said, b"S", b""))


def test_one_that_says_nothing(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(UnreachedError, match="timed out"):
        without_tls(Login("127.0.0.1", silent.getsockname()[1], "etl", "nostromo"))


def test_what_is_seen_of_each_component(serve: Serve) -> None:
    login = serve(REFUSED, b"S", SASL)
    own = pwd.getpwuid(os.geteuid()).pw_name
    asked = {"address": login.address, "port": login.port, "role": login.role, "database": login.database, "user": own}
    unknown, closed = {**asked, "user": "no-such-user"}, {**asked, "port": 1}
    seen = logins.observe(run, {"etl": asked, "unknown": unknown, "closed": closed}, CA[0])
    etl = seen["etl"]
    assert (etl["unreached"], etl["clear_refused"], etl["clear_goes_on"], etl["encrypted_goes_on"]) == ("", True, False, True)
    assert {name: one["unreached"] for name, one in seen.items() if name != "etl"} == {
        "closed": "Connection refused",
        "unknown": "the host has no user no-such-user",
    }
