# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long something lasts."""

from __future__ import annotations

import re

from ..faults import Faults, show
from .options import Plain
from .schema import Schema, matching

_DURATION = re.compile(r"([1-9][0-9]*)([smh])")
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600}
_LONGEST_SECONDS = 24 * 3600
_REMEDY = "use a whole number with s, m or h, such as 10s"


class Duration(Plain):
    """Whole seconds, minutes or hours, in seconds."""

    def read(self, value: object, path: str, faults: Faults) -> int | None:
        """Reads it."""
        match = _DURATION.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            digits = str(value)
            if not isinstance(value, bool) and digits.isascii() and digits.isdigit() and int(digits):
                faults.error(path, value, f"{show(value)} has no unit", f"write {digits}s, {digits}m or {digits}h")
            else:
                faults.error(path, value, f"{show(value)} is not a duration", _REMEDY)
            return None
        seconds = int(match[1]) * _UNIT_SECONDS[match[2]] if len(match[1]) < 10 else _LONGEST_SECONDS + 1
        if seconds > _LONGEST_SECONDS:
            faults.error(path, value, f"{show(value)} is longer than a day", "use at most 24h")
            return None
        return seconds

    def schema(self) -> Schema:
        """Its schema."""
        return matching(_DURATION, remedy=_REMEDY)
