# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Commit a set: look, validate, keep the state before and arm its return, swap the files in, activate, prove."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from . import journal
from .change_set import ChangeSet
from .disk import Replacement
from .installation import install
from .lasting import lost, possible
from .model import Command, CommitError, WindowOpen
from .os_errors import os_errors_as
from .plan import Plan, plan
from .reason import reasons
from .validation import validate


@dataclass(frozen=True)
class Outcome:
    """What a commit did, or in check mode would do; ``commit`` is its identity, once it is made."""

    plan: Plan
    changed: bool
    validated: bool
    commit: str | None = None


@os_errors_as("use", "nothing was changed")
def commit(wanted: ChangeSet, check_mode: bool = False) -> Outcome:
    """Bring a host to what a set should be; in check mode only find out and validate.

    :raises WindowOpen: an earlier commit of the set still awaits its confirmation.
    :raises CommitError: the set cannot be committed, or was and is undone.
    :raises JournalError: the journal cannot do its part.
    """
    with nullcontext(True) if check_mode else journal.locked(wanted.name) as held:
        if not held:
            raise CommitError("another run is committing this set on the host; run again when it has ended")
        unresolved = resolve_pending(wanted.name, check_mode)
        found = plan(wanted)
        if found.changes:
            Replacement(found.differing).refuse_foreign()
        validated = found.is_needed and validate(found.entries, wanted.validate, check_mode, wanted.timeout_seconds)
        if check_mode or not found.is_needed:
            return Outcome(found, found.is_needed or (unresolved and check_mode), validated)
        return Outcome(found, True, validated, carry_out(wanted, found))


def resolve_pending(name: str, check_mode: bool) -> bool:
    """Undo a commit of the set that was neither kept nor undone by its deadline; whether there is, or was, one.

    :raises WindowOpen: its deadline has not come.
    """
    waiting = journal.pending(name)
    if waiting is None:
        return False
    left = waiting["deadline"] - time.time()
    if left > 0:
        raise WindowOpen(
            f"the commit {waiting['id']} awaits its confirmation by another run, or by one that was cut off, and is left "
            f"alone; unless it is confirmed, the host returns to the state before it in {left:.0f} s",
            left,
        )
    if not check_mode:
        journal.undo(name, waiting["id"])
    return True


def carry_out(wanted: ChangeSet, found: Plan) -> str:
    """Swap the entries in and activate them; the commit's identity. It waits if somebody else has to confirm it.

    :raises CommitError: it failed; the text says what the state is then.
    """
    before = possible(wanted.lasting)
    began, until = time.time(), time.monotonic() + wanted.deadline_seconds
    replacement = Replacement(found.differing)
    gone = [Path(entry.path) for entry in found.differing if entry.kind == "absent"] if wanted.return_to else []
    identity = _begin(wanted, found.activate, replacement)
    _replace(wanted, identity, replacement, gone)
    for what, commands in (("activation", journal.applicable(found.activate, gone)), ("confirmation", wanted.confirm)):
        failure = _first_failure(commands, wanted.timeout_seconds, until)
        if failure:
            raise _undone(wanted, identity, what, failure, *reasons(found.activate, began))
    if taken := lost(before, until):
        told = (f"{one} was possible before, and is not after" for one in taken)
        raise _undone(wanted, identity, "confirmation", *told)
    with os_errors_as("keep the commit in", "it is undone at the deadline"):
        if not wanted.waits:
            journal.finish(wanted.name)
        journal.forget(wanted.name, wanted.keep)
    return identity


def _begin(wanted: ChangeSet, activate: Sequence[Command], replacement: Replacement) -> str:
    """Keep the state before and arm the return to it; the commit's identity."""
    with os_errors_as("write", "nothing was changed"):
        install()
        return journal.begin(
            wanted.name,
            replacement.paths,
            activate,
            wanted.deadline_seconds,
            wanted.deactivate,
            replacement.directories,
            replacement.secure,
            replacement.users,
        )


def _replace(wanted: ChangeSet, identity: str, replacement: Replacement, gone: Sequence[Path]) -> None:
    """Put every file in its place, or leave all of them as before."""
    try:
        replacement.prepare()
    except CommitError:
        journal.back_out(wanted.name, identity)
        raise
    journal.retire(gone, wanted.deactivate, wanted.timeout_seconds)
    try:
        with os_errors_as("replace", "every file is as before"):
            replacement.swap()
    except CommitError:
        replacement.discard()
        journal.undo(wanted.name, identity)
        raise


def _undone(wanted: ChangeSet, identity: str, what: str, *told: str) -> CommitError:
    """The error of a commit that is undone by this."""
    again = journal.undo(wanted.name, identity)
    return CommitError("\n".join([f"{what} failed; every file is as before", *told, *_also(again)]))


def _first_failure(commands: Sequence[Sequence[str]], seconds: float, until: float) -> str | None:
    """Run commands up to the first that fails, each for at most so many seconds, and until a time; what went wrong."""
    for command in commands:
        if failure := journal.run(command, max(1.0, min(seconds, until - time.monotonic()))):
            return failure
    return None


def _also(failures: Sequence[str]) -> list[str]:
    return ["Activating that state failed as well:", *failures] if failures else []
