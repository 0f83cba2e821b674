# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Watch what a build takes of a file system, so that it cannot fill it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from ..files import Directory

_MEBIBYTE = 1024 * 1024
#: What has to stay free, whichever is less: bytes, a share of the file system.
_RESERVE = 1024 * _MEBIBYTE
_SHARE = 0.05
#: How many files a build may make.
_FILES = 500_000
#: Directories deeper than this are not counted, for each that is open takes a descriptor.
_DEEPEST = 100
_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Watch:
    """Looks at a file system while a build runs. ``measure`` counts the bytes that are the build's, which takes longer."""

    def __init__(self, place: Path, limit_mebibytes: int, measure: Callable[[], int]) -> None:
        self._place = place
        self._limit = limit_mebibytes
        self._measure = measure
        free, self._files = self._free()
        # To be measured when the file system has lost as much as the build may take, by whomever.
        self._next = free - limit_mebibytes * _MEBIBYTE

    def fault(self) -> str | None:
        """Why the build has to end."""
        state = os.statvfs(self._place)
        free, files = self._free()
        reserve = min(_RESERVE, int(state.f_blocks * state.f_frsize * _SHARE))
        if free < reserve:
            return f"left less than {reserve // _MEBIBYTE} MiB of the disk free"
        if state.f_files and (self._files - files > _FILES or files < state.f_files * _SHARE):
            return f"made more than {_FILES} files, or left too few free"
        if free < self._next:
            taken = self._measure()
            if taken > self._limit * _MEBIBYTE:
                return f"took more than {self._limit} MiB of the disk"
            self._next = free - (self._limit * _MEBIBYTE - taken)
        return None

    def _free(self) -> tuple[int, int]:
        state = os.statvfs(self._place)
        return state.f_bavail * state.f_frsize, state.f_favail


def size(place: Directory, name: str, enough: int) -> int:
    """Bytes on disk of a tree, counted until they are more than ``enough``. It may change meanwhile."""
    try:
        fd = os.open(name, _OPEN, dir_fd=place.fd)
    except OSError:
        return 0
    try:
        return _size(fd, enough, 0)
    finally:
        os.close(fd)


def _size(fd: int, enough: int, depth: int) -> int:
    total = 0
    with os.scandir(fd) as entries:
        for entry in entries:
            try:
                total += entry.stat(follow_symlinks=False).st_blocks * 512
                if entry.is_dir(follow_symlinks=False) and depth < _DEEPEST:
                    inner = os.open(entry.name, _OPEN, dir_fd=fd)
                    try:
                        total += _size(inner, enough - total, depth + 1)
                    finally:
                        os.close(inner)
            except (FileNotFoundError, NotADirectoryError):
                continue  # it is gone, or something else already
            if total > enough:
                break
    return total
