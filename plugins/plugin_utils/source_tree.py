# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A source directory on the controller: its files, their digest, and an archive that is the same for the same files."""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from .gitignore import GitIgnore


class TreeError(ValueError):
    """A directory that cannot be a service's source."""


def files(root: Path, exclude: Iterable[str]) -> list[str]:
    """Relative paths of files and links below ``root``, sorted, without what ``exclude`` or a ``.gitignore`` names."""
    if not root.is_dir():
        raise TreeError(f"{root} is not a directory on the controller")
    found = sorted(_walk(root, "", GitIgnore(), GitIgnore().with_lines(exclude)))
    if not found:
        raise TreeError(f"{root} holds no files that belong to a release")
    return found


def _walk(root: Path, base: str, ignore: GitIgnore, exclude: GitIgnore) -> Iterator[str]:
    directory = root / base
    rules = directory / ".gitignore"
    if rules.is_file():
        ignore = ignore.with_lines(rules.read_text("utf-8").splitlines(), base)
    for entry in sorted(os.scandir(directory), key=lambda item: item.name):
        path = f"{base}/{entry.name}" if base else entry.name
        real_directory = entry.is_dir(follow_symlinks=False)
        # No .gitignore can bring back what the caller excludes.
        if ignore.leaves_out(path, real_directory) or exclude.leaves_out(path, real_directory):
            continue
        if real_directory:
            yield from _walk(root, path, ignore, exclude)
        elif entry.is_symlink() or entry.is_file(follow_symlinks=False):
            yield path


def digest(root: Path, paths: Iterable[str]) -> str:
    """SHA-256 over names, contents, link targets and executable bits; times and owners don't count."""
    total = hashlib.sha256()
    for path in paths:
        kind, body = _entry(root / path)
        total.update(f"{len(path)}:{path}:{kind}:{len(body)}:".encode())
        total.update(body)
    return total.hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    if not path.is_file():
        raise TreeError(f"{path} is not a file on the controller")
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def archive(root: Path, paths: Iterable[str], target: BinaryIO) -> None:
    """Write a compressed tar archive of these files."""
    with (
        gzip.GzipFile(fileobj=target, mode="wb", mtime=0, compresslevel=6) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in paths:
            tar.add(root / path, arcname=path, recursive=False, filter=_anonymous)


def _entry(path: Path) -> tuple[str, bytes]:
    if path.is_symlink():
        return "link", os.fsencode(os.readlink(path))
    executable = path.stat().st_mode & stat.S_IXUSR
    return "program" if executable else "file", path.read_bytes()


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    member.mtime = 0
    if member.isfile():
        member.mode = 0o755 if member.mode & stat.S_IXUSR else 0o644
    return member
