# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Slips of the hand in group vars: what people mistype, leave out, or write in another type."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Path = tuple[Any, ...]


@dataclass(frozen=True)
class Slip:
    """A slip at a path, and the variable with it."""

    what: str
    path: Path
    value: Any

    def __str__(self) -> str:
        return f"{self.what}: {'.'.join(map(str, self.path))}"


def slips(variables: Mapping[str, Any], seed: int) -> Iterator[Slip]:
    """Slips without end, the same for the same seed."""
    chance = random.Random(seed)
    places = [(name, *path) for name, value in sorted(variables.items()) for path in _places(value)]
    while True:
        path = chance.choice(places)
        whole = {path[0]: copy.deepcopy(variables[path[0]])}
        what = _slip(whole, path, chance)
        if what and whole[path[0]] != variables[path[0]]:
            yield Slip(what, path, whole[path[0]])


def _places(value: Any) -> Iterator[Path]:
    yield ()
    items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        for path in _places(item):
            yield (key, *path)


def _slip(whole: Any, path: Path, chance: random.Random) -> str:
    place = whole
    for step in path[:-1]:
        place = place[step]
    key, value = path[-1], place[path[-1]]
    kind = chance.choice(["key", "remove", "empty", "type", "text", "number"])
    if kind == "key" and isinstance(place, dict) and len(path) > 1:
        place[_mistyped(str(key), chance)] = place.pop(key)
        return f"mistyped key {key}"
    if kind == "remove" and len(path) > 1:
        del place[key]
        return "removed"
    if kind == "empty" and len(path) > 1:
        place[key] = None
        return "without a value"
    if kind == "type":
        place[key] = _other_type(value, chance)
        return f"{value!r:.40} became {place[key]!r:.40}"
    if kind == "text" and isinstance(value, str) and "{{" not in value and len(value) > 1:
        place[key] = _mistyped(value, chance)
        return f"mistyped {value!r}: {place[key]!r}"
    if kind == "number" and isinstance(value, int) and not isinstance(value, bool):
        place[key] = chance.choice([0, -value, value * 1000 + 1, str(value) + "x"])
        return f"{value} became {place[key]!r}"
    return ""


def _mistyped(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    kind = chance.choice(["lost", "twice", "swapped"])
    if kind == "lost":
        return text[:at] + text[at + 1 :]
    if kind == "twice":
        return text[:at] + text[at] + text[at:]
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def _other_type(value: Any, chance: random.Random) -> Any:
    others: list[Any] = [True, False, 7, 1.5, "lots", [], {}, ["x"], {"x": 1}]
    return chance.choice([other for other in others if type(other) is not type(value)])
