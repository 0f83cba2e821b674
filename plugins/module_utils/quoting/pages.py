# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a text stands in what people read: Markdown (CommonMark, GitHub's tables), its diagrams (Mermaid), and XML."""

from __future__ import annotations

import re

from .characters import UNWRITABLE, readable

_MARKS = re.compile(r"[\\`*\[\]{}|]|(?<![^\W_])_|_(?![^\W_])|~(?=~)|(?<=~)~")
_ENTITY = re.compile(r"&(?=#|\w)")
_IN_DIAGRAM = {ord(mark): f"#{ord(mark)};" for mark in "#&<>`{}\\"} | {ord('"'): "#quot;"}


def markdown(text: object) -> str:
    """A text that is only text: no markup, no HTML, no end of its line or its cell."""
    shown = _MARKS.sub(lambda mark: f"\\{mark[0]}", readable(text))
    shown = _ENTITY.sub("&amp;", shown).replace("<", "&lt;")
    first = re.match(r"[#+>=:~-]|\d+(?=[.)])", shown)
    if first is None:
        return shown
    return f"{first[0]}\\{shown[first.end() :]}" if first[0].isdigit() else f"\\{shown}"


def code(text: object) -> str:
    """A value in code font, in which nothing but the cell's end has a meaning; a dash stands for none."""
    if text == "—":
        return "—"
    shown = readable(text).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence, space = "`" * (longest + 1), " " if shown[:1] == "`" or shown[-1:] == "`" else ""
    return f"{fence}{space}{shown or ' '}{space}{fence}"


def code_block(text: object) -> str:
    """A value on a line of a block of code, which no line of backticks ends."""
    return readable(text).replace("`", "'")


def mermaid(text: object) -> str:
    """A label of a diagram."""
    return f'"{readable(text).translate(_IN_DIAGRAM)}"'


def xml(text: str) -> str:
    """A text of which everything may stand in XML 1.0; what may not is shown as ``\\xNN``."""
    return UNWRITABLE.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
