# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The ecosystem file of a service, from which PM2 starts it at boot, and its journal.

While a change is unproven, a copy of the proven file lies beside it as a journal; a run that is cut off leaves it there, and
the next run proves or goes back. An empty journal says that nothing served before. Both are root's, and the service's group
reads them, nobody else: they hold secrets.
"""

from __future__ import annotations

import pwd
import stat
from pathlib import Path

from ..files import parent

#: An ecosystem file has at most so many bytes.
MOST_BYTES = 1024 * 1024
_MODE = 0o640


class EcosystemFile:
    """The file at a path, and its journal; ``user`` is the service's."""

    def __init__(self, path: str, user: str) -> None:
        self.path = Path(path)
        self.journal = Path(f"{path}.proven")
        self.user = user

    @property
    def exists(self) -> bool:
        """Whether the service would be started at boot."""
        return self.path.exists()

    @property
    def unfinished(self) -> bool:
        """Whether a change was begun and neither proven nor taken back."""
        return self.journal.exists()

    def read(self) -> str | None:
        """What is declared; ``None`` without a file."""
        return _read(self.path)

    def own(self) -> str | None:
        """What is declared, if the file is root's and only the service may read it; else empty."""
        content = self.read()
        if content is None:
            return None
        status = self.path.lstat()
        return content if (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == self._owned() else ""

    def proven(self) -> str | None:
        """What was declared when it was last proven; ``None`` if nothing was."""
        return _read(self.journal if self.unfinished else self.path)

    def begin(self, proven: str) -> None:
        """Keep what is proven, or nothing, while another definition is tried."""
        self._write(self.journal, proven)

    def write(self, content: str) -> None:
        """Declare something else, in one step."""
        self._write(self.path, content)

    def finish(self) -> None:
        """What is declared counts as proven from now on."""
        _remove(self.journal)

    def remove(self) -> None:
        """Declare nothing."""
        _remove(self.path)
        _remove(self.journal)

    def _owned(self) -> tuple[int, int, int]:
        return 0, pwd.getpwnam(self.user).pw_gid, _MODE

    def _write(self, path: Path, content: str) -> None:
        user, group, mode = self._owned()
        with parent(path, make=True) as (place, name):
            place.write(f".{name}.new", content.encode(), mode, (user, group))
            place.rename(f".{name}.new", name)
            place.sync()


def _read(path: Path) -> str | None:
    try:
        with parent(path) as (place, name):
            return place.read(name, MOST_BYTES).decode("utf-8", "replace")
    except FileNotFoundError:
        return None


def _remove(path: Path) -> None:
    with parent(path, make=True) as (place, name):
        place.unlink(name)
