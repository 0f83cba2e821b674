# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The client against servers that answer as they like."""

from __future__ import annotations

import os
import pwd
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.postgresql import client
from ansible_collections.nostromo.networking.plugins.module_utils.postgresql.client import DatabaseError, session

PORT = 5432
ACCOUNT = pwd.getpwuid(os.geteuid()).pw_name


def message(kind: bytes, body: bytes = b"") -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


def row(*values: bytes | None) -> bytes:
    told = b"".join(struct.pack("!i", -1) if v is None else struct.pack("!i", len(v)) + v for v in values)
    return message(b"D", struct.pack("!h", len(values)) + told)


def error(text: bytes, code: bytes = b"XX000") -> bytes:
    return message(b"E", b"SERROR\0C" + code + b"\0M" + text + b"\0\0")


ADMITTED = message(b"R", struct.pack("!i", 0))
READY = message(b"Z", b"I")
LOGIN = ADMITTED + message(b"S", b"server_version\0" + b"17\0") + message(b"N", b"Mhello\0\0") + READY
DONE = message(b"C", b"SELECT 1\0") + READY

Serve = Callable[..., list[bytes]]


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Serve one connection after the other, each with its answers to what it is asked; what was asked is noted."""
    monkeypatch.setattr(client, "SOCKETS", str(tmp_path))
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / f".s.PGSQL.{PORT}"))
    listener.listen()
    asked: list[bytes] = []

    def run(connections: tuple[tuple[bytes, ...], ...]) -> None:
        for answers in connections:
            peer, _address = listener.accept()
            with peer, suppress(ConnectionError):  # a client that has heard enough hangs up
                for answer in answers:
                    asked.append(peer.recv(65536))
                    peer.sendall(answer)
                peer.recv(65536)

    def start(*connections: tuple[bytes, ...]) -> list[bytes]:
        threading.Thread(target=run, args=(connections,), daemon=True).start()
        return asked

    yield start
    listener.close()


def ask(patience: float = 5) -> list[client.Row]:
    with session(PORT, patience, ACCOUNT) as opened:
        return opened.query("SELECT 1")


def test_rows_come_as_text_and_settings_of_the_role_do_not_count(serve: Serve) -> None:
    asked = serve((LOGIN, message(b"T") + row("ñ".encode(), None) + row(b"", b"\xff") + DONE))
    assert ask() == [("ñ", None), ("", "\ufffd")]
    assert asked[0][4:8] == struct.pack("!i", 3 << 16)
    words = asked[0][8:].split(b"\0")
    told = dict(zip(words[::2], words[1::2], strict=False))
    assert (told[b"user"], told[b"search_path"], told[b"event_triggers"]) == (
        b"postgres",
        b"pg_catalog, pg_temp",
        b"off",
    )
    assert asked[1] == message(b"Q", b"SELECT 1\0")


def test_an_older_server_is_asked_without_what_it_does_not_know(serve: Serve) -> None:
    unknown = error(b'unrecognized configuration parameter "event_triggers"', b"42704")
    asked = serve((unknown,), (LOGIN, row(b"15") + DONE))
    assert ask() == [("15",)]
    assert (b"event_triggers" in asked[0], b"event_triggers" in asked[1]) == (True, False)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (
            (message(b"R", struct.pack("!i", 3)),),
            "the server wants a proof from root; the rule `local` for postgres is not in force",
        ),
        ((error(b"no"),), "ERROR: no"),
        ((LOGIN, error(b"a\nb\x1b[2J\0Dwhy") + READY), r"ERROR: a b\x1b[2J (why)"),
        ((b"SSH-2.0-OpenSSH\r\n",), "the server at @ says more than 8388608 bytes, and is not listened to"),
        ((b"R\0\0\0\1",), "what answers at @ does not speak PostgreSQL's protocol"),
        ((LOGIN, message(b"G", b"\0\0\0")), "what answers at @ does not speak PostgreSQL's protocol"),
        ((LOGIN, message(b"D", b"\0\2\0\0\0\1a") + DONE), "the server's answer is cut off"),
        ((LOGIN, message(b"D", b"\0\1\0\0\0\x09a") + DONE), "the server's answer is cut off"),
        ((LOGIN, b"D\x7f\xff\xff\xff"), "the server at @ says more than 8388608 bytes, and is not listened to"),
    ],
)
def test_what_a_server_may_not_answer(serve: Serve, tmp_path: Path, answers: tuple[bytes, ...], expected: str) -> None:
    serve(answers)
    with pytest.raises(DatabaseError) as caught:
        ask()
    assert str(caught.value) == expected.replace("@", str(tmp_path / f".s.PGSQL.{PORT}"))


def test_an_endless_answer_has_an_end(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MOST_BYTES", 10_000)
    serve((LOGIN, row(b"x" * 100) * 200))
    with pytest.raises(DatabaseError, match="says more than 10000 bytes"):
        ask()


def test_silence_has_an_end(serve: Serve) -> None:
    serve((LOGIN, message(b"N", b"Mwait\0\0")))
    began = time.monotonic()
    with pytest.raises(DatabaseError, match="does not answer in time"):
        ask(patience=0.3)
    assert time.monotonic() - began < 2


def test_who_listens_in_the_servers_place_is_not_asked(serve: Serve) -> None:
    asked = serve((LOGIN,))
    other = next(entry.pw_name for entry in pwd.getpwall() if entry.pw_uid != os.geteuid())
    with pytest.raises(DatabaseError, match=f"does not run as {other}, and is not asked"), session(PORT, 5, other):
        pass
    assert asked in ([], [b""])


def test_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "SOCKETS", str(tmp_path))
    with pytest.raises(DatabaseError) as caught:
        ask()
    assert str(caught.value) == f"no server answers at {tmp_path}/.s.PGSQL.5432: No such file or directory"
