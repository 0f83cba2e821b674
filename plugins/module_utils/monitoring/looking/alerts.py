# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The alerts that fire."""

from __future__ import annotations

from collections.abc import Iterator

from ...quoting.monitoring import promql
from ..rules.itself import HEARTBEAT
from ..watched import Watched
from .model import Panel, Query
from .phrases import Phrases

_FIRING = f'alertstate="firing",alertname!={promql(HEARTBEAT)}'
#: What tells alerts of one name apart.
_COLUMNS = ("alertname", "severity", "host", "component", "site", "route", "row", "name", "mountpoint")


def figures(_watched: Watched, texts: Phrases) -> Iterator[Panel]:
    """How many there are."""
    counted = (
        Query(f'count(ALERTS{{{_FIRING},severity="{severity}"}}) or vector(0)', texts[severity], bad_above=0)
        for severity in ("page", "ticket")
    )
    yield Panel("figures", texts["alerts"], "none", tuple(counted))


def listed(_watched: Watched, texts: Phrases) -> Iterator[Panel]:
    """Which they are."""
    each = Query(f"max by ({', '.join(_COLUMNS)}) (ALERTS{{{_FIRING}}})")
    yield Panel("alerts", texts["alerts"], "none", (each,), _COLUMNS, may_be_empty=True)
