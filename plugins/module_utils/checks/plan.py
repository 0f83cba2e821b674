# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What has to be seen of a managed host or from a client, for all checks together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..matrix.model import Host
from .edge import EDGE
from .flow import OUTSIDE, client_needs
from .intent import Intent
from .model import Check, Needs, SystemCheck
from .ranges import RANGES
from .registry import all_checks
from .site import SITE
from .zone import ZONE

#: Observations that the controller makes itself; all others are made where they belong.
FROM_CONTROLLER = frozenset({EDGE, OUTSIDE, RANGES, SITE, ZONE})


def from_controller(intent: Intent) -> frozenset[str]:
    """Those of :data:`FROM_CONTROLLER` that can be: where the origin is locked, the sites are asked on their own host."""
    return FROM_CONTROLLER - {SITE} if intent.lock else FROM_CONTROLLER


def observations(intent: Intent, place: str) -> dict[str, dict[str, Any]]:
    """What to look at, as the module ``observe_host`` takes it, and what the controller looks at itself."""
    host = intent.matrix.hosts.get(place)
    return merged([client_needs(intent, place)] if host is None else _needs(intent, host, all_checks().values()))


def _needs(intent: Intent, host: Host, checks: Iterable[Check | SystemCheck]) -> list[Needs]:
    return [check.needs(intent, host) for check in checks]


def merged(needs: Iterable[Needs]) -> dict[str, dict[str, Any]]:
    """The needs of some checks in one: an observation that several want is made once, with the parameters of all."""
    together: dict[str, dict[str, Any]] = {}
    for wanted in needs:
        for name, parameters in wanted.items():
            together.setdefault(name, {}).update(parameters)
    return together
