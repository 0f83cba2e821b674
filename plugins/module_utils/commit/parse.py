# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read the arguments of a confirmed commit into the set that it commits."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .arguments import fault
from .change_set import ChangeSet
from .lasting import Connection
from .model import Command, CommitError, Entry


def change_set(params: Mapping[str, Any]) -> ChangeSet:
    """The set that a task asks for, from arguments of the right types.

    :raises CommitError: one of them cannot be used.
    """
    if wrong := fault(params):
        raise CommitError(wrong)
    confirm = params["confirm"] or {}
    activate = commands(params["activate"], "activate")
    return ChangeSet(
        name=params["name"],
        entries=entries(params["files"], params["directories"], activate),
        return_to=params["return_to"],
        tolerated=tuple(params["tolerated"]),
        validate=commands(params["validate"], "validate"),
        activate=activate,
        deactivate=commands(params["deactivate"], "deactivate"),
        active=tuple(shlex.split(params["active"] or "")),
        confirm=commands(confirm.get("command"), "confirm.command"),
        lasting=tuple(Connection(**one) for one in confirm.get("connections") or ()),
        waits=bool(confirm.get("connection") or confirm.get("url")),
        deadline_seconds=params["deadline_seconds"],
        timeout_seconds=params["timeout_seconds"],
        keep=params["keep"],
    )


def commands(value: object, parameter: str) -> tuple[Command, ...]:
    """A string or a list of strings as commands, each a tuple of words."""
    lines = [value] if isinstance(value, str) else value or []
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise CommitError(f"{parameter}: give a command or a list of commands")
    return tuple(tuple(shlex.split(line)) for line in lines)


def entries(
    files: Sequence[Mapping[str, Any]], directories: Sequence[Mapping[str, Any]], activate: tuple[Command, ...]
) -> tuple[Entry, ...]:
    """The entries of a set, directories first. ``activate`` is for the files that have no commands of their own.

    :raises CommitError: one is incomplete, or two are for one path.
    """
    found = (*map(_directory, directories), *(_file(item, activate) for item in files))
    if wrong := next(_misplaced([entry.path for entry in found]), None):
        raise CommitError(wrong)
    return found


def _directory(item: Mapping[str, Any]) -> Entry:
    return Entry(item["path"], "directory", None, item["owner"], item["group"], _mode(item))


def _file(item: Mapping[str, Any], activate: tuple[Command, ...]) -> Entry:
    absent, own = item["state"] == "absent", item["activate"]
    if not absent and item["content"] is None:
        raise CommitError(f"{item['path']}: content is missing")
    return Entry(
        path=item["path"],
        kind="absent" if absent else "file",
        content=None if absent else item["content"].encode(),
        owner=item["owner"],
        group=item["group"],
        mode=_mode(item),
        sensitive=item["sensitive"],
        activate=activate if own is None else commands(own, f"activate of {item['path']}"),
        as_user=item["as_user"],
    )


def _mode(item: Mapping[str, Any]) -> int:
    """A mode such as ``0644`` as a number."""
    try:
        return int(item["mode"], 8)
    except ValueError:
        raise CommitError(f"{item['path']}: mode {item['mode']!r} is not octal, such as '0644'") from None


def _misplaced(paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        if not path.startswith("/"):
            yield f"{path}: give an absolute path"
        if paths.count(path) > 1:
            yield f"{path} stands in the set twice"
