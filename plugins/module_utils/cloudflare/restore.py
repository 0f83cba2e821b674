# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The zone as it was before a run, in a file, and the way back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from .model import Held, State, held
from .plan import Change, Plan, Step, turn
from .wanted import TYPES

_FORMAT = 1
_WHY = "as it was"


class UnreadableError(ValueError):
    """The file cannot be used; the message says why."""


def kept(state: State, settings: Sequence[str], taken: str) -> str:
    """A state as a file.

    :param settings: those that a run may change.
    :param taken: when it was.
    """
    found = {
        "format": _FORMAT,
        "taken": taken,
        "zone": {"id": state.zone.id, "name": state.zone.name},
        "records": [dict(one.answer) for one in state.records],
        "settings": {name: state.settings[name].value for name in sorted(settings) if name in state.settings},
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def settings_of(text: str) -> list[str]:
    """The settings that a file has. :raises UnreadableError: it is none."""
    return list(_read(text)["settings"])


def way_back(text: str, state: State, mark: str) -> Plan:
    """What makes a zone as the file has it. What others have made or changed since stays.

    :raises UnreadableError: it is not such a file, or one of another zone.
    """
    found = _read(text)
    if found["zone"]["id"] != state.zone.id:
        raise UnreadableError(f"it is of the zone {found['zone'].get('name') or found['zone']['id']}")
    was = [held(one) for one in found["records"]]
    left = {one.id: one for one in state.records}
    steps = [step for one in was if (step := _back(one, left, mark))]
    ours = [one for one in left.values() if one.is_of(mark) and not one.read_only]
    steps += [Step("delete", one, None, "was not there") for one in ours]
    changes = [
        Change(name, state.settings[name].value, value)
        for name, value in found["settings"].items()
        if name in state.settings and state.settings[name].value != value
    ]
    return Plan(
        steps=tuple(sorted(steps, key=lambda step: step.name)),
        settings=tuple(sorted(changes, key=lambda change: turn(change.name))),
        foreign=tuple(one for one in left.values() if one not in ours),
    )


def _back(was: Held, left: dict[str, Held], mark: str) -> Step | None:
    """How a record of the file comes back; it is no longer ``left``. What never was ours is its owner's to change."""
    now = left.pop(was.id, None) or next((left.pop(one.id) for one in list(left.values()) if _is_same(one, was)), None)
    owners = now is not None and not now.is_of(mark) and not was.is_of(mark)
    if owners or was.read_only or was.record.type not in TYPES or (now and now.record == was.record):
        return None
    return Step("update" if now else "create", now, was.record, _WHY)


def _is_same(one: Held, was: Held) -> bool:
    now, then = one.record, was.record
    return (now.name, now.type, now.leads_to) == (then.name, then.type, then.leads_to)


def _read(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise UnreadableError(f"it is not JSON ({error})") from error
    if not isinstance(found, dict) or found.get("format") != _FORMAT:
        raise UnreadableError("a run for Cloudflare has not written it")
    return found
