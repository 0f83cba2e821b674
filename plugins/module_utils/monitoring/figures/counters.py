# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the firewall's rules counted since the last time, added up."""

from __future__ import annotations

import json
import time

from ...files import directory
from ..counters import counter_families
from ..proving import announced
from ..textfile import publish
from ..totals import advanced, read_totals, written
from .places import Places, printed

_TOTALS = "totals.json"


def write(places: Places) -> None:
    """Read them, and leave out what a proof sent."""
    listing = json.loads(printed("nft", "--json", "list", "table", "inet", "nostromo"))
    with directory(places.state) as kept:
        before = read_totals(kept.read(_TOTALS)) if kept.lstat(_TOTALS) else None
        totals = advanced(before, listing, time.monotonic(), announced(places.state))
        kept.write(f".{_TOTALS}", written(totals))
        kept.rename(f".{_TOTALS}", _TOTALS)
    publish(places.published, "firewall", counter_families(totals.sums))
