# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""File work of root by descriptors instead of names, so that nobody can put something else in a name's place.

A directory is opened one component after the other (openat(2) with O_NOFOLLOW). It is used only if nobody but root, and
whoever acts, can rename what is in it on its whole way from ``/``; a symbolic link is followed only where such a directory
holds it. What is then done happens relative to that descriptor: names are single components, never paths.
"""

from __future__ import annotations

import errno
import fcntl
import grp
import os
import pwd
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, TypeVar, cast

_Method = TypeVar("_Method", bound=Callable[..., Any])

#: As many symbolic links as Linux follows in one path, path_resolution(7).
_MOST_LINKS = 40
#: How long to wait before a lock is asked for again.
_PAUSE_SECONDS = 0.1
_LOOK = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class UnsafeError(OSError):
    """A path that another user could turn elsewhere, or that is not of the expected kind.

    ``strerror`` is a sentence for the user, with path and remedy; ``why`` is that sentence without the remedy.
    """

    def __init__(self, path: str, why: str, remedy: str = "") -> None:
        self.why = f"{path} {why}"
        super().__init__(errno.EPERM, f"{self.why}: {remedy}" if remedy else self.why, path)

    def __str__(self) -> str:
        return str(self.strerror)


def _says_where(method: _Method) -> _Method:
    """Have the system's errors, which know a name at most, name the whole path."""

    @wraps(method)
    def told(self: Directory, name: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, name, *args, **kwargs)
        except UnsafeError:
            raise
        except OSError as error:
            raise OSError(error.errno, error.strerror, os.path.join(self.path, name)) from error

    return cast(_Method, told)


class Directory:
    """An open directory in which only root, and whoever acts, can rename. ``fd`` is closed with the ``with`` block."""

    def __init__(self, fd: int, path: str) -> None:
        self.fd = fd
        self.path = path

    def __enter__(self) -> Directory:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.fd)

    def names(self) -> list[str]:
        """What the directory holds, sorted."""
        return sorted(os.listdir(self.fd))

    def lstat(self, name: str) -> os.stat_result | None:
        """The entry itself, not what it leads to; ``None`` where there is none."""
        try:
            return os.stat(_single(name), dir_fd=self.fd, follow_symlinks=False)
        except FileNotFoundError:
            return None

    @_says_where
    def readlink(self, name: str) -> str:
        """Where a symbolic link leads."""
        return os.readlink(_single(name), dir_fd=self.fd)

    @_says_where
    def open(self, name: str) -> Directory:
        """A directory in this one, under the same conditions."""
        path = os.path.join(self.path, name)
        fd = os.open(_single(name), _LOOK | os.O_DIRECTORY, dir_fd=self.fd)
        try:
            _refuse_others(os.fstat(fd), path)
            return Directory(_readable(fd), path)
        finally:
            os.close(fd)

    def read(self, name: str, limit_bytes: int | None = None) -> bytes:
        """A regular file, or its first bytes."""
        with open(_regular(_single(name), self.fd, self.path), "rb") as file:
            return file.read() if limit_bytes is None else file.read(limit_bytes)

    @_says_where
    def write(self, name: str, content: bytes, mode: int = 0o600, owner: tuple[int, int] | None = None) -> None:
        """Write a file durably, in place of whatever has its name; it has owner (uid, gid) and mode before it is closed."""
        self.unlink(name)
        with open(os.open(name, _CREATE, 0o600, dir_fd=self.fd), "wb") as file:
            file.write(content)
            file.flush()
            _give(file.fileno(), mode, owner)
            os.fsync(file.fileno())

    @_says_where
    def mkdir(self, name: str, mode: int = 0o755, owner: tuple[int, int] | None = None) -> None:
        """Make a directory."""
        os.mkdir(_single(name), 0o700, dir_fd=self.fd)
        self.own(name, mode, owner)

    @_says_where
    def own(self, name: str, mode: int, owner: tuple[int, int] | None = None) -> None:
        """Give an existing file or directory mode and owner (uid, gid)."""
        fd = os.open(_single(name), _READ, dir_fd=self.fd)
        try:
            _give(fd, mode, owner)
        finally:
            os.close(fd)

    @_says_where
    def symlink(self, name: str, target: str) -> None:
        """Make a symbolic link, in place of whatever has its name."""
        self.unlink(name)
        os.symlink(target, name, dir_fd=self.fd)

    def link(self, name: str, source: Directory, source_name: str) -> None:
        """Give a file of another directory, not what it leads to, a further name here."""
        os.link(_single(source_name), _single(name), src_dir_fd=source.fd, dst_dir_fd=self.fd, follow_symlinks=False)

    @_says_where
    def rename(self, old: str, new: str, to: Directory | None = None) -> None:
        """Rename in one step, rename(2), also into another directory."""
        os.rename(_single(old), _single(new), src_dir_fd=self.fd, dst_dir_fd=(to or self).fd)

    @_says_where
    def unlink(self, name: str) -> None:
        """Remove what is no directory, if it is there; where nothing is, a read-only file system is no hindrance."""
        if self.lstat(name) is not None:
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=self.fd)

    @_says_where
    def rmdir(self, name: str) -> None:
        """Remove an empty directory."""
        os.rmdir(_single(name), dir_fd=self.fd)

    def remove(self, name: str) -> None:
        """Remove whatever is there, directories with all that they hold, however deep."""
        info = self.lstat(name)
        if info is None or not stat.S_ISDIR(info.st_mode):
            self.unlink(name)
            return
        waiting = [name]
        while waiting:
            emptied = waiting.pop()
            waiting += _empty(emptied, self.fd)
            self.rmdir(emptied)

    def sync(self) -> None:
        """Have the names in the directory survive a loss of power."""
        os.fsync(self.fd)


