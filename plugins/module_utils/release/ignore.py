# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which files of a directory belong to its sources: patterns as in a ``.gitignore``.

Source: ``man gitignore``, "PATTERN FORMAT".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

#: What a build makes, or a workstation keeps; never part of a release's sources.
DEFAULT = (
    ".git",
    "node_modules",
    "/dist",
    ".venv",
    "__pycache__",
    "*.pyc",
    ".astro",
    ".env",
    ".cache",
    ".pytest_cache",
)


@dataclass(frozen=True)
class Pattern:
    """One line: ``include`` is true for ``!``, ``directory`` for a trailing slash."""

    expression: re.Pattern[str]
    include: bool
    directory: bool


def parse(lines: Iterable[str], base: str = "") -> list[Pattern]:
    """The patterns of a file that lies in the directory ``base`` (relative, empty for the root)."""
    patterns = []
    for raw in lines:
        line = raw.rstrip("\n").rstrip()
        if not line or line.startswith("#"):
            continue
        include = line.startswith("!")
        line = line[1:] if include else line.removeprefix("\\")
        directory = line.endswith("/")
        line = line.rstrip("/")
        anchored = "/" in line
        prefix = re.escape(f"{base}/") if base else ""
        body = _translate(line.lstrip("/"))
        patterns.append(
            Pattern(re.compile(prefix + ("" if anchored else "(?:.*/)?") + body + r"\Z"), include, directory)
        )
    return patterns


def ignored(path: str, directory: bool, patterns: Iterable[Pattern]) -> bool:
    """Whether a path (relative, with slashes) is left out; the last pattern that matches decides."""
    decision = False
    for pattern in patterns:
        if (directory or not pattern.directory) and pattern.expression.match(path):
            decision = not pattern.include
    return decision


def _translate(glob: str) -> str:
    parts = []
    position = 0
    while position < len(glob):
        rest = glob[position:]
        if rest.startswith("**/"):
            parts.append("(?:.*/)?")
            position += 3
        elif rest.startswith("**"):
            parts.append(".*")
            position += 2
        elif rest[0] == "*":
            parts.append("[^/]*")
            position += 1
        elif rest[0] == "?":
            parts.append("[^/]")
            position += 1
        elif rest[0] == "[" and "]" in rest[2:]:
            end = rest.index("]", 2)
            inner = rest[1:end].replace("\\", r"\\")
            parts.append("[" + ("^" + inner[1:] if inner[0] in "!^" else inner) + "]")
            position += end + 1
        else:
            parts.append(re.escape(rest[0]))
            position += 1
    return "".join(parts)
