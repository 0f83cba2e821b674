# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the rows that start on this host still hold: tried as the users that they speak of."""

from __future__ import annotations

import sys
import time

from ...printable import printable
from ...probe.connect import Attempt, attempt_all
from ..listeners import listening
from ..proof import is_held, proof_families
from ..proving import announce
from ..textfile import publish
from .places import Places

_PATIENCE_SECONDS = 2.5
#: Longer than a proof may take, which its unit says (TimeoutStartSec=).
_LONGEST_SECONDS = 25


def write(places: Places) -> None:
    """Try them, and name those that do not hold."""
    tries = places.setting("tries.json")
    announce("proof", _LONGEST_SECONDS, places.state)
    try:
        attempts = [Attempt(one["address"], one["port"], one["protocol"], one["user"]) for one in tries]
        found = attempt_all(attempts, _PATIENCE_SECONDS)
    finally:
        announce("proof", 0, places.state)
    heard = listening()
    tried = [(one, ended.outcome) for one, outcomes in zip(tries, found, strict=True) for ended in outcomes]
    for one, outcome in tried:
        if is_held(one, outcome, (one["protocol"], one["port"]) in heard) is False:
            end = f"{one['address']} {one['port']}/{one['protocol']}"
            sys.stderr.write(printable(f"{one['row']} ({one['action']}): {one['user']} to {end} is {outcome}") + "\n")
    publish(places.published, "proof", proof_families(tried, heard, time.time()))
