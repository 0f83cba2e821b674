# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Text of strangers, such as a build's output, made harmless for a terminal."""

from __future__ import annotations

import unicodedata


def printable(text: str) -> str:
    r"""The text with control and format characters (Unicode Cc, Cf, besides line feed and tab) as ``\xNN``."""
    return "".join(
        character
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
        else f"\\x{ord(character):02x}"
        for character in text
    )
