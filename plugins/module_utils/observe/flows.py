# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What becomes of connections, tried as the users that they are tried for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..probe.connect import Attempt, attempt_all
from .run import Run

_TIMEOUT_SECONDS = 2.5


def observe(_run: Run, probes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each ``probe``, which has ``address``, ``port``, ``protocol`` and ``user`` and may have more, with its ``outcomes``
    (see :class:`..probe.connect.Outcome`): one, or for a name one of each address family that it has.
    """
    attempts = [Attempt(one["address"], one["port"], one["protocol"], one["user"]) for one in probes]
    found = attempt_all(attempts, _TIMEOUT_SECONDS)
    return [
        {"probe": dict(probe), "outcomes": [outcome._asdict() for outcome in outcomes]}
        for probe, outcomes in zip(probes, found, strict=True)
    ]
