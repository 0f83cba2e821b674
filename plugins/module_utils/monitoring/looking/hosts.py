# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What hosts have left: processors, memory, disks."""

from __future__ import annotations

from collections.abc import Iterator

from ...document.programs import NODE
from ..rules.hosts import DISKS
from ..rules.model import matchers
from ..watched import Watched
from .model import WINDOW, Panel, Query
from .phrases import Phrases

_NODE = matchers(job=NODE)
_IDLE = f'{_NODE},mode="idle"'
_HOST = "{{host}}"


def panels(watched: Watched, texts: Phrases) -> Iterator[Panel]:
    """The part that is in use, of every host that has a node exporter."""
    if not watched.at(NODE):
        return
    alerts = watched.monitoring.alerts
    busy = f"1 - avg by (host) (rate(node_cpu_seconds_total{{{_IDLE}}}[{WINDOW}]))"
    yield Panel("graph", texts["processor"], "percentunit", (Query(busy, _HOST),))
    available, total = (f"max by (host) (node_memory_{name}_bytes{{{_NODE}}})" for name in ("MemAvailable", "MemTotal"))
    above = alerts.memory.above_percent / 100 if alerts.memory else None
    yield Panel("graph", texts["memory"], "percentunit", (Query(f"1 - {available} / {total}", _HOST, above),))
    free, size = (f"max by (host, mountpoint) (node_filesystem_{name}_bytes{{{DISKS}}})" for name in ("avail", "size"))
    above = alerts.disk.above_percent / 100 if alerts.disk else None
    used = Query(f"1 - {free} / {size}", "{{host}} {{mountpoint}}", above)
    yield Panel("graph", texts["disk"], "percentunit", (used,))
