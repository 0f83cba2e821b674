# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Try a set before anything is changed: its own validators, on a staged copy, and what others have set for its units."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence

from ..conflicts import refusal, standing
from ..drop_ins import conflicts
from .disk import staged
from .journal import run
from .model import Command, CommitError, Entry
from .os_errors import os_errors_as


def validate(entries: Sequence[Entry], validators: Sequence[Command], check_mode: bool, seconds: float) -> bool:
    """Run the validators on the staged set; whether all of them were there to run, as they must be but in check mode.

    :raises CommitError: one is missing, or finds the set wrong.
    """
    missing = [command[0] for command in validators if not shutil.which(command[0])]
    if missing and not check_mode:
        raise CommitError(f"the validator {missing[0]} is not installed on the host; nothing was changed")
    if missing or not validators:
        return False
    with os_errors_as("stage", "nothing was changed"), staged(entries) as root:
        failures = (_failure(command, str(root), seconds) for command in validators)
        failure = next((said for said in failures if said), None)
    if failure:
        raise CommitError(f"the new configuration is not valid; nothing was changed\n{failure}")
    return True


def refuse_drop_ins(entries: Sequence[Entry], tolerated: Collection[str]) -> None:
    """:raises CommitError: others set for a unit of the set what the set has otherwise."""
    texts = {
        entry.path: None if entry.content is None else entry.content.decode()
        for entry in entries
        if entry.kind != "directory"
    }
    found = standing(conflicts(texts), tolerated)
    if found:
        what = "others set in drop-ins what this set has otherwise; nothing was changed"
        raise CommitError(refusal(what, found, "tolerated (of a role: ROLE_tolerated)", "Remove these lines."))


def _failure(command: Command, root: str, seconds: float) -> str | None:
    """What a validator says against the staged files, in the words of the real paths, or ``None``."""
    failure = run([word.replace("{root}", root) for word in command], seconds)
    return failure and failure.replace(root, "")
