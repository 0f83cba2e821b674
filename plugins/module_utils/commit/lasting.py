# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Connections that a change must not take away: those that are possible before it are tried again after it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from ..probe.connect import OPEN, Attempt, Protocol, attempt_all

#: How long one attempt may take, and how long what is lost is tried again: a service may start again meanwhile. In seconds.
ATTEMPT, AGAIN = 2.0, 4.0


@dataclass(frozen=True)
class Connection:
    """A connection from this host, as one of its users. ``name`` is what allows it."""

    name: str
    user: str
    address: str
    port: int
    protocol: Protocol = "tcp"

    def __str__(self) -> str:
        return f"{self.name}: {self.user} to {self.address} port {self.port} ({self.protocol})"


def possible(connections: Iterable[Connection]) -> tuple[Connection, ...]:
    """Those that are made, or answered, now. To try as other users than its own it has to run as root."""
    known = tuple(connections)
    outcomes = attempt_all([Attempt(one.address, one.port, one.protocol, one.user) for one in known], ATTEMPT)
    return tuple(one for one, found in zip(known, outcomes, strict=True) if OPEN in {each.outcome for each in found})


def lost(before: Iterable[Connection], until: float) -> list[Connection]:
    """Those that are no longer possible, although they are tried again for a moment, at most until a time (monotonic)."""
    left, end = list(before), min(until, time.monotonic() + AGAIN)
    while True:
        found = {*possible(left)}
        left = [one for one in left if one not in found]
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.5)
