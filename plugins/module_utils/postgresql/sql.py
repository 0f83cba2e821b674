# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names and texts as they stand in SQL. Pure."""

from __future__ import annotations


def identifier(name: str) -> str:
    """A name, quoted. :raises ValueError: PostgreSQL cannot store it."""
    if not name or "\0" in name or len(name.encode()) > 63:
        raise ValueError(f"{name!r} is not a name that PostgreSQL can store (1 to 63 bytes)")
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string constant (``standard_conforming_strings`` is on, as every session has it)."""
    if "\0" in text:
        raise ValueError("a string in SQL cannot hold a zero byte")
    return "'" + text.replace("'", "''") + "'"
