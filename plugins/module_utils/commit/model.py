# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a set of files should be, what it is, and how the two differ: pure values and functions."""

from __future__ import annotations

from dataclasses import dataclass

Command = tuple[str, ...]


class CommitError(Exception):
    """A set cannot be committed; the text is for the user."""


class WindowOpen(CommitError):
    """An earlier commit of the set still awaits its confirmation, for ``seconds_left`` at most."""

    def __init__(self, text: str, seconds_left: float) -> None:
        super().__init__(text)
        self.seconds_left = seconds_left


@dataclass(frozen=True)
class Entry:
    """A file, or a directory, as it should be.

    ``content`` is a link's target, ``None`` for directories and for files that should be absent. ``activate`` holds the
    commands, one tuple of words each, that put a change of this entry into effect. ``as_user`` is whose rights it is
    written with: in a place of that user's, root does nothing by name.
    """

    path: str
    kind: str = "file"  # "file", "link", "directory" or "absent"
    content: bytes | None = None
    owner: str = "root"
    group: str = "root"
    mode: int = 0o644
    sensitive: bool = False
    activate: tuple[Command, ...] = ()
    as_user: str = "root"


@dataclass(frozen=True)
class Actual:
    """A path as it is on disk. ``content`` is a link's target, ``None`` for anything that is no regular file."""

    kind: str  # "file", "directory", "link" or "other"
    content: bytes | None
    owner: str
    group: str
    mode: int


def differences(entry: Entry, actual: Actual | None) -> tuple[str, ...]:
    """In what a path differs from what it should be: ``state``, ``content``, ``owner``, ``group``, ``mode``.

    :raises CommitError: a directory stands where a file should be, or the other way round; nothing is removed for it.
    """
    if entry.kind == "absent":
        if actual is not None and actual.kind == "directory":
            raise CommitError(f"{entry.path} is a directory; a set removes files only")
        return () if actual is None else ("state",)
    if actual is None:
        return ("state",)
    if (entry.kind == "directory") != (actual.kind == "directory"):
        raise CommitError(f"{entry.path} is a {actual.kind} on the host; the set wants a {entry.kind} there")
    if actual.kind != entry.kind:
        return ("state",)
    if entry.kind == "link":
        return () if actual.content == entry.content else ("content",)
    wanted = {"content": entry.content, "owner": entry.owner, "group": entry.group, "mode": entry.mode}
    found = {"content": actual.content, "owner": actual.owner, "group": actual.group, "mode": actual.mode}
    return tuple(aspect for aspect in wanted if wanted[aspect] != found[aspect])


def diff(entry: Entry, actual: Actual | None) -> dict[str, str]:
    """One entry of Ansible's ``diff``: before and after, contents of sensitive files left out."""
    return {
        "before_header": entry.path,
        "after_header": entry.path,
        "before": _describe(actual.kind, actual.content, actual, entry.sensitive) if actual else "",
        "after": "" if entry.kind == "absent" else _describe(entry.kind, entry.content, entry, entry.sensitive),
    }


def _describe(kind: str, content: bytes | None, has: Actual | Entry, sensitive: bool) -> str:
    head = f"{kind} owner={has.owner} group={has.group} mode={has.mode:04o}\n"
    if content is None:
        return head
    return head + ("(content not shown)\n" if sensitive else content.decode("utf-8", "replace"))