def directory(path: str | Path, make: bool = False) -> Directory:
    """Open a directory by its absolute path; ``make`` it, and those on the way to it (0755), where it is missing.

    :raises UnsafeError: another user than root, and whoever acts, could rename what is in it or on the way to it.
    :raises OSError: it is missing, or no directory.
    """
    fd, real = _walk(os.fspath(path), make=make, foreign=False)
    try:
        return Directory(_readable(fd), real)
    finally:
        os.close(fd)


@contextmanager
def opened(path: str | Path) -> Iterator[BinaryIO]:
    """A regular file to be read, which may lie in a directory of another user; conditions and errors as of :func:`read`."""
    above, name = os.path.split(os.fspath(path))
    fd, real = _walk(above, make=False, foreign=True)
    try:
        regular = _regular(_single(name), fd, real, single=_others(os.fstat(fd)) is not None)
    finally:
        os.close(fd)
    with open(regular, "rb", buffering=0) as file:
        yield file


@contextmanager
def parent(path: str | Path, make: bool = False) -> Iterator[tuple[Directory, str]]:
    """The directory that holds a path, as :func:`directory` opens it, and the path's name in it."""
    above, name = os.path.split(os.fspath(path))
    with directory(above, make) as opened:
        yield opened, name


def read(path: str | Path, limit_bytes: int, tail: bool = False) -> bytes:
    """The first, or with ``tail`` the last, bytes of a regular file, which may lie in a directory of another user.

    There no symbolic link is followed, and the file must have no second name.

    :raises UnsafeError: it is none, or another user could have turned the path elsewhere.
    """
    with opened(path) as file:
        if tail:
            file.seek(max(0, os.fstat(file.fileno()).st_size - limit_bytes))
        return _first(file, limit_bytes)


def _first(file: BinaryIO, limit_bytes: int) -> bytes:
    """The next bytes of an unbuffered file, which may hand them out in parts."""
    found = b""
    while len(found) < limit_bytes and (more := file.read(limit_bytes - len(found))):
        found += more
    return found


def locks(fd: int, patience_seconds: float) -> bool:
    """Lock what a descriptor leads to, flock(2); whether that came about in the time. The lock goes with the descriptor."""
    until = time.monotonic() + patience_seconds
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(_PAUSE_SECONDS)


