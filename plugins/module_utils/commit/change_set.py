# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A set of files that is committed as one: what a task asks for, as a plain value."""

from __future__ import annotations

from dataclasses import dataclass

from .lasting import Connection
from .model import Command, Entry


@dataclass(frozen=True)
class ChangeSet:
    """What a commit should bring about, how it takes effect, and what proves it.

    ``entries`` are the files and directories as they should be; with ``return_to``, a kept commit, they are those from
    before it instead. ``tolerated`` are drop-ins of others that may contradict them. ``active`` succeeds while the running
    state is that of the files. ``lasting`` are connections that it may not take away. ``waits`` says that the controller has
    to confirm the commit, which goes back otherwise.
    """

    name: str
    entries: tuple[Entry, ...] = ()
    return_to: str | None = None
    tolerated: tuple[str, ...] = ()
    validate: tuple[Command, ...] = ()
    activate: tuple[Command, ...] = ()
    deactivate: tuple[Command, ...] = ()
    active: Command = ()
    confirm: tuple[Command, ...] = ()
    lasting: tuple[Connection, ...] = ()
    waits: bool = False
    deadline_seconds: int = 60
    timeout_seconds: int = 120
    keep: int = 10
