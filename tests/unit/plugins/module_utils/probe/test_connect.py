# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Connections on this machine's own loopback."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.probe.connect import Attempt, Outcome, attempt_all


@pytest.fixture
def listener() -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0), backlog=1024)) as opened:
        yield opened.getsockname()[1]


@pytest.fixture
def echo() -> Iterator[int]:
    """Answers every datagram until it gets one that says stop."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as opened:
        opened.bind(("127.0.0.1", 0))
        port = opened.getsockname()[1]

        def answer() -> None:
            while True:
                data, client = opened.recvfrom(100)
                if data == b"stop":
                    return
                opened.sendto(b"!", client)

        thread = threading.Thread(target=answer)
        thread.start()
        yield port
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as last:
            last.sendto(b"stop", ("127.0.0.1", port))
        thread.join(5)


def closed_port(kind: socket.SocketKind) -> int:
    with closing(socket.socket(socket.AF_INET, kind)) as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def test_tcp_is_open_or_refused(listener: int) -> None:
    found = attempt_all([Attempt("127.0.0.1", listener), Attempt("127.0.0.1", closed_port(socket.SOCK_STREAM))], 5)
    assert found == [
        [Outcome("open", "127.0.0.1", "127.0.0.1")],
        [Outcome("refused", "127.0.0.1", "127.0.0.1", "ECONNREFUSED")],
    ]


def test_udp_is_open_when_it_is_answered_and_refused_when_nobody_listens(echo: int) -> None:
    closed = closed_port(socket.SOCK_DGRAM)
    found = attempt_all([Attempt("127.0.0.1", echo, "udp"), Attempt("127.0.0.1", closed, "udp")], 5)
    assert [outcome.outcome for [outcome] in found] == ["open", "refused"]


def test_udp_without_answer_is_filtered() -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as silent:
        silent.bind(("127.0.0.1", 0))
        found = attempt_all([Attempt("127.0.0.1", silent.getsockname()[1], "udp")], 0.1)
    assert found == [[Outcome("filtered", "127.0.0.1", "127.0.0.1", "ETIMEDOUT")]]


def test_a_name_without_address_cannot_be_tried() -> None:
    [[outcome]] = attempt_all([Attempt("nobody.invalid", 443)], 1)
    assert (outcome.outcome, outcome.detail[:32]) == ("unroutable", "nobody.invalid has no address: [")


def test_a_user_that_the_host_lacks_is_told() -> None:
    assert attempt_all([Attempt("127.0.0.1", 1, user="no-such-user")], 1) == [
        [Outcome("error", detail="the host has no user no-such-user")]
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can connect as another user")
def test_a_socket_belongs_to_the_user_that_it_is_tried_for(listener: int) -> None:
    [[outcome]] = attempt_all([Attempt("127.0.0.1", listener, user="nobody")], 5)
    assert outcome.outcome == "open"
    assert os.geteuid() == 0


def test_results_keep_the_order_where_they_are_more_than_go_at_once(listener: int) -> None:
    closed = closed_port(socket.SOCK_STREAM)
    attempts = [Attempt("127.0.0.1", listener if number % 3 else closed) for number in range(900)]
    found = attempt_all(attempts, 10)
    assert [outcome.outcome for [outcome] in found] == ["open" if number % 3 else "refused" for number in range(900)]


def test_those_without_answer_are_waited_for_together_however_many() -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as silent:
        silent.bind(("127.0.0.1", 0))
        quick = [Attempt("127.0.0.1", closed_port(socket.SOCK_STREAM))] * 600
        mute = [Attempt("127.0.0.1", silent.getsockname()[1], "udp")]
        began = time.monotonic()
        found = attempt_all([*mute, *quick, *mute, *quick, *mute], 0.5)
        took = time.monotonic() - began
    assert [one.outcome for [one] in found].count("filtered") == 3
    assert 0.5 <= took < 1
