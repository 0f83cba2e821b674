# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read plain data (YAML) field by field. Each reader notes what is wrong and returns a harmless value in its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from .faults import Faults, show
from .quoting.characters import UNWRITABLE

Item = TypeVar("Item", bound=str)

#: Words such as ADMIN_IPS or EXTERNAL_IP, which the document writes where a value is still to be filled in.
PLACEHOLDER = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*|<[^>]*>")


def is_placeholder(value: object) -> bool:
    """Whether a value is a word in capitals (or angle brackets) that waits to be replaced."""
    return isinstance(value, str) and len(value) > 1 and PLACEHOLDER.fullmatch(value) is not None


def note_placeholder(value: object, path: str, faults: Faults, meant: str) -> bool:
    """Note a placeholder that was left in. Returns whether it was one. ``meant`` says what belongs there."""
    if not is_placeholder(value):
        return False
    faults.error(path, value, f"{show(value)} is a placeholder that was left in", f"put {meant} in its place")
    return True


def read_mapping(value: object, path: str, faults: Faults) -> Mapping[str, object]:
    """A mapping with names as keys; absent (``None``) is empty."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        faults.error(path, value, f"{show(value)} is not a mapping", "write `key: value` pairs")
        return {}
    named = {}
    for key, item in value.items():
        if isinstance(key, str) and key:
            named[key] = item
        else:
            faults.error(path, key, f"the key {show(key)} is not a name", "use a word, in quotes if need be")
    return named


def read_sequence(value: object, path: str, faults: Faults) -> Sequence[object]:
    """A list; absent (``None``) is empty."""
    if value is None:
        return ()
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Sequence):
        faults.error(path, value, f"{show(value)} is not a list", "write a list, [in brackets] or with dashes")
        return ()
    return value


def read_record(
    value: object, path: str, faults: Faults, known: Collection[str], required: Collection[str] = ()
) -> Mapping[str, object] | None:
    """A mapping that holds the ``required`` keys and none but the ``known`` ones; ``None`` if it is no mapping."""
    if not isinstance(value, Mapping):
        faults.error(
            path, value, f"{show(value)} is not a mapping", f"write a mapping with {', '.join(required or known)}"
        )
        return None
    check_keys(value, path, faults, known, required)
    return value


def check_keys(
    record: Mapping[Any, object], path: str, faults: Faults, known: Collection[str], required: Collection[str] = ()
) -> None:
    """Note the keys of a record that are not ``known``, and the ``required`` ones that are missing."""
    for key in record:
        if key not in known:
            faults.unknown(f"{path}.{key}", str(key), "is not a known key", known)
    for key in required:
        if record.get(key) is None:
            faults.error(f"{path}.{key}", None, "is missing", "add it")


def read_text(record: Mapping[str, object], key: str, path: str, faults: Faults, default: str = "") -> str:
    """A string; absent gives the default."""
    value = record.get(key)
    if value is None:
        return default
    if not isinstance(value, str):
        faults.error(f"{path}.{key}", value, f"{show(value)} is not a text", "write it in quotes")
        return default
    if found := UNWRITABLE.search(value):
        reason = f"holds the character U+{ord(found[0]):04X}, which no file can show"
        faults.error(f"{path}.{key}", value, reason, "remove it")
        return default
    return value
