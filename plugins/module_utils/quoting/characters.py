# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which characters a value may have at all, and the two ways to see to it: refuse, or say it on one line."""

from __future__ import annotations

import re

#: Letters, digits and marks that mean nothing in any kind of file.
PLAIN = re.compile(r"[A-Za-z0-9_./:@+,=-]+")
#: Line breaks (of Unicode too, at which Python splits), control characters, and what UTF-8 or XML cannot hold: lone surrogates
#: and the non-characters U+FFFE and U+FFFF (XML 1.0, section 2.2).
_UNWRITABLE = r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff"
UNWRITABLE = re.compile(f"[{_UNWRITABLE}]")
BREAKS = re.compile(f"[{_UNWRITABLE}\\t\\n\\v\\f\\r\\x85\\u2028\\u2029]")


class UnquotableError(ValueError):
    """A value that a kind of file cannot hold; the text says which, why, and what would be right."""

    def __init__(self, value: str, reason: str, remedy: str) -> None:
        self.reason, self.remedy = reason, remedy
        super().__init__(f"{value!a} {reason}; {remedy}")


def scalar(value: object) -> str:
    """A value of a place that takes one: a text or a number, as it stands in YAML. :raises UnquotableError: it is none."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise UnquotableError(str(value), "is neither a text nor a number", "write one, in quotes if need be")
    return str(value)


def line(value: object) -> str:
    """A value that keeps to its line. :raises UnquotableError: it does not."""
    text = scalar(value)
    if BREAKS.search(text):
        raise UnquotableError(
            text, "holds a line break or a control character", "write it on one line, in plain characters"
        )
    return text


def matching(value: object, pattern: re.Pattern[str], what: str, remedy: str) -> str:
    """A value of which all matches a pattern. :raises UnquotableError: it is not ``what``."""
    text = scalar(value)
    if not pattern.fullmatch(text):
        raise UnquotableError(text, f"is not {what}", remedy)
    return text


def readable(value: object) -> str:
    """Free text on one line, with a space for each stretch of what a line cannot hold. Refuses nothing."""
    return " ".join(BREAKS.sub(" ", str(value)).split())
