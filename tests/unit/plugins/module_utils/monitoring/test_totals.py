# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What rows are used for, of what a real firewall counts: the packets of a proof are nobody's use."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.counters import Counter, Meeting
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.totals import (
    Totals,
    advanced,
    read_totals,
    written,
)

ROW = Meeting("input", "SSH", "accept")


def listing(packets: int, table: int = 7, row: str = "SSH") -> dict[str, Any]:
    """As nft prints it, with packets of 60 bytes."""
    counter = {"counter": {"packets": packets, "bytes": 60 * packets}}
    rule = {"chain": "input", "comment": row, "expr": [counter, {"accept": None}]}
    return {"nftables": [{"table": {"family": "inet", "name": "nostromo", "handle": table}}, {"rule": rule}]}


def kept(totals: Totals) -> Totals:
    """As the next run reads them."""
    found = read_totals(written(totals))
    assert found == totals
    return totals


def test_what_was_counted_before_anybody_looked_is_left_out() -> None:
    begun = kept(advanced(None, listing(5), 100, 0))
    assert begun.sums == {ROW: Counter(0, 0)}
    assert kept(advanced(begun, listing(8), 130, 0)).sums == {ROW: Counter(3, 180)}


def test_the_packets_of_a_proof_are_left_out_and_no_others() -> None:
    totals = advanced(None, listing(0), 100, 0)
    totals = advanced(totals, listing(2), 130, 0)  # right before the proof
    totals = advanced(totals, listing(9), 131, 130.5)  # right after it
    assert kept(totals).sums[ROW].packets == 2
    assert kept(advanced(totals, listing(10), 160, 130.5)).sums[ROW].packets == 3


def test_packets_of_a_proof_that_is_not_over_are_left_out() -> None:
    totals = advanced(None, listing(0), 100, 0)
    totals = advanced(totals, listing(4), 110, 125)
    totals = advanced(totals, listing(6), 120, 125)
    totals = advanced(totals, listing(7), 130, 125)
    assert totals.sums[ROW].packets == 0
    assert advanced(totals, listing(8), 140, 125).sums[ROW].packets == 1


@pytest.mark.parametrize("counted", [1, 9])
def test_a_table_that_was_loaded_anew_counts_from_nothing(counted: int) -> None:
    totals = advanced(advanced(None, listing(0), 100, 0), listing(4), 130, 0)
    assert advanced(totals, listing(counted, table=8), 160, 0).sums[ROW].packets == 4 + counted


def test_rows_come_and_go() -> None:
    totals = advanced(advanced(None, listing(0), 100, 0), listing(4), 130, 0)
    other = advanced(totals, listing(2, table=8, row="HTTPS"), 160, 0)
    assert other.sums == {Meeting("input", "HTTPS", "accept"): Counter(2, 120)}


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"at": 1, "table": 2, "rows": [["input"]]}'])
def test_what_cannot_be_read_begins_anew(content: bytes) -> None:
    assert read_totals(content) is None
