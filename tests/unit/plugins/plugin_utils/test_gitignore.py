# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is left out is what git itself leaves out."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.plugin_utils.source_tree import TreeError, files
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NAMES = ["a", "b.log", "c d", "#x", "!y", "[z]", "build", "file7.txt"]
PATTERNS = [
    "*.log", "!b.log", "/build", "build/", "a/*", "a/**", "**/build", "a/**/b.log", "file[0-9].txt", "file[!0-9].txt",
    "[[:alpha:]]", "file[[:digit:]].*", "\\#x", "\\!y", "#x", "c\\ d", "c d  ", "*", "!*/", "!a", "?", "\\[z]", "", "   ", "a/",
    "!/a/b.log", "**", "/*", "b.lo[g",
]  # fmt: skip


def kept_by_git(root: Path) -> list[str]:
    """What git would add of a directory."""
    git = ["git", "-c", "core.quotePath=false", "-c", "core.excludesFile=/dev/null", "-C", str(root)]
    subprocess.run([*git, "init", "--quiet"], check=True)
    words = [*git, "ls-files", "-z", "--others", "--exclude-standard"]
    listed = subprocess.run(words, check=True, capture_output=True, text=True)
    return sorted(name for name in listed.stdout.split("\0") if name)


def kept(root: Path) -> list[str]:
    try:
        return files(root, [".git"])
    except TreeError:
        return []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    top=st.lists(st.sampled_from(PATTERNS), max_size=4),
    deep=st.lists(st.sampled_from(PATTERNS), max_size=3),
    paths=st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3), min_size=1, max_size=8),
)
def test_as_git(
    tmp_path_factory: pytest.TempPathFactory, top: list[str], deep: list[str], paths: list[list[str]]
) -> None:
    root = tmp_path_factory.mktemp("tree")
    for path in [[".gitignore"], ["a", ".gitignore"], *paths]:
        place = root.joinpath(*path)
        if not any(parent.is_file() for parent in place.parents) and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("", encoding="utf-8")
    for place, lines in ((root, top), (root / "a", deep)):
        if (place / ".gitignore").is_file():
            (place / ".gitignore").write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert kept(root) == kept_by_git(root)
