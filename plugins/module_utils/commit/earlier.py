# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The state before an earlier commit as entries of a set, for the return to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import journal
from .model import Command, Entry


def entries_before(name: str, identity: str) -> tuple[Entry, ...]:
    """What brings back a set as it was before a kept commit. Directories stay: they may hold more by now.

    :raises JournalError: there is no such commit.
    """
    state = journal.state_before(name, identity)
    activate = tuple(tuple(command) for command in state["activate"])
    return tuple(_entry(before, activate) for before in state["before"] if not _is_directory(before))


def _is_directory(before: Mapping[str, Any]) -> bool:
    """Whether a path was a directory, or has become one."""
    return before["kind"] == "directory" or (before["kind"] == "absent" and Path(before["path"]).is_dir())


def _entry(before: Mapping[str, Any], activate: tuple[Command, ...]) -> Entry:
    return Entry(
        path=before["path"],
        kind=before["kind"],
        content=before["target"].encode() if before["kind"] == "link" else before.get("content"),
        owner=before.get("owner", "root"),
        group=before.get("group", "root"),
        mode=before.get("mode", 0),
        sensitive=True,
        activate=activate,
        as_user=before.get("as_user", "root"),
    )
