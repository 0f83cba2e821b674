# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The counters of the firewall's rules as metrics: how many packets met which row, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .metrics import BYTES, PACKETS
from .textfile import Family

_VERDICTS = ("accept", "drop", "reject")
#: What no connection accounts for; that rule has no comment.
_INVALID = "invalid"


class Meeting(NamedTuple):
    """Where a packet met a row (a rule's comment), and what became of it."""

    chain: str
    row: str
    verdict: str


class Counter(NamedTuple):
    """How many packets, and how many bytes they had."""

    packets: int
    bytes: int

    def plus(self, other: Counter) -> Counter:
        """Both together."""
        return Counter(self.packets + other.packets, self.bytes + other.bytes)


Counters = Mapping[Meeting, Counter]
NOTHING = Counter(0, 0)


def counters_in(listing: Mapping[str, Any]) -> Counters:
    """Those in what ``nft --json list table inet nostromo`` prints.

    A row is several rules where it is for several families and protocols; they count as one.
    """
    found: dict[Meeting, Counter] = {}
    for rule in (one["rule"] for one in listing["nftables"] if "rule" in one):
        statements = {name: value for one in rule["expr"] for name, value in one.items()}
        verdict = next((name for name in _VERDICTS if name in statements), "")
        if "counter" in statements and verdict:
            met = Meeting(rule["chain"], rule.get("comment", _INVALID), verdict)
            here = Counter(statements["counter"]["packets"], statements["counter"]["bytes"])
            found[met] = found.get(met, NOTHING).plus(here)
    return found


def table_in(listing: Mapping[str, Any]) -> int:
    """The table's handle; one that was loaded anew, and counts from nothing, has another; 0 if there is none."""
    return next((int(one["table"]["handle"]) for one in listing["nftables"] if "table" in one), 0)


def counter_families(counters: Counters) -> list[Family]:
    """Packets and bytes by chain, row and verdict."""
    samples = [(met._asdict(), counter) for met, counter in sorted(counters.items())]
    return [
        Family(
            PACKETS,
            "counter",
            "Packets that met a row of the matrix.",
            tuple((met, one.packets) for met, one in samples),
        ),
        Family(BYTES, "counter", "Bytes of these packets.", tuple((met, one.bytes) for met, one in samples)),
    ]
