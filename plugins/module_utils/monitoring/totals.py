# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What rules counted besides the packets of a proof, which the same rules decide and count like anybody's.

The counters are read right before and right after a proof. What they counted in between is nobody's use of a row, and is
left out: with the packets of the proof those few of others that came meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .counters import NOTHING, Counter, Counters, Meeting, counters_in, table_in


@dataclass(frozen=True)
class Totals:
    """The sums so far, and the counters as they were last read, ``at`` a time since the host booted, in seconds."""

    at: float
    table: int
    read: Counters
    sums: Counters


def advanced(before: Totals | None, listing: Mapping[str, Any], at: float, proof_until: float) -> Totals:
    """The totals after the counters were read.

    :param before: those from the time before; ``None`` begins with nothing.
    :param listing: what nft printed.
    :param proof_until: until when packets may be those of a proof.
    """
    read, table = counters_in(listing), table_in(listing)
    if before is None:
        return Totals(at, table, read, dict.fromkeys(read, NOTHING))
    disturbed = proof_until > before.at
    sums = {}
    for met, counter in read.items():
        since = before.read.get(met, NOTHING) if table == before.table else NOTHING
        new = NOTHING if disturbed else Counter(counter.packets - since.packets, counter.bytes - since.bytes)
        sums[met] = before.sums.get(met, NOTHING).plus(new)
    return Totals(at, table, read, sums)


def written(totals: Totals) -> bytes:
    """The totals as they are kept until the next reading."""
    rows = [[*met, *counter, *totals.sums[met]] for met, counter in totals.read.items()]
    return json.dumps({"at": totals.at, "table": totals.table, "rows": rows}, ensure_ascii=False).encode()


def read_totals(content: bytes) -> Totals | None:
    """What :func:`written` made; ``None`` if it is something else, as another version of this may have left."""
    try:
        kept = json.loads(content)
        rows = [(Meeting(*row[:3]), Counter(*row[3:5]), Counter(*row[5:])) for row in kept["rows"]]
        read, sums = {met: one for met, one, _sum in rows}, {met: one for met, _read, one in rows}
        return Totals(float(kept["at"]), int(kept["table"]), read, sums)
    except (KeyError, TypeError, ValueError):
        return None
