# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Attacks carried out in rooms of the attacked host, and what is to be seen of them afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import network
from place import enter, look
from table import INSIDE, Attack

_ATTACKER = (Path(__file__).parent / "remote" / "attacker.py").read_text("utf-8")
#: How long all attacks in a room may take, in seconds.
_SECONDS = 150


def users() -> dict[str, str]:
    """Component -> its system user."""
    return {name: component.user for name, component in network.matrix().components.items() if component.user}


@cache
def facts() -> dict[str, dict[str, Any]]:
    """What is known of each component; see ``remote/rooms.py``."""
    found = look("rooms", users())
    components = network.matrix().components
    ports = {name: [one.port for one in components[name].listeners] for name in found}
    return {name: {**fact, "name": name, "ports": ports[name]} for name, fact in found.items()}


def program(room: str, attacks: Iterable[Attack], mine: dict[str, Any], seconds: float = 8) -> str:
    """The program that carries out attacks in a room. ``mine`` is what is known of who attacks."""
    known = {
        "ME": room,
        "MINE": mine,
        "OTHERS": [fact for fact in facts().values() if fact["user"] != mine["user"] and fact["unit"]],
        "HOST": _outside(),
    }
    scripts = [(attack.name, attack.script) for attack in attacks]
    return f"{_ATTACKER}\nmain({scripts!r}, {known!r}, {seconds})\n"


def carry_out(attacks: dict[str, list[Attack]], seconds: float = 8) -> dict[tuple[str, str], str]:
    """Carry out attacks, given by room, in all rooms at once; (attack, room) -> what it said."""
    entries = {}
    for room, mine in attacks.items():
        fact = facts()[room]
        entries[room] = {"unit": fact["unit"], "user": fact["user"], "program": program(room, mine, fact, seconds)}
    return {
        (attack, room): said for room, printed in enter(entries, _SECONDS).items() for attack, said in read(printed)
    }


def read(printed: str) -> list[tuple[str, str]]:
    """(attack, what it said) of what ``remote/attacker.py`` printed."""
    return [tuple(json.loads(line)) for line in printed.splitlines() if line.startswith('["')]  # type: ignore[misc]


def state() -> dict[str, Any]:
    """See ``remote/host.py``."""
    return look("host", sorted({*users().values(), "nostromo-build"}))


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What became different of root's files, setuid files, units, and which processes are outside of their units."""
    found = [f"process outside of its unit: {one}" for one in after["outside"]]
    found += [f"setuid: {path}" for path in after["setuid"] if path not in before["setuid"]]
    for what in ("files", "units"):
        for name in sorted(before[what].keys() | after[what].keys()):
            was, now = before[what].get(name, "nothing"), after[what].get(name, "nothing")
            if was != now:
                found.append(f"{name}: {was} became {now}")
    return found


def in_rooms(table: Iterable[Attack]) -> dict[str, list[Attack]]:
    """The attacks of a table by room, builds left out."""
    return {room: [one for one in table if room in one.rooms] for room in INSIDE}


def _outside() -> str:
    return network.variables()["network_addresses"][0].rpartition(".")[0] + ".30"
