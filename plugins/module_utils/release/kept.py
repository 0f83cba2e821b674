# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A release that the host keeps, to return to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from .history import SERVES, Entry
from .model import BuildError
from .store import Store

#: In place of a name: the release that served before the one that does.
PREVIOUS = "previous"


class Kept:
    """A release that was built. Stands in the place of a :class:`.release.Release`."""

    is_local = False
    upload_needed = False
    #: It was complete, so they were done.
    migrations: tuple[str, ...] = ()

    def __init__(self, name: str) -> None:
        self.name = name

    def build(self) -> None:
        """It can be used, or cannot: nothing says how it was made."""
        raise BuildError(f"release {self.name} was changed on the host, and cannot be returned to; deploy its version again")


def find(store: Store, wanted: str, history: Iterable[Entry]) -> Kept:
    """A release by its name, or the :data:`PREVIOUS` one.

    :raises BuildError: it is not kept.
    """
    built, current = dict(store.complete()), store.current()
    if wanted == PREVIOUS:
        served = [one.release for one in history if one.outcome == SERVES]
        by_age = sorted(built, key=lambda name: built[name])
        others = [name for name in [*by_age, *served] if name in built and name != current]
        if not others:
            raise BuildError("no release is kept but the one that serves: there is none to return to")
        return Kept(others[-1])
    if wanted not in built:
        there = ", ".join(f"{name} ({_time(built[name])})" for name in sorted(built, key=lambda name: -built[name]))
        raise BuildError(f"release {wanted!r} is not kept on this host; there is {there or 'none'}")
    return Kept(wanted)


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("built %Y-%m-%d %H:%M UTC")
