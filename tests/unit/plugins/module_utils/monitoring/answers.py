# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a live Prometheus has an answer to everything that the panels ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.looking.panels import queries
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.watched import Watched

#: Takes an expression; gives ``data.result`` of what ``/api/v1/query`` says to it.
Ask = Callable[[str], Sequence[Mapping[str, Any]]]


def unanswered(watched: Watched, ask: Ask) -> list[str]:
    """The panels that would be empty, or show what is no number, each with its expression. After traffic there are none."""
    found = []
    for panel, expr in queries(watched):
        values = [series["value"][1] for series in ask(expr)]
        if not (values or panel.may_be_empty) or not {"NaN", "+Inf", "-Inf"}.isdisjoint(values):
            found.append(f"{panel.title}: {expr}")
    return found
