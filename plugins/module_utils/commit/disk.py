# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read, stage and replace the files of a set on this host.

Every new file is first written beside its target, so that a full disk or a read-only file system is met before anything
is replaced; the replacement itself is one ``rename(2)`` a file.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .journal import beside, make_durable, write
from .model import Actual, CommitError, Entry


def read(path: str) -> Actual | None:
    """The state of a path on disk, ``None`` where there is nothing; links are not followed."""
    try:
        info = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    kind = "other"
    for test, name in ((stat.S_ISREG, "file"), (stat.S_ISDIR, "directory"), (stat.S_ISLNK, "link")):
        if test(info.st_mode):
            kind = name
    content = None
    if kind == "file":
        content = Path(path).read_bytes()
    elif kind == "link":
        content = os.fsencode(os.readlink(path))
    return Actual(
        kind=kind,
        content=content,
        owner=_user_name(info.st_uid),
        group=_group_name(info.st_gid),
        mode=stat.S_IMODE(info.st_mode),
    )


def _user_name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _group_name(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


@contextmanager
def staged(entries: Sequence[Entry]) -> Iterator[Path]:
    """A private directory that holds every file of the set under its full path, for validators."""
    root = Path(tempfile.mkdtemp(prefix="nostromo-commit-", dir="/run"))
    try:
        for entry in entries:
            target = root / entry.path.lstrip("/")
            if entry.kind == "directory":
                target.mkdir(parents=True, exist_ok=True)
            elif entry.kind == "link":
                target.parent.mkdir(parents=True, exist_ok=True)
                target.symlink_to(os.fsdecode(entry.content or b""))
            elif entry.content is not None:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(entry.content)
                target.chmod(entry.mode)
        yield root
    finally:
        shutil.rmtree(root)


class Replacement:
    """The entries that differ, written beside their targets and then put in their place."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._missing = list(dict.fromkeys(path for entry in entries for path in _missing_directories(entry)))
        self._ready: list[Path] = []

    @property
    def paths(self) -> list[str]:
        """Every path that is about to change or come to be, directories before what is in them."""
        return list(dict.fromkeys([*map(str, self._missing), *(entry.path for entry in self._entries)]))

    def prepare(self) -> None:
        """Write every new file beside its target; missing directories come to be.

        :raises CommitError: an owner is unknown, or a file cannot be written; nothing is left of the others.
        """
        for entry in self._entries:
            _check_owner(entry)
        where = ""
        try:
            for directory in self._missing:
                where = str(directory)
                directory.mkdir(mode=0o755)
                directory.chmod(0o755)
            for entry in (entry for entry in self._entries if entry.kind in ("file", "link")):
                where = entry.path
                new = beside(Path(entry.path))
                self._ready.append(new)
                if entry.kind == "link":
                    new.unlink(missing_ok=True)
                    new.symlink_to(os.fsdecode(entry.content or b""))
                else:
                    write(new, entry.content or b"", entry.mode)
                    shutil.chown(new, entry.owner, entry.group)
        except OSError as error:
            self.discard()
            raise CommitError(f"cannot write {where}: {error.strerror}; nothing was changed") from error

    def discard(self) -> None:
        """Remove what :meth:`prepare` wrote."""
        for new in self._ready:
            if os.path.lexists(new):
                new.unlink()
        for directory in reversed(self._missing):
            if directory.is_dir() and not any(directory.iterdir()):
                directory.rmdir()

    def swap(self) -> None:
        """Put everything in its place."""
        for entry in self._entries:
            path = Path(entry.path)
            if entry.kind == "absent":
                path.unlink()
            elif entry.kind == "directory":
                shutil.chown(path, entry.owner, entry.group)
                path.chmod(entry.mode)
            else:
                os.replace(beside(path), path)
        make_durable(Path(entry.path).parent for entry in self._entries)


def _missing_directories(entry: Entry) -> list[Path]:
    if entry.kind == "absent":
        return []
    path = Path(entry.path)
    candidates = [path, *path.parents] if entry.kind == "directory" else list(path.parents)
    return [directory for directory in reversed(candidates) if not directory.exists()]


def _check_owner(entry: Entry) -> None:
    if entry.kind == "absent":
        return
    try:
        pwd.getpwnam(entry.owner)
    except KeyError:
        raise CommitError(f"{entry.path} should belong to the user {entry.owner!r}, which does not exist") from None
    try:
        grp.getgrnam(entry.group)
    except KeyError:
        raise CommitError(f"{entry.path} should belong to the group {entry.group!r}, which does not exist") from None
