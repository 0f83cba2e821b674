# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is in the releases that root keeps, and should not be there."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def main(_argument):
    """Each with its path: not root's, writable by others, setuid, of a special type, a link that leads out."""
    found = []
    for release in Path("/srv").glob("*/releases/*"):
        for path in (release, *release.rglob("*")):
            status = path.lstat()
            mode, is_link = status.st_mode, path.is_symlink()
            faults = {
                f"belongs to user {status.st_uid}": status.st_uid != 0,
                f"has mode {stat.S_IMODE(mode):o}": not is_link and mode & 0o6022 and not stat.S_ISDIR(mode),
                "may be written by others": not is_link and mode & 0o022,
                "is a device, a socket or a FIFO": not (is_link or path.is_dir() or path.is_file()),
                f"leads to {os.path.realpath(path)}": is_link and not is_within(path, release),
            }
            found += [f"{path!r} {fault}" for fault, holds in faults.items() if holds]
    return found[:20]


def is_within(path, release):
    """Whether it ends in the release; a program of the system may be linked to."""
    return os.path.realpath(path).startswith((f"{release}/", "/usr/bin/"))
