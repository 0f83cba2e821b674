# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a live Prometheus has an answer to everything that the panels ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite

from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.looking.panels import queries
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.watched import Watched

#: Takes an expression; gives the value of each series that it has now.
Ask = Callable[[str], Sequence[float]]


def unanswered(watched: Watched, ask: Ask) -> list[str]:
    """The panels that would be empty, or show what is no number, each with its expression. After traffic there are none."""
    found = []
    for panel, expr in queries(watched):
        values = ask(expr)
        if not (values or panel.may_be_empty) or not all(map(isfinite, values)):
            found.append(f"{panel.title}: {expr}")
    return found
