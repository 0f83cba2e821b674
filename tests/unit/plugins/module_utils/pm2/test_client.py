# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What listens on a service's socket is asked with care: who it is, what it says, for how long and how much."""

from __future__ import annotations

import os
import pwd
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.pm2 import client as asked
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.client import Client, NoDaemonError
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.wire import WireError, encode

USER = pwd.getpwuid(os.geteuid()).pw_name
Answer = Callable[[socket.socket], None]


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Asks below a directory of the test's; whoever listens there counts as of the unit."""
    (tmp_path / "api").mkdir()
    monkeypatch.setattr(Client, "_check", lambda self, pid, uid: None)
    return Client("api", USER, str(tmp_path))


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[Answer], None]]:
    """Listen on the service's socket and let one connection be answered."""
    listener = socket.socket(socket.AF_UNIX)

    def start(answer: Answer) -> None:
        listener.bind(str(tmp_path / "api" / "rpc.sock"))
        listener.listen()

        def run() -> None:
            with suppress(OSError):
                connection, _address = listener.accept()
                with connection:
                    answer(connection)

        Thread(target=run, daemon=True).start()

    yield start
    listener.close()


def says(*records: object) -> Answer:
    def answer(connection: socket.socket) -> None:
        connection.recv(1 << 16)  # whoever ends before it is asked is another case
        connection.sendall(encode([{"args": [list(records)]}, "1"]))

    return answer


def test_a_sound_answer(client: Client, serve: Callable[[Answer], None]) -> None:
    serve(says({"pm_id": 1, "name": "api", "pid": 7, "pm2_env": {"status": "on\x1bline", "env": {}}}))
    assert [(one.id, one.status) for one in client.processes()] == [(1, r"on\x1bline")]


@pytest.mark.parametrize(
    "record",
    [
        None,
        [],
        {},
        {"pm_id": 1, "name": "api", "pm2_env": {"env": []}},
        {"pm_id": 1, "name": "api", "pm2_env": {"pm_uptime": float("inf")}},
        {"pm_id": 1, "name": "api", "pm2_env": {"restart_time": "many"}},
        {"pm_id": 1, "name": "api", "pm2_env": {"prev_restart_delay": "x"}},
        {"pm_id": 1, "name": "api", "pm2_env": {"exit_code": "\x1b"}},
    ],
)
def test_a_forged_record_is_an_error_of_pm2(client: Client, serve: Callable[[Answer], None], record: object) -> None:
    serve(says(record))
    with pytest.raises(WireError, match="does not say what it runs"):
        client.processes()


def drip(connection: socket.socket) -> None:
    connection.sendall(b"\x12\x00\xff\xff\xff")
    while True:
        connection.sendall(b"x")
        time.sleep(0.02)


def flood(connection: socket.socket) -> None:
    connection.sendall(b"\x12\xff\xff\xff\xff")
    while True:
        connection.sendall(b"x" * 65536)


def test_an_answer_by_drops_ends_at_the_deadline(client: Client, serve: Callable[[Answer], None]) -> None:
    serve(drip)
    began = time.monotonic()
    with pytest.raises(WireError, match="did not answer getMonitorData within 0.3 s"):
        client.call("getMonitorData", {}, timeout=0.3)
    assert time.monotonic() - began < 3


def test_an_endless_answer_ends_at_its_size(
    client: Client, serve: Callable[[Answer], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked, "_MOST_BYTES", 1 << 20)
    serve(flood)
    with pytest.raises(WireError, match="more than 1 MiB"):
        client.call("getMonitorData", {})


@pytest.mark.parametrize("planted", ["nothing", "file", "fifo", "link", "directory"])
def test_what_is_no_socket_is_no_daemon(client: Client, tmp_path: Path, planted: str) -> None:
    path = tmp_path / "api" / "rpc.sock"
    if planted == "file":
        path.write_text("")
    elif planted == "fifo":
        os.mkfifo(path)
    elif planted == "link":
        path.symlink_to("/run/systemd/private")
    elif planted == "directory":
        path.mkdir()
    assert (client.daemon(), client.processes()) == (0, ())
    with pytest.raises(NoDaemonError):
        client.call("getMonitorData", {})


def test_whoever_listens_must_be_of_the_unit(tmp_path: Path, serve: Callable[[Answer], None]) -> None:
    (tmp_path / "api").mkdir()
    serve(says())
    assert Client("api", USER, str(tmp_path)).daemon() == 0
