# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a change may not take away, with sockets of this process."""

from __future__ import annotations

import getpass
import socket
import threading
import time

from ansible_collections.nostromo.networking.plugins.module_utils.commit.lasting import Connection, lost, possible


def listening(port: int = 0) -> socket.socket:
    """Somebody who answers on loopback."""
    return socket.create_server(("127.0.0.1", port))


def connection(name: str, at: socket.socket) -> Connection:
    return Connection(name, getpass.getuser(), "127.0.0.1", at.getsockname()[1])


def test_only_what_was_possible_can_be_lost() -> None:
    with listening() as stays, listening() as goes, listening() as never:
        known = [connection("stays", stays), connection("goes", goes), connection("never", never)]
        never.close()
        before = possible(known)
        assert [one.name for one in before] == ["stays", "goes"]
        goes.close()
        assert [str(one) for one in lost(before, time.monotonic())] == [str(known[1])]
        assert str(known[1]) == f"goes: {getpass.getuser()} to 127.0.0.1 port {known[1].port} (tcp)"


def test_what_starts_again_in_a_moment_is_not_lost() -> None:
    with listening() as first:
        known = connection("service", first)
    back: list[socket.socket] = []
    timer = threading.Timer(0.3, lambda: back.append(listening(known.port)))
    timer.start()
    try:
        assert lost([known], time.monotonic() + 10) == []
    finally:
        timer.join()
        back[0].close()


def test_nothing_to_try_takes_no_time() -> None:
    began = time.monotonic()
    assert (possible([]), lost([], began)) == ((), [])
    assert time.monotonic() - began < 0.1
