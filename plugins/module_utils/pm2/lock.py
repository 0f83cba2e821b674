# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One deployment of a service at a time: a run whose connection broke goes on working on the host for a while."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from ..files import directory, locks, parent


class BusyError(Exception):
    """Another run deploys the same service."""


@contextmanager
def locked(service: str, patience: float, place: str = "/run/nostromo") -> Iterator[None]:
    """Hold the service's lock; wait for another run for at most ``patience`` seconds.

    It lies where only root can enter, so that nobody else can hold it.
    """
    with parent(place, make=True) as (above, name):
        if above.lstat(name) is None:
            above.mkdir(name, 0o700)
    with directory(place) as private:
        handle = os.open(f"pm2-{service}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600, dir_fd=private.fd)
    try:
        if not locks(handle, patience):
            raise BusyError(f"another run has been deploying it for more than {patience:g} s; let it end")
        yield
    finally:
        os.close(handle)
