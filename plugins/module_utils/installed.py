# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A tree of programs that root installed for everybody: root's, and readable by all, whatever an archive or umask said."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import NamedTuple

from .files import Directory

_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class _Entry(NamedTuple):
    path: str
    name: str
    at: int
    info: os.stat_result


def astray(above: Directory, name: str) -> list[str]:
    """Paths in ``above`` that another user than root could change, or that somebody cannot read; none if it is missing."""
    return ["."] * _hides(above) + [entry.path for entry in _entries(above, name) if _is_astray(entry.info)]


def settle(above: Directory, name: str) -> None:
    """Give what is astray to root, with modes 0755 and 0644; ``above`` is opened to all, unless it is one like ``/root``."""
    if _hides(above):
        os.fchmod(above.fd, stat.S_IMODE(os.fstat(above.fd).st_mode) | 0o555)
    for entry in _entries(above, name):
        if not _is_astray(entry.info):
            continue
        if stat.S_ISLNK(entry.info.st_mode):
            os.chown(entry.name, *_owner(), dir_fd=entry.at, follow_symlinks=False)
            continue
        fd = os.open(entry.name, _OPEN, dir_fd=entry.at)
        try:
            os.fchown(fd, *_owner())
            is_run = stat.S_ISDIR(entry.info.st_mode) or entry.info.st_mode & stat.S_IXUSR
            os.fchmod(fd, 0o755 if is_run else 0o644)
        finally:
            os.close(fd)


def _entries(above: Directory, name: str) -> Iterator[_Entry]:
    """The tree from the top down; what holds an entry is settled before the entry is opened."""
    top = above.lstat(name)
    if top is None:
        return
    yield _Entry(name, name, above.fd, top)
    for path, directories, files, fd in os.fwalk(name, dir_fd=above.fd):
        for inner in (*directories, *files):
            yield _Entry(f"{path}/{inner}", inner, fd, os.stat(inner, dir_fd=fd, follow_symlinks=False))


def _hides(above: Directory) -> bool:
    """Whether a directory that only holds installations cannot be entered by everybody."""
    return above.path.count("/") > 1 and _is_closed(os.fstat(above.fd))


def _is_astray(info: os.stat_result) -> bool:
    if (info.st_uid, info.st_gid) != _owner():
        return True
    return not stat.S_ISLNK(info.st_mode) and (bool(info.st_mode & 0o6022) or _is_closed(info))


def _is_closed(info: os.stat_result) -> bool:
    readable = 0o555 if stat.S_ISDIR(info.st_mode) else 0o444
    return info.st_mode & readable != readable


def _owner() -> tuple[int, int]:
    return os.geteuid(), os.getegid()
