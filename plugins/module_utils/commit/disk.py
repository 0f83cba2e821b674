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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from ..acting import acting_for
from ..files import UnsafeError, directory, others, parent
from ..files import read as read_file
from .journal import beside
from .model import Actual, CommitError, Entry

#: The largest file that is compared and kept, in bytes.
LARGEST_BYTES = 64 << 20


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
        content = read_file(path, LARGEST_BYTES + 1)
        if len(content) > LARGEST_BYTES:
            raise CommitError(f"{path} is larger than {LARGEST_BYTES >> 20} MiB, which is no configuration file")
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
        missing = {path: entry for entry in reversed(entries) for path in _missing_directories(entry)}
        self._missing = dict(sorted(missing.items()))  # what is above comes first
        existing = [entry for entry in entries if entry.kind == "directory" and Path(entry.path) not in self._missing]
        self._existing = sorted(existing, key=lambda entry: entry.path)  # what is above comes first
        self._ready: list[Entry] = []

    @property
    def paths(self) -> list[str]:
        """Every path that is about to change or come to be, directories before what is in them."""
        files = (entry.path for entry in self._entries)
        return list(dict.fromkeys([*self.directories, *map(str, self._missing), *files]))

    @property
    def directories(self) -> list[str]:
        """Directories that are there and get another owner or mode, from the top down."""
        return [entry.path for entry in self._existing]

    @property
    def users(self) -> dict[str, tuple[int, int]]:
        """With whose rights (uid, gid) a path is written, where these are not root's."""
        entries = {str(path): entry for path, entry in self._missing.items()} | {one.path: one for one in self._entries}
        return {path: ids for path, entry in entries.items() if (ids := _user_ids(entry))}

    def refuse_foreign(self) -> None:
        """Make sure that nobody but root, and whoever an entry is written as, will be able to exchange what is written.

        :raises CommitError: another user could, also once the set's directories have their owner and mode.
        """
        wanted = {entry.path: entry for entry in self._entries if entry.kind == "directory"}
        found = {}
        for entry in self._entries:
            with _acting(entry):
                found[entry.path] = foreign(os.path.dirname(entry.path), wanted)
        if any(found.values()):
            lines = "\n".join(f"  {path}: {why}" for path, why in found.items() if why)
            raise CommitError(
                "root writes only where nobody else can put something in a file's place; nothing was changed. Let only "
                f"root own and write to these directories, or declare them so in the set's directories:\n{lines}"
            )

    def secure(self, path: str) -> None:
        """Give a directory that is there its owner and mode, before anything in it is looked at."""
        entry = next(entry for entry in self._existing if entry.path == path)
        with parent(path) as (above, name):
            above.own(name, entry.mode, _ids(entry))

    def prepare(self) -> None:
        """Write every new file beside its target; missing directories come to be.

        :raises CommitError: an owner is unknown, or a file cannot be written; nothing is left of the others.
        """
        for entry in self._entries:
            _check_owner(entry)
        where = ""
        try:
            for missing, entry in self._missing.items():
                where = str(missing)
                with _acting(entry), parent(missing) as (above, name):
                    above.mkdir(name)
            for entry in (entry for entry in self._entries if entry.kind in ("file", "link")):
                where = entry.path
                with _acting(entry), parent(entry.path) as (above, name):
                    self._ready.append(entry)
                    above.remove(beside(name))  # even a directory, which its former owner may have planted
                    if entry.kind == "link":
                        above.symlink(beside(name), os.fsdecode(entry.content or b""))
                    else:
                        above.write(beside(name), entry.content or b"", entry.mode, _ids(entry))
        except OSError as error:
            self.discard()
            raise CommitError(f"cannot write {where}: {error.strerror}; nothing was changed") from error

    def discard(self) -> None:
        """Remove what :meth:`prepare` wrote."""
        for ready in self._ready:
            with _acting(ready), parent(ready.path) as (above, name):
                above.remove(beside(name))
        for missing, entry in reversed(self._missing.items()):
            if missing.is_dir() and not any(missing.iterdir()):
                with _acting(entry), parent(missing) as (above, name):
                    above.rmdir(name)

    def swap(self) -> None:
        """Put everything in its place; directories that came to be get their owner and mode last."""
        for entry in self._entries:
            if entry.kind == "directory":
                continue
            with _acting(entry), parent(entry.path) as (above, name):
                if entry.kind == "absent":
                    above.unlink(name)
                else:
                    above.rename(beside(name), name)
        made = [entry for entry in self._entries if entry.kind == "directory" and Path(entry.path) in self._missing]
        for entry in sorted(made, key=lambda entry: entry.path, reverse=True):
            with parent(entry.path) as (above, name):
                above.own(name, entry.mode, _ids(entry))
        for path, entry in {os.path.dirname(entry.path): entry for entry in self._entries}.items():
            with _acting(entry), directory(path) as opened:
                opened.sync()


def foreign(path: str, wanted: Mapping[str, Entry]) -> str | None:
    """Who else than root can exchange what is in a directory once the wanted ones are so, in words; ``None``: nobody."""
    if path in wanted:
        entry = wanted[path]
        above = foreign(os.path.dirname(path), wanted)
        try:
            who = others(*_ids(entry), entry.mode)
        except KeyError:  # in check mode, what comes before has not made them; prepare() refuses them otherwise
            return above
        return f"{path} {who}" if who else above
    if not any(name.startswith("/") and path.startswith(name + "/") for name in wanted):
        while not os.path.lexists(path):
            path = os.path.dirname(path)
        try:
            directory(path).__exit__()
        except UnsafeError as error:
            return error.why
        except NotADirectoryError:
            return None
        return None
    above = foreign(os.path.dirname(path), wanted)
    if above or not os.path.lexists(path):
        return above
    info = os.lstat(path)
    who = others(info.st_uid, info.st_gid, 0 if stat.S_ISLNK(info.st_mode) else info.st_mode)
    return f"{path} {who}" if who else None


def _user_ids(entry: Entry) -> tuple[int, int] | None:
    """Whose rights an entry is written with; ``None``: root's."""
    if entry.as_user == "root":
        return None
    try:
        user = pwd.getpwnam(entry.as_user)
    except KeyError:
        raise CommitError(f"{entry.path} should be written as {entry.as_user!r}, which does not exist") from None
    return user.pw_uid, user.pw_gid


def _acting(entry: Entry) -> AbstractContextManager[None]:
    return acting_for(_user_ids(entry))


def _ids(entry: Entry) -> tuple[int, int]:
    return pwd.getpwnam(entry.owner).pw_uid, grp.getgrnam(entry.group).gr_gid


def _missing_directories(entry: Entry) -> list[Path]:
    if entry.kind == "absent":
        return []
    path = Path(entry.path)
    candidates = [path, *path.parents] if entry.kind == "directory" else list(path.parents)
    return [candidate for candidate in reversed(candidates) if not candidate.exists()]


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
