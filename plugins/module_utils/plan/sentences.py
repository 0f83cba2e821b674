# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What single changes mean, in words: a sentence for each kind of change, and one that says any change at all."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from .difference import Change, canonical
from .secrets import names_in, without_marks

_SHOWN = 160


@dataclass(frozen=True)
class Line:
    """A sentence, with the lines of a file in which it consists (as diff(1) has them)."""

    text: str
    difference: tuple[str, ...] = ()


#: Says a change as a whole, or as what is said alike of several things, and the thing.
Sentence: TypeAlias = Callable[[Change], str | tuple[str, str]]
Sentences: TypeAlias = Sequence[tuple[str, Sentence]]


def lines(changes: Iterable[Change], sentences: Sentences = ()) -> list[Line]:
    """Changes in words: each by the first sentence whose pattern fits its path, else in a sentence that fits all.

    A pattern is the path with dots, ``*`` for any one part of it, and ``**`` at its end for what is left. What is said alike of
    several things is one line.
    """
    things: dict[str, dict[str, None]] = {}
    differences: dict[str, list[str]] = {}
    for change in changes:
        sentence = next((sentence for pattern, sentence in sentences if fits(pattern, change.path)), generic)
        said = sentence(change)
        text, thing = said if isinstance(said, tuple) else (said, "")
        things.setdefault(text, {})[thing] = None
        differences.setdefault(text, []).extend(difference_of_texts(change))
    return [
        Line(_whole(text, [thing for thing in several if thing]), tuple(map(without_marks, differences[text])))
        for text, several in things.items()
    ]


def _whole(text: str, things: Sequence[str]) -> str:
    return without_marks(f"{text} {', '.join(things)}" if things else text)


def fits(pattern: str, path: Sequence[str]) -> bool:
    """Whether a path is one of a pattern."""
    parts = pattern.split(".")
    if parts[-1] == "**":
        parts = parts[:-1]
        path = path[: len(parts)]
    return len(parts) == len(path) and all(_fits(part, own) for part, own in zip(parts, path, strict=True))


def _fits(part: str, own: str) -> bool:
    return part in ("*", own) or (part.endswith("*") and own.startswith(part[:-1]))


def generic(change: Change, begin: int = 0) -> str | tuple[str, str]:
    """Says any change: ``begin`` is how much of the path is known already."""
    path = ".".join(change.path[begin:])
    if change.nameless:
        place = ".".join(change.path[begin:-1])
        return f"{place} {'gains' if change.kind == 'added' else 'loses'}".strip(), shown(value_of(change))
    if change.kind == "added":
        return f"{path} is new: {shown(change.after)}"
    if change.kind == "removed":
        return f"{path} goes: {shown(change.before)}"
    if change.kind == "reordered":
        return f"{path} stands in another order"
    if secrets := changed_secrets(change):
        return f"{path}: {secrets}"
    return f"{path}: {shown(change.before)} → {shown(change.after)}"


def changed_secrets(change: Change) -> str:
    """That nothing but secrets has changed, and which; empty if that is not so."""
    before, after = canonical(change.before), canonical(change.after)
    if before == after or without_marks(before) != without_marks(after):
        return ""
    return f"the secret changes ({', '.join(names_in(after))})"


def about(subject: str, said: str | tuple[str, str]) -> str | tuple[str, str]:
    """A sentence with its subject before it."""
    return (f"{subject} {said[0]}", said[1]) if isinstance(said, tuple) else f"{subject} {said}"


def value_of(change: Change) -> Any:
    """What comes, is now, or goes."""
    return change.before if change.kind == "removed" else change.after


def shown(value: Any) -> str:
    """A value on one line, as one would write it in YAML, shortened."""
    text = without_marks(_flow(value))
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, str):
        plain = value and value == value.strip() and not set(value) & set("\n{}[],#\"'") and ": " not in value
        return value if plain else json.dumps(value, ensure_ascii=False)
    if isinstance(value, Sequence):
        return f"[{', '.join(map(_flow, value))}]"
    return json.dumps(value, ensure_ascii=False, default=str)


def difference_of_texts(change: Change) -> list[str]:
    """The lines in which texts of several lines differ."""
    before, after = (value if isinstance(value, str) else "" for value in (change.before, change.after))
    if "\n" not in before + after or changed_secrets(change):
        return []
    return list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=1, lineterm=""))[2:]


def count_of_lines(change: Change) -> str:
    """How much of a text changes, such as ``+3 −1 lines``."""
    lines = difference_of_texts(change)
    more, less = (sum(one.startswith(sign) for one in lines) for sign in "+-")
    return f"+{more} −{less} line{'' if more + less == 1 else 's'}"
