# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find drop-ins of systemd's in which others set for a unit what a file of ours sets for it (systemd.unit(5)).

Of two drop-ins the one whose name sorts last wins, and settings that are lists add up: either ours or theirs is not what its
author meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

#: Where system units are looked for, but what generators make of other configuration; of files with one name the first counts.
SEARCHED = (
    "etc/systemd/system.control", "run/systemd/system.control", "run/systemd/transient", "etc/systemd/system",
    "etc/systemd/system.attached", "run/systemd/system", "run/systemd/system.attached", "usr/local/lib/systemd/system",
    "usr/lib/systemd/system",
)  # fmt: skip
_OURS = re.compile(r"/etc/systemd/system/(?P<unit>[^/]+\.(?:service|socket|timer|mount|path))(?:\.d/[^/]+\.conf)?")
#: A further value of these takes nothing from what is there, in lower case.
_ADDING = frozenset(
    {
        "after", "also", "before", "bindsto", "conflicts", "description", "documentation", "execstartpost", "execstartpre",
        "onfailure", "onsuccess", "partof", "propagatesreloadto", "requiredby", "requires", "requiresmountsfor", "requisite",
        "upholds", "wantedby", "wants", "wantsmountsfor",
    }
)  # fmt: skip


class Setting(NamedTuple):
    """A line of a unit file: its number, section, key and value."""

    line: int
    section: str
    key: str
    value: str


def conflicts(files: Mapping[str, str | None], root: Path = Path("/")) -> dict[str, str]:
    """The drop-ins of others that set what files of ours set, path -> sentence.

    :param files: path -> content of each of ours, units and drop-ins among them; ``None`` for one that is to go.
    """
    ours: dict[str, list[Setting]] = {}
    for path, content in files.items():
        unit = unit_of(path)
        if unit and content is not None:
            ours.setdefault(unit, []).extend(settings(content))
    return {
        path: sentence
        for unit, wanted in ours.items()
        for path, content in drop_ins(unit, root)
        if path not in files and (sentence := contradiction(unit, wanted, path, settings(content)))
    }


def unit_of(path: str) -> str | None:
    """The unit of whose configuration a file is a part, as an administrator sets it up."""
    found = _OURS.fullmatch(path)
    return found["unit"] if found else None


def contradiction(unit: str, wanted: list[Setting], path: str, theirs: list[Setting]) -> str | None:
    """A sentence that names each line which sets otherwise what is wanted, or ``None``."""
    values: dict[tuple[str, str], list[str]] = {}
    for one in wanted:
        values.setdefault((one.section, one.key.lower()), []).append(one.value)
    lines = [
        f"line {one.line} {one.key}={one.value}"
        for one in theirs
        if (one.section, one.key.lower()) in values
        and one.value not in values[one.section, one.key.lower()]
        and not (one.key.lower() in _ADDING and one.value)
    ]
    return f"{path} sets what {unit} has otherwise: {', '.join(lines)}" if lines else None


def settings(text: str) -> list[Setting]:
    """The settings of a unit file, in their order; one over several lines has the number of its first."""
    found, section, joined, first = [], "", "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if stripped.startswith(("#", ";")):
            continue  # also between continued lines
        first = first if joined else number
        joined += stripped
        if joined.endswith("\\"):
            joined = joined[:-1] + " "
            continue
        key, equals, value = joined.partition("=")
        if joined.startswith("["):
            section = joined.strip("[]")
        elif equals:
            found.append(Setting(first, section, key.strip(), " ".join(value.split())))
        joined = ""
    return found


def drop_ins(unit: str, root: Path = Path("/")) -> Iterator[tuple[str, str]]:
    """Path and content of every drop-in that counts for a unit, in the order of their names."""
    found: dict[str, Path] = {}
    for place in SEARCHED:
        for name in directories(unit):
            for path in sorted((root / place / name).glob("*.conf")):
                found.setdefault(path.name, path)
    for _name, path in sorted(found.items()):
        if path.is_file():  # a link to /dev/null stands for none
            yield f"/{path.relative_to(root)}", path.read_text(encoding="utf-8", errors="replace")


def directories(unit: str) -> list[str]:
    """Names of the directories in which a unit's drop-ins lie: its own, its template's, those of each prefix, its type's."""
    stem, _dot, kind = unit.rpartition(".")
    template, at, _instance = stem.partition("@")
    stems = [stem, *([f"{template}@"] if at else [])]
    prefixes = [template[: found.end()] for found in re.finditer("-", template) if found.end() < len(template)]
    return [*(f"{one}.{kind}.d" for one in (*stems, *reversed(prefixes))), f"{kind}.d"]
