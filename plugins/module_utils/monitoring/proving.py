# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Until when packets may be those of a proof: who proves says so, and who counts what rows are used for leaves them out."""

from __future__ import annotations

import time
from typing import Literal

from ..files import directory

#: What is kept from one run of a timer to the next; it goes with a reboot, as the rules' counters do.
STATE = "/run/nostromo-figures"
Prover = Literal["proof", "verify"]
_PROVERS: tuple[Prover, ...] = ("proof", "verify")


def announce(who: Prover, seconds: float, state: str = STATE) -> None:
    """Say that packets of a proof may come for as long. Where nobody counts, or by who may not, nothing is said."""
    until = f"{time.monotonic() + seconds:.3f}\n".encode()
    try:
        with directory(state) as place:
            place.write(f".{who}", until, 0o644)
            place.rename(f".{who}", who)
    except (FileNotFoundError, PermissionError):
        return


def announced(state: str = STATE) -> float:
    """Until when, in seconds since the host booted, as :func:`time.monotonic` counts."""
    found = [0.0]
    with directory(state) as place:
        found += [float(place.read(who)) for who in _PROVERS if place.lstat(who)]
    return max(found)
