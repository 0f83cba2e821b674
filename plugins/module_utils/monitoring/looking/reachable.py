# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who answers: components by their health checks, and the programs that give metrics."""

from __future__ import annotations

from collections.abc import Iterator

from ...document.programs import HEALTH
from ..rules.model import matchers
from ..watched import Watched
from .model import Panel, Query
from .phrases import Phrases

_HEALTH = matchers(job=HEALTH)
#: Blackbox has answered, whatever it says of whom it asked.
_TARGETS = f'job!="{HEALTH}"'


def panels(watched: Watched, texts: Phrases) -> Iterator[Panel]:
    """One of both, each with a state for every instance."""
    each = "{{component}} · {{host}}" if len({target.host for target in watched.targets}) > 1 else "{{component}}"
    if watched.checks:
        healthy = Query(f"min by (component, host, instance) (probe_success{{{_HEALTH}}})", each)
        yield Panel("states", texts["health"], "none", (healthy,))
    up = Query(f"min by (job, component, host, instance) (up{{{_TARGETS}}})", each)
    yield Panel("states", texts["targets"], "none", (up,))
