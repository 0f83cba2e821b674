# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether components get through to others, tried as their own users with real connections."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping, Sequence
from typing import Any

from ..probe.connect import FILTERED, OPEN, Attempt, Outcome, attempt_all
from .run import Run

_TIMEOUT_SECONDS = 3.0


def observe(_run: Run, connections: Sequence[Mapping[str, Any]]) -> list[str]:
    """What became of each connection (``user``, ``address``, ``port``), in their order; empty where it was made."""
    attempts = [Attempt(one["address"], int(one["port"]), user=one["user"]) for one in connections]
    return [_words(outcome) for outcome, *_others in attempt_all(attempts, _TIMEOUT_SECONDS)]


def _words(outcome: Outcome) -> str:
    if outcome.outcome == OPEN:
        return ""
    if outcome.outcome == FILTERED:
        return f"no answer within {_TIMEOUT_SECONDS:g} s"
    code = getattr(errno, outcome.detail, 0)
    return os.strerror(code) if code else outcome.detail
