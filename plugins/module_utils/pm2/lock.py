# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One deployment of a service at a time: a run whose connection broke goes on working on the host for a while."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager

_PAUSE = 0.5


class BusyError(Exception):
    """Another run deploys the same service."""


@contextmanager
def locked(service: str, patience: float, directory: str = "/run/lock") -> Iterator[None]:
    """Hold the service's lock; wait for another run for at most ``patience`` seconds."""
    with open(f"{directory}/nostromo-pm2-{service}.lock", "w") as handle:
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise BusyError(
                        f"another run has been deploying it for more than {patience:g} s; let it end"
                    ) from None
                time.sleep(_PAUSE)
        yield
