# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""In what a host differs from a set, and which commands that calls for."""

from __future__ import annotations

from dataclasses import dataclass

from .change_set import ChangeSet
from .disk import read
from .earlier import entries_before
from .journal import run
from .model import Actual, Command, Entry, differences
from .validation import refuse_drop_ins


@dataclass(frozen=True)
class Change:
    """A path that is not as it should be: ``found`` is what is there, ``aspects`` are those of it that differ."""

    entry: Entry
    found: Actual | None
    aspects: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What a commit does: ``activate`` puts the ``changes`` into effect, or what is there already, if the host has ``drifted``.

    ``entries`` is the whole set.
    """

    entries: tuple[Entry, ...]
    changes: tuple[Change, ...]
    activate: tuple[Command, ...]
    drifted: bool

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.changes) or self.drifted

    @property
    def differing(self) -> list[Entry]:
        """The entries of the set that differ."""
        return [change.entry for change in self.changes]


def plan(wanted: ChangeSet) -> Plan:
    """Compare a set with the host.

    :raises CommitError: what is there cannot be replaced, or drop-ins of others contradict the set.
    :raises JournalError: there is no commit such as the one to return to.
    """
    entries = entries_before(wanted.name, wanted.return_to) if wanted.return_to else wanted.entries
    if not wanted.return_to:
        refuse_drop_ins(entries, wanted.tolerated)
    found = {entry: read(entry.path) for entry in entries}
    changes = tuple(
        Change(entry, actual, aspects) for entry, actual in found.items() if (aspects := differences(entry, actual))
    )
    activate = tuple(dict.fromkeys(command for change in changes for command in change.entry.activate))
    drifted = bool(not activate and wanted.active and run(wanted.active, wanted.timeout_seconds))
    return Plan(entries, changes, wanted.activate if drifted else activate, drifted)
