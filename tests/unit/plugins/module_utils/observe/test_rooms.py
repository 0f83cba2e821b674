# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is tried from inside a room, here by this very user: what it may do goes through and leaves nothing behind."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe import inside
from ansible_collections.nostromo.networking.plugins.module_utils.observe.room import Entry
from ansible_collections.nostromo.networking.plugins.module_utils.observe.rooms import (
    Process,
    look_inside,
    read_attempts,
    read_sockets,
)

NOTHING: dict[str, list[Any]] = {
    what: [] for what in ("directories", "secrets", "homes", "processes", "sockets", "spools", "marks", "ports")
}


def tried(kind: str, **wanted: Any) -> dict[str, bool]:
    return dict(inside.KINDS[kind]({**NOTHING, **wanted}))


def test_writing_is_undone(tmp_path: Path) -> None:
    assert tried("write", directories=[str(tmp_path), f"{tmp_path}/none", "/proc"]) == {
        f"write in {tmp_path}": True,
        f"write in {tmp_path}/none": False,
        "write in /proc": False,
    }
    assert list(tmp_path.iterdir()) == []


def test_reading_never_waits(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    found = tried("read", secrets=[str(tmp_path / "fifo"), str(tmp_path / "none")], homes=[str(tmp_path)])
    assert found == {
        f"read {tmp_path}/fifo": True,
        f"read {tmp_path}/none": False,
        f"list {tmp_path}": True,
    }


def test_processes_of_the_room_itself_are_none_of_anothers() -> None:
    assert tried("processes", processes=[("root", os.getpid())]) == {}
    gone = tried("processes", processes=[("nobody", 2**22 + 1)])
    assert (len(gone), any(gone.values())) == (4, False)


def test_a_socket_that_listens_is_a_door(tmp_path: Path) -> None:
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        assert tried("doors", sockets=[path]) == {f"connect to {path}": False}
        listening.listen()
        assert tried("doors", sockets=[path], spools=[str(tmp_path)]) == {
            f"connect to {path}": True,
            f"write in {tmp_path}": True,
        }
    assert os.listdir(tmp_path) == ["socket"]


def test_a_socket_without_a_file_is_a_door() -> None:
    name = f"nostromo-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"\0{name}")
        listening.listen()
        assert tried("doors", sockets=[f"@{name}", "@nostromo-none"]) == {
            f"connect to @{name}": True,
            "connect to @nostromo-none": False,
        }


def test_a_place_is_shared_if_others_are_seen_there_and_one_may_write(tmp_path: Path) -> None:
    seen, unseen = tmp_path / "mark", tmp_path / "gone" / "mark"
    seen.touch()
    assert tried("shared", marks=[str(seen), str(unseen)]) == {
        f"share {tmp_path} with others": True,
        f"share {unseen.parent} with others": False,
    }


def test_serving_is_told_by_a_client_that_gets_through() -> None:
    with socket.socket() as chosen:
        chosen.bind(("", 0))
        free = chosen.getsockname()[1]
    with socket.socket() as taken:
        taken.bind(("", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert tried("ports", ports=[free, port]) == {f"serve at port {free}": True, f"serve at port {port}": False}


def test_the_program_stands_alone_and_says_when_it_is_through() -> None:
    source = f"{Path(inside.__file__).read_text('utf-8')}\nmain({NOTHING!r})\n"
    done = subprocess.run([sys.executable, "-I", "-S", "-"], input=source, capture_output=True, text=True, check=True)
    found = read_attempts(done.stdout)
    assert found["problem"] == ""
    assert found["attempts"]["privileges"]["tried"] == 7
    assert found["attempts"]["write"] == {"tried": 0, "through": []}


@pytest.mark.parametrize(
    ("printed", "problem"),
    [
        ("", "not everything was tried: nothing was said there"),
        ("write through write in /etc\nMemoryError\n", "not everything was tried: MemoryError"),
        ("x" * 500, f"not everything was tried: {'x' * 200}"),
    ],
)
def test_attempts_that_came_to_no_end(printed: str, problem: str) -> None:
    assert read_attempts(printed) == {"attempts": {}, "problem": problem}


def test_attempts() -> None:
    printed = "write through write in /etc\nwrite refused write in /\nnonsense through x\nread maybe\nall was tried\n"
    attempts = read_attempts(printed)["attempts"]
    assert attempts["write"] == {"tried": 2, "through": ["write in /etc"]}
    assert attempts["read"] == {"tried": 0, "through": []}


def test_unix_sockets_of_components_and_host() -> None:
    printed = (
        "u_str LISTEN 0      511    /run/pm2/etl/rpc.sock 91520 * 0 users:((\"node\",pid=71,fd=20))\n"
        "u_str LISTEN 0      200    /run/postgresql/.s.PGSQL.5432 1 * 0 users:((\"postgres\",pid=72,fd=6))\n"
        "u_str LISTEN 0      4096   /run/systemd/private 2 * 0 users:((\"systemd\",pid=1,fd=14))\n"
        "u_str LISTEN 0      4096   @abstract 3 * 0 users:((\"node\",pid=71,fd=14))\n"
    )  # fmt: skip
    assert read_sockets(printed, {71: "etl", 72: "postgres"}) == [
        ("", "/run/systemd/private"),
        ("etl", "/run/pm2/etl/rpc.sock"),
        ("etl", "@abstract"),
    ]


@pytest.mark.parametrize(
    ("unit", "is_in_room"),
    [
        ("nginx.service", True),
        ("postgresql@17-main.service", True),
        ("cron.service", False),
        ("ssh.service", False),
        ("user@998.service", False),
        ("session-4.scope", False),
        ("", False),
    ],
)
def test_what_is_a_room(unit: str, is_in_room: bool) -> None:
    assert Process(7, "etl", unit).is_in_room == is_in_room


def test_who_does_not_come_to_the_end_goes_in_once_more() -> None:
    entries = {name: Entry(f"{name}.service", "nobody", "") for name in ("web", "api", "worker")}
    rounds = [{"web": f"write refused x\n{inside.END}\n", "api": "", "worker": "killed"}, {"api": inside.END, "worker": "killed"}]
    asked: list[list[str]] = []

    def go(some: dict[str, Entry], _seconds: float) -> dict[str, str]:
        asked.append(list(some))
        return rounds[len(asked) - 1]

    assert look_inside(entries, go) == rounds[0] | rounds[1]
    assert asked == [["web", "api", "worker"], ["api", "worker"]]
    assert look_inside({}, go) == {}
