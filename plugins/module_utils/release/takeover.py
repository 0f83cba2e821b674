# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Root takes over the tree that a build left, by descriptors: owner and modes are set, and what could harm is refused.

Afterwards a tree holds directories, regular files, and symbolic links that stay in it or lead to the system's programs.
(Nix does the same to what its builders made, ``canonicalisePathMetaData``.)
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from ..files import Directory
from ..printable import printable
from .model import BuildError

#: How many files and directories a release may hold, and how deep.
_MOST_ENTRIES = 500_000
_DEEPEST = 100
_MOST_FAULTS = 20
#: As many symbolic links as Linux follows in one path, path_resolution(7).
_MOST_LINKS = 40
#: Where links of a release may lead besides: a virtual environment links to the interpreter that it is of.
_PROGRAMS = ("/usr/", "/opt/", "/bin/")
_DIRECTORY = 0o750
_FILE = 0o640
_PROGRAM = 0o750
_KINDS = {stat.S_IFIFO: "FIFO", stat.S_IFSOCK: "socket"}
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass
class _Tree:
    """What was found on the way: links by path, faults, and how many names of a file with several were seen."""

    users: Collection[int]
    group: int
    links: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    names: Counter[tuple[int, int]] = field(default_factory=Counter)
    several: dict[tuple[int, int], tuple[str, int]] = field(default_factory=dict)
    entries: int = 0


def take_over(
    place: Directory,
    name: str,
    home: str,
    users: Collection[int],
    group: int,
    shared: Mapping[str, str] | None = None,
) -> None:
    """Give the tree ``name`` to root and ``group``, which can read it; its absolute links know it as ``home``.

    Everything in it has to belong to one of ``users`` (uids). Nobody else may be able to write to it meanwhile.
    Of links that lead out it may hold those of ``shared``, by path, and none that leads on through one of them.

    :raises BuildError: it holds what no release may hold; the message lists it.
    """
    tree = _Tree(users, group)
    fd = os.open(name, _OPEN | os.O_DIRECTORY, dir_fd=place.fd)
    try:
        if os.fstat(fd).st_uid not in users:
            raise BuildError(f"{home} belongs to somebody else than the build user")
        _directory(tree, fd, "", 0)
    finally:
        os.close(fd)
    tree.faults += [
        f"{path} has a name outside the release as well"
        for file, (path, names) in tree.several.items()
        if names > tree.names[file]
    ]
    tree.faults += [
        f"{path} leads to {target}"
        for path, target in tree.links.items()
        if (shared or {}).get(path) != target and leads_out(path, tree.links, home)
    ]
    if tree.faults:
        raise BuildError("\n".join(_told(tree.faults)))


def astray(place: Directory, name: str, group: int) -> list[str]:
    """Paths of a tree that was taken over, and whose owner or mode has been changed since."""
    found = []
    for path, directories, files, fd in os.fwalk(name, dir_fd=place.fd):
        found += [path] if _is_astray(os.fstat(fd), group) else []
        for inner in (*directories, *files):
            info = os.stat(inner, dir_fd=fd, follow_symlinks=False)
            if not stat.S_ISDIR(info.st_mode) and _is_astray(info, group):
                found.append(f"{path}/{inner}")
    return found


def _is_astray(info: os.stat_result, group: int) -> bool:
    if (info.st_uid, info.st_gid) != (0, group):
        return True
    modes = {_DIRECTORY} if stat.S_ISDIR(info.st_mode) else {_FILE, _PROGRAM}
    return not stat.S_ISLNK(info.st_mode) and stat.S_IMODE(info.st_mode) not in modes


def leads_out(link: str, links: Mapping[str, str], home: str) -> bool:
    """Whether a symbolic link leads out of the tree: ``links`` are all that it holds, by relative path."""
    position = link.split("/")
    waiting = [position.pop()]
    followed = 0
    while waiting:
        name = waiting.pop()
        if name == "..":
            if not position:
                return True
            position.pop()
            continue
        position.append(name)
        target = links.get("/".join(position))
        if target is None:
            continue
        followed += 1
        if followed > _MOST_LINKS:
            return False  # it leads nowhere
        position.pop()
        if target.startswith("/"):
            if target != home and not target.startswith(f"{home}/"):
                return not f"{os.path.normpath(target)}/".startswith(_PROGRAMS)
            position = []
            target = target.removeprefix(home)
        waiting += [part for part in reversed(target.split("/")) if part not in {"", "."}]
    return False


def _directory(tree: _Tree, fd: int, path: str, depth: int) -> None:
    os.fchown(fd, 0, tree.group)
    os.fchmod(fd, _DIRECTORY)
    with os.scandir(fd) as scanned:
        entries = list(scanned)
    tree.entries += len(entries)
    if tree.entries > _MOST_ENTRIES:
        raise BuildError(f"the release holds more than {_MOST_ENTRIES} files")
    if depth > _DEEPEST:
        raise BuildError(f"the release has directories more than {_DEEPEST} deep: {printable(path)[:200]} …")
    for entry in entries:
        inner = f"{path}/{entry.name}" if path else entry.name
        if entry.is_symlink():
            tree.links[inner] = os.readlink(entry.name, dir_fd=fd)
            os.chown(entry.name, 0, tree.group, dir_fd=fd, follow_symlinks=False)
        elif entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False):
            _file(tree, fd, entry.name, inner, depth)
        else:
            kind = stat.S_IFMT(entry.stat(follow_symlinks=False).st_mode)
            tree.faults.append(f"{inner} is a {_KINDS.get(kind, 'device')}")


def _file(tree: _Tree, at: int, name: str, path: str, depth: int) -> None:
    fd = os.open(name, _OPEN, dir_fd=at)
    try:
        info = os.fstat(fd)
        if info.st_nlink > 1 and stat.S_ISREG(info.st_mode):
            file = (info.st_dev, info.st_ino)
            tree.names[file] += 1
            if tree.names[file] > 1:
                return
            tree.several[file] = path, info.st_nlink
        if info.st_uid not in tree.users:
            tree.faults.append(f"{path} belongs to user {info.st_uid}")
        elif stat.S_ISDIR(info.st_mode):
            _directory(tree, fd, path, depth + 1)
        else:
            os.fchown(fd, 0, tree.group)  # before the mode: it clears set-user-ID bits and capabilities
            os.fchmod(fd, _PROGRAM if info.st_mode & stat.S_IXUSR else _FILE)
    finally:
        os.close(fd)


def _told(faults: list[str]) -> Iterator[str]:
    yield "the release holds what no release may hold:"
    yield from (f"  | {printable(fault)}" for fault in sorted(faults)[:_MOST_FAULTS])
    if len(faults) > _MOST_FAULTS:
        yield f"  | … and {len(faults) - _MOST_FAULTS} more"
    yield (
        "It may hold files, directories, and symbolic links that stay in it or lead to programs in /usr, /opt or /bin;"
        " let the last build command remove the rest."
    )
