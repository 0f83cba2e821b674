# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Text of strangers on a terminal."""

from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.printable import printable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain, größer\n\tindented", "plain, größer\n\tindented"),
        ("\x1b[2J\r\x07", "\\x1b[2J\\x0d\\x07"),
        ("\u202eevil\u200b", "\\x202eevil\\x200b"),
        ("\x9b", "\\x9b"),
    ],
)
def test_what_moves_the_cursor_is_told_as_a_number(text: str, expected: str) -> None:
    assert printable(text) == expected


def test_bytes_that_were_no_text_can_be_printed() -> None:
    assert printable(b"name\x80".decode(errors="surrogateescape")) == "name\\xdc80"
