# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The releases of a service on disk: ``releases/NAME``, the link ``current``, and which releases are complete.

All of it is root's; the service's group reads it. A build works in ``.build``, which only root can enter, in directories of
the build user; what it made becomes a release when root has taken it over. ``.complete/NAME``, where only root can write as
well, says that this was done to the end, and when; ``.migrated/NAME``, that a release's migrations are done, even if it has to
be built once more.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ..files import Directory, UnsafeError, directory, parent
from .archive import unpack
from .model import BuildError, Workplace
from .takeover import astray, take_over

_ASIDE = ".set-aside"
_BUILD = ".build"
_COMPLETE = ".complete"
_CURRENT = "current"
_MIGRATED = ".migrated"
_RELEASES = "releases"


class Store:
    """The releases below a service's directory: ``builder`` (uid, gid) makes them, ``group`` (gid) reads them.

    ``shared`` are the links of a release that lead out of it, by their paths.
    """

    def __init__(
        self, place: str, builder: tuple[int, int], group: int, shared: Mapping[str, str] | None = None
    ) -> None:
        self.root = Path(place)
        self.releases = self.root / _RELEASES
        self._builder = builder
        self._group = group
        self._shared = shared or {}

    def path(self, release: str) -> Path:
        """Where a release lies."""
        return self.releases / release

    def current(self) -> str | None:
        """The release that ``current`` leads to."""
        with self._look() as root:
            try:
                above, _slash, release = root.readlink(_CURRENT).partition("/") if root else ("", "", "")
            except OSError:
                return None
        return release if above == _RELEASES and release else None

    def switched(self) -> float:
        """When ``current`` was last turned, in seconds since the epoch; 0 without it."""
        with self._look() as root:
            info = root.lstat(_CURRENT) if root else None
        return info.st_mtime if info else 0.0

    def is_complete(self, release: str) -> bool:
        """Whether a release was built to its end."""
        return release in dict(self.complete())

    def complete(self) -> list[tuple[str, float]]:
        """Every complete release with the time at which it was."""
        held = self._held()
        with self._look(_COMPLETE) as marks:
            return [(name, _time(marks, name)) for name in marks.names() if name in held] if marks else []

    def incomplete(self) -> list[str]:
        """What runs that were cut off, and hosts of earlier versions, have left."""
        return sorted(self._held() - dict(self.complete()).keys())

    def create(self, release: str, is_built: bool = True) -> Workplace:
        """An empty place to build a release, or to receive one that was built elsewhere."""
        try:
            self._claim()
        except UnsafeError as error:
            raise BuildError(error.strerror) from error
        with directory(self.root) as root:
            root.remove(_BUILD)
            root.mkdir(_BUILD, 0o700, (0, 0))
            place = Workplace(self.root / _BUILD, self.path(release))
            with root.open(_BUILD) as build:
                for made in (place.tree, place.home, place.temporary):
                    build.mkdir(made.name, 0o700, self._builder if is_built else (0, 0))
        return place

    def receive(
        self, release: str, archive: BinaryIO, limit_mebibytes: int, fault: Callable[[], str | None]
    ) -> None:
        """Take over what an archive holds, in the place that was created for it. Raises as :func:`unpack` and :meth:`finish`."""
        with directory(self.root / _BUILD) as build, build.open("tree") as tree:
            unpack(archive, tree, limit_mebibytes, fault)
        self._finish(release, 0)

    def finish(self, release: str, complete: bool = True) -> None:
        """Take over what was built: it is a release from now on. Raises :class:`BuildError` if it cannot be one.

        :param complete: ``False`` if it is one only when it is :meth:`migrated`.
        """
        self._finish(release, self._builder[0], complete)

    def is_migrated(self, release: str) -> bool:
        """Whether a release's migrations are done."""
        with self._look(_MIGRATED) as marks:
            return marks is not None and marks.lstat(release) is not None

    def migrated(self, release: str) -> None:
        """Note that a release's migrations are done, by which it is complete."""
        with directory(self.root) as root:
            _own(root, _MIGRATED, 0o700, (0, 0))
            self._mark(root, release, _MIGRATED)
            self._mark(root, release)

    def forget_migrations(self) -> None:
        """Of releases that are not kept, it is of no use to know."""
        kept = dict(self.complete())
        with self._look(_MIGRATED) as marks:
            for release in marks.names() if marks else ():
                if marks and release not in kept:
                    marks.unlink(release)

    def _finish(self, release: str, user: int, complete: bool = True) -> None:
        home = str(self.path(release))
        with directory(self.root) as root, root.open(_BUILD) as build, root.open(_RELEASES) as releases:
            take_over(build, "tree", home, {user}, self._group, self._shared)
            if releases.lstat(release) is not None:
                # It may serve: a release without a mark is removed when its successor does.
                releases.remove(f".{release}")
                releases.rename(release, f".{release}")
            build.rename("tree", release, releases)
            if complete:
                self._mark(root, release)

    def astray(self, release: str) -> list[str]:
        """What of a complete release, and of the way to it, has other owners or modes than it was given."""
        with self._look() as root, self._look(_RELEASES) as releases:
            if not root or not releases:
                return [str(self.root)]
            way = {self.root: root, self.releases: releases}
            found = [str(path) for path, place in way.items() if not _is(os.fstat(place.fd), 0o750, (0, self._group))]
            return found + [f"{self.releases}/{path}" for path in astray(releases, release, self._group)]

    def is_sound(self, release: str) -> bool:
        """Whether a release is complete, and will not have to be made anew."""
        return self.is_complete(release) and not self.astray(release)

    def settle(self, release: str) -> None:
        """Give a complete release, and the way to it, its owners and modes again.

        One that somebody else could have written to is complete no more: it has to be built anew.
        """
        self._claim()
        with directory(self.root) as root, root.open(_RELEASES) as releases:
            try:
                take_over(releases, release, str(self.path(release)), {0}, self._group, self._shared)
            except (BuildError, OSError):
                with root.open(_COMPLETE) as marks:
                    marks.unlink(release)

    def discard(self) -> None:
        """Remove what is left of a build."""
        with self._look() as root:
            if root:
                root.remove(_BUILD)

    def switch(self, release: str | None) -> None:
        """Turn ``current`` to a release in one step, or remove it."""
        with self._look() as root:
            if root and release is None:
                root.unlink(_CURRENT)
            elif root:
                root.symlink(f".{_CURRENT}", f"{_RELEASES}/{release}")
                root.rename(f".{_CURRENT}", _CURRENT)

    def remove(self, releases: Iterable[str]) -> None:
        """Remove releases."""
        with self._look(_COMPLETE) as marks, self._look(_RELEASES) as place:
            for release in releases:
                # First what makes it complete, so that a removal that is cut off leaves no half release.
                if marks:
                    marks.unlink(release)
                if place:
                    place.remove(release)

    @contextmanager
    def _look(self, name: str = "") -> Iterator[Directory | None]:
        """A directory of ours; none where it is missing or, on a host of an earlier version, not root's yet."""
        try:
            opened = directory(self.root / name)
        except (FileNotFoundError, NotADirectoryError, UnsafeError):
            yield None
            return
        with opened:
            yield opened

    def _held(self) -> set[str]:
        with self._look(_RELEASES) as releases:
            return set(releases.names()) if releases else set()

    def _claim(self) -> None:
        """Make the directories, or take them from the build user, whose they were in earlier versions."""
        owner = (0, self._group)
        # A link of root's, to another disk, is followed.
        with parent(os.path.realpath(self.root), make=True) as (above, name):
            _own(above, name, 0o750, owner)
        with directory(self.root) as root:
            _own(root, _RELEASES, 0o750, owner)
            marks = root.lstat(_COMPLETE)
            if marks is None or not stat.S_ISDIR(marks.st_mode) or marks.st_uid != 0:
                for planted in (_COMPLETE, f".{_CURRENT}"):
                    root.remove(planted)
                aside = root.lstat(_ASIDE)
                if aside is not None and aside.st_uid != 0:
                    root.remove(_ASIDE)
                self._set_aside(root)
                self._adopt(root)
            _own(root, _COMPLETE, 0o700, (0, 0))

    def _set_aside(self, root: Directory) -> None:
        """Put what the build user left beside the releases, perhaps set-user-ID programs, where only root comes."""
        infos = {name: root.lstat(name) for name in root.names() if name not in {_BUILD, _CURRENT, _RELEASES}}
        names = [name for name, info in infos.items() if info is not None and info.st_uid == self._builder[0]]
        if names:
            _own(root, _ASIDE, 0o700, (0, 0))
            with root.open(_ASIDE) as aside:
                for name in names:
                    aside.remove(name)
                    root.rename(name, name, aside)

    def _adopt(self, root: Directory) -> None:
        """Take over the release that serves, to go back to; it stays as it is where it holds what none may hold.

        Nothing tells whether it or any other was built to its end, so all are built anew.
        """
        release = self.current()
        if release is None:
            root.remove(_CURRENT)
        with root.open(_RELEASES) as releases:
            info = releases.lstat(release) if release else None
            if release is None or info is None or not stat.S_ISDIR(info.st_mode):
                return
            try:
                take_over(releases, release, str(self.path(release)), {0, self._builder[0]}, self._group)
            except BuildError:
                return
            with releases.open(release) as tree:
                tree.remove(_COMPLETE)
        _own(root, _COMPLETE, 0o700, (0, 0))
        self._mark(root, release)

    @staticmethod
    def _mark(root: Directory, release: str, kind: str = _COMPLETE) -> None:
        with root.open(kind) as marks:
            marks.write(release, b"")


def _own(place: Directory, name: str, mode: int, owner: tuple[int, int]) -> None:
    """Make a directory, or give it owner and mode; what has its name and is none, such as a link, goes."""
    info = place.lstat(name)
    if info is not None and not stat.S_ISDIR(info.st_mode):
        place.unlink(name)
        info = None
    if info is None:
        place.mkdir(name, mode, owner)
    elif not _is(info, mode, owner):
        place.own(name, mode, owner)


def _is(info: os.stat_result, mode: int, owner: tuple[int, int]) -> bool:
    return (stat.S_IMODE(info.st_mode), info.st_uid, info.st_gid) == (mode, *owner)


def _time(place: Directory, name: str) -> float:
    info = place.lstat(name)
    return info.st_mtime if info else 0.0
