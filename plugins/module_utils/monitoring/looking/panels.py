# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All panels of what a host watches, in the order in which they are looked at, and what they ask."""

from __future__ import annotations

from collections.abc import Iterator

from ..watched import Watched
from . import alerts, hosts, reachable, requests, rows
from .model import NOW, WINDOW, Panel, Panels
from .phrases import phrases

_SUBJECTS: tuple[Panels, ...] = (
    alerts.figures,
    requests.figures,
    rows.figures,
    alerts.listed,
    reachable.panels,
    requests.graphs,
    rows.graphs,
    hosts.panels,
    rows.listed,
)


def panels(watched: Watched) -> tuple[Panel, ...]:
    """The panels; none where nothing is watched."""
    if not watched.targets:
        return ()
    texts = phrases(watched.language)
    return tuple(panel for subject in _SUBJECTS for panel in subject(watched, texts))


def queries(watched: Watched) -> Iterator[tuple[Panel, str]]:
    """Every expression as it can be asked of Prometheus as of now, with its panel."""
    for panel in panels(watched):
        for query in panel.queries:
            yield panel, query.expr.replace(WINDOW, NOW)
