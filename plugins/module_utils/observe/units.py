# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What systemd says of units."""

from __future__ import annotations

from typing import TypedDict, cast

from .run import Run, output

_PROPERTIES = {
    "LoadState": "load",
    "ActiveState": "active",
    "SubState": "sub",
    "UnitFileState": "enabled",
    "MainPID": "pid",
    "Result": "result",
    "StateChangeTimestamp": "since",
}


class Unit(TypedDict):
    """A unit's ``load`` (``loaded``, ``not-found``, ``masked``), ``active`` and ``sub`` state, whether it is ``enabled``
    (``enabled``, ``disabled``, …), ``pid`` (0: none), ``result`` of its last run and ``since`` when it is so, as text.
    """

    load: str
    active: str
    sub: str
    enabled: str
    pid: int
    result: str
    since: str


class NamedUnit(Unit):
    """A unit with its name."""

    name: str


def states(run: Run, *names: str) -> dict[str, Unit]:
    """What systemd says of each of some units."""
    shown = output(run, "systemctl", "show", f"--property={','.join(_PROPERTIES)}", "--", *names)
    return dict(zip(names, read_states(shown), strict=True))


def read_states(shown: str) -> list[Unit]:
    """The units that ``systemctl show`` prints, in its order: one paragraph for each."""
    found = []
    for paragraph in shown.strip().split("\n\n"):
        values = dict(line.split("=", 1) for line in paragraph.splitlines() if "=" in line)
        texts = {name: values.get(key, "") for key, name in _PROPERTIES.items()}
        found.append(cast(Unit, {**texts, "pid": int(texts["pid"] or 0)}))
    return found
