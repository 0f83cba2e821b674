# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import struct

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe.dns import (
    AAAA,
    A,
    ResolverError,
    answer,
    ask,
    question,
)

NAME = b"\x03app\x08nostromo\x02cl\x00"


def reply(*records: bytes, number: int = 7, flags: int = 0x8180) -> bytes:
    return struct.pack("!6H", number, flags, 1, len(records), 0, 0) + NAME + b"\0\1\0\1" + b"".join(records)


def record(kind: int, data: bytes, name: bytes = b"\xc0\x0c") -> bytes:
    return name + struct.pack("!2HIH", kind, 1, 300, len(data)) + data


V4, OTHER = record(A, bytes([203, 0, 113, 10])), record(A, bytes([192, 0, 2, 7]), NAME)
V6 = record(AAAA, bytes.fromhex("20010db8000000000000000000000010"))
ALIAS = record(5, b"\x03www\xc0\x10")


def test_question() -> None:
    assert question(7, "app.nostromo.cl.", A) == b"\0\7\1\0\0\1\0\0\0\0\0\0" + NAME + b"\0\1\0\1"


@pytest.mark.parametrize(
    ("message", "kind", "addresses"),
    [
        (reply(V4), A, ["203.0.113.10"]),
        (reply(V4, OTHER), A, ["192.0.2.7", "203.0.113.10"]),
        (reply(ALIAS, V4), A, ["203.0.113.10"]),
        (reply(V6, V4), AAAA, ["2001:db8::10"]),
    ],
)
def test_addresses(message: bytes, kind: int, addresses: list[str]) -> None:
    assert answer(7, message, kind) == addresses


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (reply(flags=0x8183), "no such name"),
        (reply(flags=0x8182), "server failure"),
        (reply(flags=0x8185), "refused"),
        (reply(flags=0x818F), "error 15"),
        (reply(ALIAS), "no such record"),
        (reply(V4, number=8), "the reply is not to this question"),
        (reply(V4, flags=0x0100), "the reply is not to this question"),
        (reply(V4)[:-2], "the reply cannot be read"),
        (reply(V4)[:20], "the reply cannot be read"),
        (b"", "the reply cannot be read"),
    ],
)
def test_no_addresses(message: bytes, problem: str) -> None:
    with pytest.raises(ResolverError) as raised:
        answer(7, message, A)
    assert str(raised.value) == problem


def test_nobody_listens() -> None:
    with pytest.raises(ResolverError, match="Connection refused"):
        ask("127.0.0.99", "app.nostromo.cl")


def test_nothing_may_be_sent_there() -> None:
    with pytest.raises(
        ResolverError, match=r"^this host's firewall lets no question out to it \(network_resolver_addr"
    ):
        ask("127.255.255.255", "app.nostromo.cl")  # a broadcast address, for which a socket has to be told so
