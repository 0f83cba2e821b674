# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The releases of a service on disk: ``releases/<name>``, the link ``current``, and which releases are complete."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

#: Written last, by root: a release without it was cut off, and is built anew.
_COMPLETE = ".complete"


class Store:
    """The releases below a service's directory. The builder writes them, the group of the service reads them."""

    def __init__(self, directory: str, owner: int, group: int) -> None:
        self.root = Path(directory)
        self.releases = self.root / "releases"
        self._owner = owner
        self._group = group

    def path(self, release: str) -> Path:
        """Where a release lies."""
        return self.releases / release

    def current(self) -> str | None:
        """The release that ``current`` leads to."""
        try:
            return Path(os.readlink(self.root / "current")).name
        except OSError:
            return None

    def switched(self) -> float:
        """When ``current`` was last turned, in seconds since the epoch; 0 without it."""
        try:
            return (self.root / "current").lstat().st_mtime
        except FileNotFoundError:
            return 0.0

    def is_complete(self, release: str) -> bool:
        """Whether a release was built to its end."""
        return (self.path(release) / _COMPLETE).is_file()

    def complete(self) -> list[tuple[str, float]]:
        """Every complete release with the time at which it was."""
        if not self.releases.is_dir():
            return []
        return sorted(
            (path.name, (path / _COMPLETE).stat().st_mtime)
            for path in self.releases.iterdir()
            if (path / _COMPLETE).is_file()
        )

    def incomplete(self) -> list[str]:
        """What runs that were cut off have left."""
        if not self.releases.is_dir():
            return []
        return sorted(path.name for path in self.releases.iterdir() if not (path / _COMPLETE).is_file())

    def create(self, release: str) -> Path:
        """An empty directory for a new release."""
        for directory in (self.root, self.releases):
            self._directory(directory, 0o750)
        self.remove([release])
        self._directory(self.path(release), 0o2750)
        return self.path(release)

    def finish(self, release: str) -> None:
        """Let the service read a release, and mark it as complete."""
        for directory, names, files in os.walk(self.path(release)):
            for name in [*names, *files]:
                os.chown(os.path.join(directory, name), -1, self._group, follow_symlinks=False)
        marker = self.path(release) / _COMPLETE
        marker.unlink(missing_ok=True)
        marker.touch(0o644)

    def switch(self, release: str | None) -> None:
        """Turn ``current`` to a release in one step, or remove it."""
        link = self.root / "current"
        if release is None:
            link.unlink(missing_ok=True)
            return
        new = self.root / ".current"
        new.unlink(missing_ok=True)
        new.symlink_to(f"releases/{release}")
        os.replace(new, link)

    def remove(self, releases: Iterable[str]) -> None:
        """Remove releases."""
        for release in releases:
            path = self.path(release)
            if path.is_dir():
                # First what makes it complete, so that a removal that is cut off leaves no half release.
                (path / _COMPLETE).unlink(missing_ok=True)
                shutil.rmtree(path)

    def _directory(self, path: Path, mode: int) -> None:
        path.mkdir(parents=True, exist_ok=True)
        os.chown(path, self._owner, self._group)
        path.chmod(mode)
