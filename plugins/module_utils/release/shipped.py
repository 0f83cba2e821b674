# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A release that another host has built, and that comes from there as an archive."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from ..files import opened
from .archive import ArchiveError
from .disk import Watch
from .model import BuildError, Limits, Source, is_commit
from .release import Recipe
from .store import Store

#: Options that say what another host ships.
SHIPPED: dict[str, Any] = {
    "host": {"type": "str", "required": True},
    "archive": {"type": "path"},
    "sha256": {"type": "str"},
}
_PIECE = 1 << 20
#: What serves on the host that builds, whichever it is.
_CURRENT = "current"


@dataclass(frozen=True)
class Shipment:
    """What ``host`` has built: which release, if that is known, and, once it was asked for, its archive on this host."""

    host: str
    release: str | None = None
    archive: str | None = None
    sha256: str | None = None

    @classmethod
    def of_options(cls, options: Mapping[str, str | None]) -> Shipment:
        """From a task's options."""
        return cls(str(options["host"]), options.get("release"), options["archive"], options["sha256"])

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """The archive, which is what was packed. :raises ArchiveError: it is not."""
        with opened(str(self.archive)) as file:
            total = hashlib.sha256()
            while piece := file.read(_PIECE):
                total.update(piece)
            found = total.hexdigest()
            if found != self.sha256:
                raise ArchiveError(f"it was damaged on its way from {self.host}: it has sha256:{found}, not {self.sha256}")
            file.seek(0)
            yield file


class Shipped:
    """Stands in the place of a :class:`.release.Release` where its files come from another host by the controller."""

    is_local = True
    #: The host that builds has done them.
    migrations: tuple[str, ...] = ()

    def __init__(self, shipment: Shipment, source: Source, recipe: Recipe, store: Store, limits: Limits) -> None:
        self._shipment = shipment
        self._store = store
        self._limits = limits
        self._is_migrated = bool(recipe.migrate)
        self._revision = source.digest or (source.version if is_commit(str(source.version)) else None)
        mark = recipe.mark(source.submodules)
        known = shipment.release or (recipe.name(self._revision, source.submodules) if self._revision else None)
        current = store.current() or ""
        if known and not known.endswith(mark):
            raise BuildError(
                f"{shipment.host} builds it otherwise, as release {known}: here source.submodules, build, build_environment,"
                " build_scripts, migrate, working_directory, writable, home or the platform is another. Have them alike, or name"
                " another host of the service in build_on"
            )
        # Which commit a branch stands for, the host that builds knows; until it is asked what serves is taken for that.
        self.name = known or (current if current.endswith(mark) else _CURRENT)

    @property
    def upload_needed(self) -> bool:
        """Whether it is missing or no longer as it was made, and still on the host that has built it."""
        return not self._shipment.archive and not self._store.is_sound(self.name)

    def build(self) -> None:
        """Take it out of the archive, completely or not at all."""
        shipment, limit = self._shipment, self._limits.disk_mebibytes
        place = self._store.create(self.name, is_built=False)
        watch = Watch(place.directory, limit, lambda: 0)
        try:
            with shipment.opened() as archive:
                self._store.receive(self.name, archive, limit, watch.fault)
            if self._is_migrated:
                self._store.migrated(self.name)
        except ArchiveError as error:
            raise BuildError(f"the archive of release {self.name} from {shipment.host} cannot be used: {error}") from error
        finally:
            self._store.discard()
