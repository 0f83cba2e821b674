# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hold what components can do from inside their rooms against what they must not be able to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .model import Check

#: What must not go through, by the kinds of :mod:`..observe.inside`.
TITLES: Mapping[str, str] = {
    "write": "{} cannot write where root or another component keeps its own",
    "read": "{} cannot read what is another's secret",
    "processes": "{} cannot reach another's processes",
    "privileges": "{} cannot gain privileges",
    "doors": "{} has no door out of its room",
    "shared": "{} shares no memory and no temporary files with others",
    "ports": "{} cannot serve in another component's place",
}


def judge_rooms(host: str, seen: Mapping[str, Mapping[str, Any]]) -> Iterator[Check]:
    """A check for each component and each kind of attempt, and one for what of it runs outside its room."""
    for component, room in sorted(seen.items()):
        yield _inside(host, component, room)
        for kind, attempt in room["attempts"].items():
            through = attempt["through"]
            yield Check(
                "room",
                TITLES[kind].format(component),
                "fault" if through else "proven",
                f"{len(through)} of {attempt['tried']} attempts went through in {room['unit']}" if through else "",
                tuple(through) or (f"{attempt['tried']} attempts in {room['unit']} were refused",),
                host=host,
                source=component,
                tries=attempt["tried"],
            )


def _inside(host: str, component: str, room: Mapping[str, Any]) -> Check:
    outside = tuple(f"process {one}" for one in room["outside"])
    reason = f"processes of its user run outside of {room['unit'] or 'any service'}" if outside else room["problem"]
    running = f"its processes are in {room['unit']}" if room["unit"] else "nothing of its user's runs now"
    return Check(
        "room",
        f"nothing of {component} runs outside of its room",
        "fault" if reason else "proven",
        reason,
        outside or (running,),
        host=host,
        source=component,
    )
