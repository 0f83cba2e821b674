# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Text from elsewhere, as it may be shown: nothing in it acts on a terminal or hides what is said."""

from __future__ import annotations

import unicodedata


def printable(text: str) -> str:
    """A text with what is Cc, Cf or (an undecodable byte) Cs in Unicode, but for newline and tab, as ``\\xNN``."""
    if text.isprintable():
        return text
    return "".join(
        f"\\x{ord(character):02x}"
        if character not in "\n\t" and unicodedata.category(character) in {"Cc", "Cf", "Cs"}
        else character
        for character in text
    )
