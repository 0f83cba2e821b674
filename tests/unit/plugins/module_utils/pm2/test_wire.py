# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Messages as PM2's daemon reads and writes them."""

from __future__ import annotations

import json

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.wire import (
    WireError,
    call,
    decode,
    encode,
    result,
)
from hypothesis import given
from hypothesis import strategies as st

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_a_call_byte_by_byte() -> None:
    body = b'j:{"type": "call", "method": "ping", "args": []}'
    assert call("ping", []) == b"\x12" + len(body).to_bytes(4, "big") + body + b"\x00\x00\x00\x05" + b'j:"1"'


@given(st.lists(VALUES, max_size=15))
def test_what_is_encoded_is_decoded(arguments: list[object]) -> None:
    assert decode(encode(arguments)) == arguments


@given(st.lists(VALUES, min_size=1, max_size=3), st.data())
def test_a_part_of_a_message_is_incomplete(arguments: list[object], data: st.DataObject) -> None:
    message = encode(arguments)
    assert decode(message[: data.draw(st.integers(0, len(message) - 1))]) is None


def test_the_answer_of_a_call() -> None:
    assert result(encode([{"args": [[1, 2]]}, "1"])) == [[1, 2]]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (encode([{"error": "process already online"}, "1"]), "process already online"),
        (encode(["what", "1"]), "the answer is not an object"),
        (b"\x42", "version 4 of the protocol is unknown"),
    ],
)
def test_refusals(data: bytes, message: str) -> None:
    with pytest.raises(WireError) as error:
        result(data)
    assert str(error.value) == message


def test_too_many_arguments() -> None:
    with pytest.raises(WireError, match="at most 15 arguments, not 16"):
        encode([json.loads("1")] * 16)
