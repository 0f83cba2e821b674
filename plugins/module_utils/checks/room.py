# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Can components do from inside their rooms what they must not be able to do?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..matrix.model import Host
from ..observe.rooms import Room
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held

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


#: What a program could not do its work without, by what the component speaks, in the words of :mod:`..observe.inside`. The node
#: exporter asks systemd for its units over D-Bus, where a user without rights may look.
NEEDED: Mapping[str, frozenset[str]] = {"NODE EXPORTER": frozenset({"connect to /run/dbus/system_bus_socket"})}


def needs(intent: Intent, host: Host) -> Needs:
    """The components of the host that have a user of their own."""
    rooms = {
        key: {"user": component.user, "ports": [one.port for one in component.listeners if one.protocol == "tcp"]}
        for key in sorted(host.components)
        if (component := intent.matrix.components[key]).user
    }
    return {"rooms": {"components": rooms}} if rooms else {}


def judge(scene: Scene) -> Iterator[Finding]:
    """A finding for each component and each kind of attempt, and one for what of it runs outside its room."""
    for component, room in sorted(scene.seen["rooms"].items()):
        yield _inside(component, room)
        needed = _needed(scene.intent, component)
        for kind, attempt in room["attempts"].items():
            through, tried = [one for one in attempt["through"] if one not in needed], attempt["tried"]
            yield held(
                TITLES[kind].format(component),
                f"{len(through)} of {tried} attempts went through in {room['unit']}" if through else "",
                *(through or [f"{tried} attempts in {room['unit']} were refused"]),
                source=component,
                tries=tried,
            )


def _needed(intent: Intent, component: str) -> frozenset[str]:
    spoken = intent.matrix.components[component].applications
    return frozenset().union(*(NEEDED.get(application, frozenset()) for application in spoken))


def _inside(component: str, room: Room) -> Finding:
    outside = [f"process {one}" for one in room["outside"]]
    wrong = f"processes of its user run outside of {room['unit'] or 'any service'}" if outside else room["problem"]
    running = f"its processes are in {room['unit']}" if room["unit"] else "nothing of its user's runs now"
    return held(f"nothing of {component} runs outside of its room", wrong, *(outside or [running]), source=component)


CHECK = Check("Rooms of the components", needs, judge)
