# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where connections to zones are tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .decide import Endpoint, contains
from .model import Address, Matrix

#: Zone -> addresses or names at which connections to it may be tried.
Targets = Mapping[str, Sequence[str]]


def targets_with(matrix: Matrix, targets: Targets, clients: Mapping[str, Sequence[Address]]) -> Targets:
    """The targets of each zone that is the destination of a row; where none is named, the clients that lie in it."""
    zones = sorted({flow.destination for flow in matrix.flows} & {*matrix.zones})
    found = {}
    for zone in zones:
        within = [
            str(one)
            for _name, known in sorted(clients.items())
            for one in known
            if contains(matrix.zones[zone], Endpoint(addresses=(one,)))
        ]
        found[zone] = list(dict.fromkeys(targets.get(zone) or within))
    return found
