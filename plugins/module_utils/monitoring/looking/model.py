# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A panel: what is asked of Prometheus, and how the answer is to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from ..watched import Watched
from .phrases import Phrases

#: Numbers as of now; alerts that fire; what is 1 while it is well, by name or as lines of a table; lines over time.
Kind = Literal["figures", "alerts", "states", "table", "graph"]
#: As Grafana calls them: requests, bytes and packets per second, seconds, a part of one, a number.
Unit = Literal["reqps", "Bps", "pps", "s", "percentunit", "none"]

#: Stands in an expression for the window of a rate that suits the distance of a graph's points. Grafana fills it in by itself.
WINDOW = "$__rate_interval"
#: Of what is asked as of now.
NOW = "5m"


@dataclass(frozen=True)
class Query:
    """An expression, and what its series are called: a text with ``{{label}}`` in it.

    ``bad_above``: where an alert draws the line.
    """

    expr: str
    legend: str = ""
    bad_above: float | None = None


@dataclass(frozen=True)
class Panel:
    """What is seen together under one title.

    ``columns`` are the labels that a table shows. ``may_be_empty``: no answer is a good one.
    """

    kind: Kind
    title: str
    unit: Unit
    queries: tuple[Query, ...]
    columns: tuple[str, ...] = ()
    may_be_empty: bool = False

    @property
    def bad_above(self) -> float | None:
        """Where an alert draws the line for all that is in it; ``None`` if none does."""
        return next((query.bad_above for query in self.queries if query.bad_above is not None), None)


Panels = Callable[[Watched, Phrases], Iterator[Panel]]


def there(expr: str) -> str:
    """An expression without what is no number, such as a share of nothing."""
    return f"{expr} >= 0"