def _walk(path: str, make: bool, foreign: bool) -> tuple[int, str]:
    """Open a directory component by component: an O_PATH descriptor and the path without links."""
    if not path.startswith("/"):
        raise UnsafeError(path, "is not an absolute path")
    waiting = list(reversed(PurePosixPath(path).parts[1:]))
    at, where, links, trusted = os.open("/", _LOOK), "/", 0, True
    try:
        while waiting:
            name = waiting.pop()
            inner = os.path.normpath(os.path.join(where, name))
            new = _step(at, name, inner, make)
            info = os.fstat(new)
            if stat.S_ISLNK(info.st_mode):
                target = os.readlink("", dir_fd=new)
                os.close(new)
                links += 1
                if links > _MOST_LINKS:
                    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
                if not trusted or info.st_uid not in _trusted_users():
                    raise UnsafeError(inner, f"is a symbolic link of {_user(info.st_uid)}, and is not followed")
                waiting += reversed(PurePosixPath(target).parts)
                if target.startswith("/"):
                    waiting.pop()
                    os.close(at)
                    at, where = os.open("/", _LOOK), "/"
                continue
            os.close(at)
            at, where = new, inner
            if not stat.S_ISDIR(info.st_mode):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), where)
            if foreign:
                trusted = trusted and _others(info) is None
            else:
                _refuse_others(info, where)
    except BaseException:
        os.close(at)
        raise
    return at, where


def _step(at: int, name: str, path: str, make: bool) -> int:
    try:
        return os.open(name, _LOOK, dir_fd=at)
    except FileNotFoundError:
        if not make:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path) from None
    os.mkdir(name, 0o700, dir_fd=at)
    made = os.open(name, _READ | os.O_DIRECTORY, dir_fd=at)
    os.fchmod(made, 0o755)
    return made


def _empty(name: str, at: int) -> list[str]:
    """Remove what a directory holds; directories that are not empty come to lie beside it, under new names."""
    moved = []
    fd = os.open(name, _READ | os.O_DIRECTORY, dir_fd=at)
    try:
        with os.scandir(fd) as entries:
            held = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
        for entry, is_directory in held:
            if not is_directory:
                os.unlink(entry, dir_fd=fd)
                continue
            try:
                os.rmdir(entry, dir_fd=fd)
            except OSError as error:
                if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
                    raise
                moved.append(f".removed-{os.urandom(8).hex()}")
                os.rename(entry, moved[-1], src_dir_fd=fd, dst_dir_fd=at)
    finally:
        os.close(fd)
    return moved


def _readable(fd: int) -> int:
    """The directory of an O_PATH descriptor, opened to be listed and synchronised."""
    return os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=fd)


def _regular(name: str, at: int, where: str, single: bool = False) -> int:
    """Open a regular file to be read, never waiting for whoever holds the other end of a FIFO."""
    path = os.path.join(where, name)
    try:
        fd = os.open(name, _READ, dir_fd=at)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise UnsafeError(path, "is a symbolic link, and is not followed") from None
        raise OSError(error.errno, error.strerror, path) from None
    info = os.fstat(fd)
    if not stat.S_ISREG(info.st_mode) or (single and info.st_nlink != 1):
        os.close(fd)
        raise UnsafeError(path, "has a second name" if stat.S_ISREG(info.st_mode) else "is not a regular file")
    return fd


def _give(fd: int, mode: int, owner: tuple[int, int] | None) -> None:
    if owner is not None:
        os.fchown(fd, *owner)
    os.fchmod(fd, mode)  # after the owner, for chown(2) clears set-user-ID bits


def _single(name: str) -> str:
    if not name or "/" in name or name in {".", ".."}:
        raise UnsafeError(name, "is not the name of an entry of a directory")
    return name


def _trusted_users() -> tuple[int, int]:
    return 0, os.geteuid()


def others(uid: int, gid: int, mode: int) -> str | None:
    """Who else can rename what is in a directory, in words; ``None``: nobody. Sticky ones protect what others own."""
    if uid not in _trusted_users():
        return f"belongs to {_user(uid)}"
    if mode & stat.S_ISVTX:
        return None
    if mode & stat.S_IWOTH:
        return "is writable by everybody"
    if mode & stat.S_IWGRP and gid not in (0, os.getegid()):
        return f"is writable by the group {_group(gid)}"
    return None


def _others(info: os.stat_result) -> str | None:
    return others(info.st_uid, info.st_gid, info.st_mode)


def _refuse_others(info: os.stat_result, path: str) -> None:
    who = _others(info)
    if who:
        raise UnsafeError(path, f"{who}, who could put something else there", "let only root own it and write to it")


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)
