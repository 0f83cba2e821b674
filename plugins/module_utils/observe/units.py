# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What systemd says of units."""

from __future__ import annotations

from typing import Any

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


def states(run: Run, *names: str) -> dict[str, dict[str, Any]]:
    """Each unit's ``load`` (``loaded``, ``not-found``, ``masked``), ``active`` and ``sub`` state, whether it is ``enabled``
    (``enabled``, ``disabled``, …), ``pid`` (0: none), ``result`` of its last run and ``since`` when it is so, as text.
    """
    shown = output(run, "systemctl", "show", f"--property={','.join(_PROPERTIES)}", "--", *names)
    return dict(zip(names, read_states(shown), strict=True))


def read_states(shown: str) -> list[dict[str, Any]]:
    """The units that ``systemctl show`` prints, in its order: one paragraph for each."""
    found = []
    for paragraph in shown.strip().split("\n\n"):
        values = dict(line.split("=", 1) for line in paragraph.splitlines() if "=" in line)
        unit: dict[str, Any] = {name: values.get(key, "") for key, name in _PROPERTIES.items()}
        found.append({**unit, "pid": int(unit["pid"] or 0)})
    return found
