# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The counters of the firewall's rules as metrics: how many packets met which row, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .metrics import BYTES, PACKETS
from .textfile import Family

_VERDICTS = ("accept", "drop", "reject")
#: What no connection accounts for; that rule has no comment.
_INVALID = "invalid"


def counter_families(listing: Mapping[str, Any]) -> list[Family]:
    """Of what ``nft --json list table inet nostromo`` prints: by chain, row (a rule's comment) and verdict.

    A row is several rules where it is for several families and protocols; they are one sample. On the way within a host
    (chains ``local`` and ``owners``) a rule is a component's port, and so is what stands for the row.
    """
    packets: dict[tuple[str, str, str], int] = {}
    size: dict[tuple[str, str, str], int] = {}
    for rule in (one["rule"] for one in listing["nftables"] if "rule" in one):
        statements = {name: value for one in rule["expr"] for name, value in one.items()}
        verdict = next((name for name in _VERDICTS if name in statements), "")
        if "counter" in statements and verdict:
            key = (rule["chain"], rule.get("comment", _INVALID), verdict)
            packets[key] = packets.get(key, 0) + statements["counter"]["packets"]
            size[key] = size.get(key, 0) + statements["counter"]["bytes"]
    return [
        Family(PACKETS, "counter", "Packets that met a row of the matrix.", _samples(packets)),
        Family(BYTES, "counter", "Bytes of these packets.", _samples(size)),
    ]


def _samples(counted: Mapping[tuple[str, str, str], int]) -> tuple[tuple[dict[str, str], float], ...]:
    return tuple(
        ({"chain": chain, "row": row, "verdict": verdict}, value)
        for (chain, row, verdict), value in sorted(counted.items())
    )
