# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stage, swap and restore the files of a set on this host.

Every new file is first written beside its target, so that a full disk or a read-only file system is met before anything
is replaced; the swap itself is one ``rename(2)`` a file. A journal on disk says which activation is still owed, so that
a run that was cut off between swap and activation is finished by the next one.
"""

from __future__ import annotations

import fcntl
import grp
import json
import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from .model import Actual, Command, Entry, FileSetError

STATE_DIRECTORY = Path("/var/lib/nostromo-file-set")
SUFFIX = ".file-set-new"


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
    return Actual(
        kind=kind,
        content=Path(path).read_bytes() if kind == "file" else None,
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
def locked(name: str) -> Iterator[None]:
    """Hold the set's lock. :raises FileSetError: another run holds it."""
    STATE_DIRECTORY.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(STATE_DIRECTORY / f"{name}.lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FileSetError(
                f"another run is committing the set {name!r} on this host; try again when it has ended"
            ) from None
        yield


@contextmanager
def staged(entries: Sequence[Entry]) -> Iterator[Path]:
    """A private directory that holds every file of the set under its full path, for validators."""
    root = Path(tempfile.mkdtemp(prefix="nostromo-file-set-", dir="/run"))
    try:
        for entry in entries:
            target = root / entry.path.lstrip("/")
            if entry.kind == "directory":
                target.mkdir(parents=True, exist_ok=True)
            elif entry.content is not None:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(entry.content)
                target.chmod(entry.mode)
        yield root
    finally:
        shutil.rmtree(root)


class Journal:
    """The activation that a set still owes, kept on disk from before the swap until it has succeeded."""

    def __init__(self, name: str) -> None:
        self._path = STATE_DIRECTORY / f"{name}.owed"

    def owed(self) -> tuple[Command, ...]:
        """The commands that an interrupted run has left undone."""
        try:
            return tuple(tuple(command) for command in json.loads(self._path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return ()

    def owe(self, commands: Sequence[Command]) -> None:
        """Record, durably, what has to be run after the swap."""
        STATE_DIRECTORY.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(self._path, json.dumps(commands).encode(), 0o600)

    def settle(self) -> None:
        """Nothing is owed any more."""
        self._path.unlink(missing_ok=True)


class Swap:
    """Replace the entries that differ; :meth:`restore` puts everything back as it was.

    :raises FileSetError: an owner is unknown, or a file cannot be written; nothing has been replaced then.
    """

    def __init__(self, changes: Mapping[Entry, Actual | None]) -> None:
        self._before = dict(changes)
        self._created: list[Path] = []

    def apply(self) -> None:
        """Write every new file beside its target, then rename them all."""
        self._resolve_owners()
        ready: list[tuple[Path, Entry]] = []
        try:
            for entry in self._before:
                ready.append((self._prepare(entry), entry))
        except OSError as error:
            for new, entry in ready:
                if new != Path(entry.path):
                    new.unlink(missing_ok=True)
            self._remove_created()
            raise FileSetError(
                f"cannot write beside {error.filename or entry.path}: {error.strerror}; nothing was changed"
            ) from error
        for new, entry in ready:
            if entry.kind == "absent":
                os.unlink(entry.path)
            elif entry.kind == "file":
                os.replace(new, entry.path)
            else:
                self._own(new, entry)

    def restore(self) -> None:
        """Put every entry back as it was before :meth:`apply`."""
        for entry, actual in self._before.items():
            path = Path(entry.path)
            if actual is None:
                if entry.kind == "file":
                    path.unlink(missing_ok=True)
            elif actual.kind == "file" and actual.content is not None:
                new = _beside(path)
                _write(new, actual.content, actual.mode)
                shutil.chown(new, actual.owner, actual.group)
                os.replace(new, path)
            elif actual.kind == "directory":
                path.chmod(actual.mode)
                shutil.chown(path, actual.owner, actual.group)
        self._remove_created()

    def _resolve_owners(self) -> None:
        for entry in self._before:
            if entry.kind == "absent":
                continue
            for what, name, look_up in (("user", entry.owner, pwd.getpwnam), ("group", entry.group, grp.getgrnam)):
                try:
                    look_up(name)
                except KeyError:
                    raise FileSetError(
                        f"{entry.path} should belong to the {what} {name!r}, which does not exist"
                    ) from None

    def _prepare(self, entry: Entry) -> Path:
        path = Path(entry.path)
        if entry.kind == "absent":
            return path
        if entry.kind == "directory":
            self._make(path)
            return path
        self._make(path.parent)
        new = _beside(path)
        try:
            _write(new, entry.content or b"", entry.mode)
            self._own(new, entry)
        except OSError:
            new.unlink(missing_ok=True)
            raise
        return new

    def _make(self, directory: Path) -> None:
        missing = [parent for parent in (directory, *directory.parents) if not parent.exists()]
        for parent in reversed(missing):
            parent.mkdir(mode=0o755)
            parent.chmod(0o755)
            self._created.append(parent)

    @staticmethod
    def _own(path: Path, entry: Entry) -> None:
        shutil.chown(path, entry.owner, entry.group)
        path.chmod(entry.mode)

    def _remove_created(self) -> None:
        for directory in reversed(self._created):
            if not any(directory.iterdir()):
                directory.rmdir()
        self._created.clear()


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}{SUFFIX}")


def _write(path: Path, content: bytes, mode: int) -> None:
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(mode)
