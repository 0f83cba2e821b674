# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The caches of builds, one for each service: what npm and pip fetched is kept there, and nothing else survives a build.

They lie below a directory that only root can enter, so that no build reaches another's. Its lock lets one build run at a time.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..files import Directory, UnsafeError, directory, locks, parent
from .disk import size
from .model import BuildError

_CACHE = "cache"


@contextmanager
def cache(place: Path, service: str, owner: tuple[int, int], patience: float, limit: int) -> Iterator[Path]:
    """The cache of a service's build, which is the only one meanwhile; one of more than ``limit`` bytes begins anew.

    ``patience`` says how many seconds to wait for another build. Raises :class:`BuildError`.
    """
    try:
        with parent(place, make=True) as (above, name):
            _roots(above, name)
        with directory(place) as caches:
            if not locks(caches.fd, patience):
                raise BuildError(f"another service's build has been running for more than {patience:g} s; let it end")
            _clean(caches)
            _roots(caches, service)
            with caches.open(service) as own:
                _begin(own, owner, limit)
            yield place / service / _CACHE
    except UnsafeError as error:
        raise BuildError(error.strerror) from error


def _roots(place: Directory, name: str) -> None:
    """Make a directory that only root can enter, or let it be one."""
    info = place.lstat(name)
    if info is not None and not stat.S_ISDIR(info.st_mode):
        place.unlink(name)
        info = None
    if info is None:
        place.mkdir(name, 0o700, (0, 0))
    elif info.st_uid != 0 or stat.S_IMODE(info.st_mode) != 0o700:
        place.own(name, 0o700, (0, 0))


def _clean(caches: Directory) -> None:
    """Remove what is not root's: the directory was the build user's home in earlier versions."""
    for name in caches.names():
        info = caches.lstat(name)
        if info is not None and info.st_uid != 0:
            caches.remove(name)


def _begin(own: Directory, owner: tuple[int, int], limit: int) -> None:
    if own.lstat(_CACHE) is not None and size(own, _CACHE, limit) > limit:
        own.remove(_CACHE)
    if own.lstat(_CACHE) is None:
        own.mkdir(_CACHE, 0o700, owner)
