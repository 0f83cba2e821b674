# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The release that a service should run: its name, and how to make it of its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..files import opened
from .builder import Build, Builder
from .model import Source, identifier, recipe_mark
from .store import Store


@dataclass(frozen=True)
class Recipe:
    """How a release is made of its files; each part of it is part of the release's name.

    ``variables`` are those of the build, ``shared`` the directories that lie outside of the release, by their paths in it.
    ``platform`` is a text that changes when releases have to be made anew. ``migrate`` are commands that run before the first
    time that it serves.
    """

    commands: tuple[str, ...] = ()
    variables: Mapping[str, object] = field(default_factory=dict)
    platform: str = ""
    working_directory: str = ""
    shared: Mapping[str, str] = field(default_factory=dict)
    migrate: tuple[str, ...] = ()

    def name(self, revision: str, submodules: bool) -> str:
        """The name of the release that it makes of a revision."""
        return identifier(revision, *self._parts(submodules))

    def mark(self, submodules: bool) -> str:
        """How the names of all its releases end."""
        return recipe_mark(*self._parts(submodules))

    def _parts(self, submodules: bool) -> tuple[Any, ...]:
        return self.commands, self.variables, self.platform, self.working_directory, self.shared, submodules, self.migrate


class Release:
    """What a recipe makes of a source as it is now. ``revision`` is its commit, or the digest of its files."""

    def __init__(self, source: Source, recipe: Recipe, builder: Builder, store: Store) -> None:
        self._source = source
        self._recipe = recipe
        self._builder = builder
        self._store = store
        revision = builder.commit(source.git, str(source.version), source.key) if source.git else source.digest
        self.revision = str(revision)
        self.name = recipe.name(self.revision, source.submodules)

    @property
    def is_local(self) -> bool:
        """Whether its files come from the controller."""
        return self._source.is_local

    @property
    def upload_needed(self) -> bool:
        """Whether it is missing or no longer as it was made, and its files are still on the controller."""
        return self.is_local and not self._source.upload and not self._store.is_sound(self.name)

    @property
    def migrations(self) -> tuple[str, ...]:
        """What is to be run before it serves, and has not been yet."""
        return () if not self._recipe.migrate or self._store.is_migrated(self.name) else self._recipe.migrate

    def build(self) -> None:
        """Make it, completely or not at all. With :attr:`migrations`, it is complete only once they are done."""
        with self._builder.alone() as cache:
            place = self._store.create(self.name)
            try:
                build = self._builder.at(place, cache)
                self._fetch(build)
                build.build(self._recipe.commands, self._recipe.working_directory)
                build.share(self._recipe.shared)
                self._store.finish(self.name, not self.migrations)
            finally:
                self._store.discard()

    def _fetch(self, build: Build) -> None:
        if self._source.git:
            build.checkout(self._source.git, self.revision, self._source.submodules, self._source.key)
            return
        upload = self._source.upload
        with opened(upload) if upload else build.download(str(self._source.url), self.revision) as packed:
            build.unpack(packed, self._source.strip_components)
