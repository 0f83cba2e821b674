# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find placeholders in the variables that the user fills in, and tell each of them once, there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..faults import Fault, Faults
from ..fields import is_placeholder, note_placeholder

# In free text a lone word in capitals, such as HEAD, may be meant.
_EVIDENT = re.compile(r"[A-Z0-9]+(_[A-Z0-9]+)+|<[^>]*>|CHANGEME|CHANGE-ME|TODO|FIXME")


def check_filled_in(variables: Mapping[str, object], faults: Faults) -> None:
    """Note each placeholder left in ``variables`` (by name), and forget those noted where the same one is handed on to."""
    found = Faults()
    for variable, value in variables.items():
        _find(value, variable, found)
    told = {fault.value for fault in found}

    def is_repetition(fault: Fault) -> bool:
        return is_placeholder(fault.value) and fault.value in told

    faults.drop(is_repetition)
    faults.extend(found)


def _find(value: object, path: str, faults: Faults) -> None:
    if isinstance(value, str):
        if _EVIDENT.fullmatch(value):
            note_placeholder(value, path, faults, "the real value")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _find(item, f"{path}.{key}", faults)
    elif isinstance(value, Sequence):
        for index, item in enumerate(value):
            _find(item, f"{path}[{index}]", faults)
