# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which files of a directory git would leave out, by patterns as in a ``.gitignore`` (gitignore(5)).

The controller needs the library pathspec for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

try:
    from pathspec import GitIgnoreSpec
except ImportError:
    GitIgnoreSpec = None

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
# What pathspec does not know: classes of characters within brackets, glob(7).
_CLASSES = {
    "alnum": "A-Za-z0-9",
    "alpha": "A-Za-z",
    "digit": "0-9",
    "lower": "a-z",
    "upper": "A-Z",
    "space": " ",
    "xdigit": "0-9A-Fa-f",
}
_CLASS = re.compile(rf"\[:({'|'.join(_CLASSES)}):\]")


class MissingLibraryError(ImportError):
    """The controller lacks pathspec."""

    def __init__(self) -> None:
        super().__init__(
            "a source with a path needs the Python library pathspec on the controller: pip install pathspec"
        )


class GitIgnore:
    """Patterns of one or more files, each for the paths below its own directory; what comes later wins.

    :raises MissingLibraryError: pathspec is not there.
    """

    def __init__(self, specs: Iterable[tuple[str, Any]] = ()) -> None:
        if GitIgnoreSpec is None:
            raise MissingLibraryError
        self._specs = tuple(specs)

    def with_lines(self, lines: Iterable[str], base: str = "") -> GitIgnore:
        """These and the patterns of a file in the directory ``base`` (relative, empty for the root)."""
        prefix = f"{base}/" if base else ""
        spec = GitIgnoreSpec.from_lines(_CLASS.sub(lambda found: _CLASSES[found[1]], line) for line in lines)
        return GitIgnore((*self._specs, (prefix, spec)))

    def leaves_out(self, path: str, directory: bool) -> bool:
        """Whether a path (relative, with slashes) is left out. What lies in a directory that is left out is so, too."""
        decision = False
        for prefix, spec in self._specs:
            if path.startswith(prefix):
                found = spec.check_file(path[len(prefix) :] + ("/" if directory else "")).include
                decision = decision if found is None else bool(found)
        return decision
