# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The matrix: which rows are proven, how old that is, and whom the firewall refuses."""

from __future__ import annotations

from collections.abc import Iterator

from ...document.programs import NODE
from ..metrics import PACKETS, PROOF_TIME, ROW_PROVEN
from ..rules.model import matchers
from ..watched import Watched
from .model import WINDOW, Panel, Query
from .phrases import Phrases

_NODE = matchers(job=NODE)
_COLUMNS = ("row", "source", "destination", "port", "action")
#: A row holds if it does on every host that tries it.
_ROWS = f"min by ({', '.join(_COLUMNS)}) ({ROW_PROVEN}{{{_NODE}}})"


def figures(watched: Watched, texts: Phrases) -> Iterator[Panel]:
    """How many rows are proven, and when the host that last did so longest ago has tried its own."""
    if not watched.at(NODE):
        return
    proven = Query(f"sum({_ROWS})", texts["proven"])
    unproven = Query(f"count({_ROWS}) - sum({_ROWS})", texts["not_proven"], bad_above=0)
    yield Panel("figures", texts["rows"], "none", (proven, unproven))
    alert = watched.monitoring.alerts.proof
    age = Query(
        f"time() - min({PROOF_TIME}{{{_NODE}}})", texts["ago"], bad_above=alert.above_minutes * 60 if alert else None
    )
    yield Panel("figures", texts["proof_age"], "s", (age,))


def graphs(watched: Watched, texts: Phrases) -> Iterator[Panel]:
    """Packets that rows deny."""
    if not watched.at(NODE):
        return
    denied = Query(
        f'sum by (chain, row) (rate({PACKETS}{{{_NODE},verdict!="accept"}}[{WINDOW}]))', "{{row}} ({{chain}})"
    )
    yield Panel("graph", texts["denied"], "pps", (denied,))


def listed(watched: Watched, texts: Phrases) -> Iterator[Panel]:
    """Every row that was tried."""
    if watched.at(NODE):
        yield Panel("table", texts["rows"], "none", (Query(_ROWS),), _COLUMNS)
