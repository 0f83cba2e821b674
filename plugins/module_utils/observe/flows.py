# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What becomes of connections, tried as the users that they are tried for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from ..monitoring.proving import announce
from ..probe.connect import Attempt, Outcome, attempt_all
from .run import Run

#: Longer than the first repetition of what was lost takes (RFC 6298, section 2: 1 s) and a long way there and back.
_TIMEOUT_SECONDS = 2.0
#: Meanwhile clients and the controller try their part.
_PROOF_SECONDS = 15


class Ended(TypedDict):
    """What became of an attempt; see :class:`..probe.connect.Outcome`."""

    outcome: str
    local: str
    peer: str
    detail: str


class Flow(TypedDict):
    """A probe as it was asked for, and its outcomes: one, or for a name one of each address family that it has."""

    probe: dict[str, Any]
    outcomes: list[Ended]


def observe(_run: Run, probes: Sequence[Mapping[str, Any]]) -> list[Flow]:
    """What became of each probe, which has ``address``, ``port``, ``protocol`` and ``user`` and may have more."""
    announce("verify", _PROOF_SECONDS)
    attempts = [Attempt(one["address"], one["port"], one["protocol"], one["user"]) for one in probes]
    found = attempt_all(attempts, _TIMEOUT_SECONDS)
    return [
        Flow(probe=dict(probe), outcomes=[_ended(outcome) for outcome in outcomes])
        for probe, outcomes in zip(probes, found, strict=True)
    ]


def _ended(outcome: Outcome) -> Ended:
    return Ended(outcome=outcome.outcome, local=outcome.local, peer=outcome.peer, detail=outcome.detail)
