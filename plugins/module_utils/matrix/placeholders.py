# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find placeholders in free text, where a lone word in capitals (``HEAD``) may be meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..faults import Faults
from ..fields import note_placeholder

_EVIDENT = re.compile(r"[A-Z0-9]+(_[A-Z0-9]+)+|<[^>]*>|CHANGEME|CHANGE-ME|TODO|FIXME")


def find_placeholders(value: object, path: str, faults: Faults) -> None:
    """Note each string inside a value that is evidently still to be filled in."""
    if isinstance(value, str):
        if _EVIDENT.fullmatch(value):
            note_placeholder(value, path, faults, "the real value")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            find_placeholders(item, f"{path}.{key}" if path else str(key), faults)
    elif isinstance(value, Sequence):
        for index, item in enumerate(value):
            find_placeholders(item, f"{path}[{index}]", faults)
