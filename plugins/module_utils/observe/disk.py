# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Room on the file systems that the system writes to, in bytes and in inodes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from typing import TypedDict

from .run import Run

PATHS = (
    "/",
    "/boot",
    "/home",
    "/opt",
    "/srv",
    "/tmp",
    "/var",
    "/var/lib/nginx",
    "/var/lib/postgresql",
    "/var/lib/prometheus",
    "/var/log",
    "/var/tmp",
    "/etc/letsencrypt",
)
#: Of a file system with less room left than this fraction, the largest files are looked for.
CROWDED = 0.1
_SEARCH_SECONDS = 2.0
_LARGEST = 3


class Large(TypedDict):
    """A file with the ``bytes`` that it takes on the disk."""

    path: str
    bytes: int


class FileSystem(TypedDict):
    """``mount`` point, the ``paths`` that lie on it, ``bytes`` and ``inodes`` (as df(1) counts them: without what is kept for
    root) and how many of them are ``…_free``, whether it is ``read_only``, and when it is nearly full its ``largest`` files.
    """

    mount: str
    paths: list[str]
    bytes: int
    bytes_free: int
    inodes: int
    inodes_free: int
    read_only: bool
    largest: list[Large]


def observe(_run: Run, paths: Sequence[str] = PATHS) -> list[FileSystem]:
    """Each file system once."""
    found: dict[int, FileSystem] = {}
    for path in paths:
        try:
            device, room = os.stat(path).st_dev, os.statvfs(path)
        except OSError:
            continue  # this host has no such place
        if device in found:
            found[device]["paths"].append(path)
            continue
        mount = mount_of(path)
        one: FileSystem = {
            "mount": mount,
            "paths": [path],
            "bytes": (room.f_blocks - room.f_bfree + room.f_bavail) * room.f_frsize,
            "bytes_free": room.f_bavail * room.f_frsize,
            "inodes": room.f_files - room.f_ffree + room.f_favail,
            "inodes_free": room.f_favail,
            "read_only": bool(room.f_flag & os.ST_RDONLY),
            "largest": [],
        }
        if one["bytes_free"] < CROWDED * one["bytes"]:
            one["largest"] = largest(mount, device)
        found[device] = one
    return [found[device] for device in sorted(found, key=lambda key: found[key]["mount"])]


def mount_of(path: str) -> str:
    """The directory at which the file system that holds a path is mounted."""
    path = os.path.realpath(path)
    while not os.path.ismount(path):
        path = os.path.dirname(path)
    return path


def largest(directory: str, device: int) -> list[Large]:
    """The largest files found within two seconds, the largest first."""
    until = time.monotonic() + _SEARCH_SECONDS
    files = sorted(((size, path) for size, path in _files(directory, device, until)), reverse=True)
    return [{"path": path, "bytes": size} for size, path in files[:_LARGEST]]


def _files(directory: str, device: int, until: float) -> Iterator[tuple[int, str]]:
    for parent, directories, names in os.walk(directory):
        if time.monotonic() > until:
            return
        directories[:] = [name for name in directories if _is_on(os.path.join(parent, name), device)]
        for name in names:
            path = os.path.join(parent, name)
            try:
                yield os.lstat(path).st_blocks * 512, path
            except OSError:
                continue  # it has gone meanwhile


def _is_on(path: str, device: int) -> bool:
    try:
        return os.lstat(path).st_dev == device
    except OSError:
        return False
