# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From inside the sandbox of each service, the database and the web server: no attack gets anywhere."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from attack import carry_out, differences, in_rooms, state
from place import as_root
from table import ATTACKS, INSIDE


@dataclass(frozen=True)
class Aftermath:
    """What the attacks said, and what became of the host."""

    said: dict[tuple[str, str], str]
    changed: list[str]


@pytest.fixture(scope="module")
def aftermath() -> Aftermath:
    """All attacks are carried out, in all rooms at once."""
    before = state()
    said = carry_out(in_rooms(ATTACKS))
    return Aftermath(said, differences(before, state()))


@pytest.mark.parametrize(
    ("attack", "room"),
    [pytest.param(one, room, id=f"{room}: {one.name}") for one in ATTACKS for room in one.rooms if room in INSIDE],
)
def test_nothing_is_reached(aftermath: Aftermath, attack: object, room: str) -> None:
    said = aftermath.said.get((attack.name, room))
    assert said is not None, f"{room} did not come to {attack.name}"
    assert "REACHED" not in said, f"{attack.name}, from the room of {room}:\n{said}"
    assert "ended: " not in said, f"{attack.name}, from the room of {room}, is no attack:\n{said}"


@pytest.mark.parametrize(
    "attack", [pytest.param(one, id=one.name) for one in ATTACKS if one.holds and {*one.rooms} & {*INSIDE}]
)
def test_nothing_is_left(aftermath: Aftermath, attack: object) -> None:
    done = as_root(attack.holds)
    assert done.returncode == 0, f"{attack.name} left:\n{done.stdout}{done.stderr}"


def test_the_host_is_as_before(aftermath: Aftermath) -> None:
    """Root's files, setuid files, processes outside of their units, and that no unit ended or was started anew."""
    assert aftermath.changed == []
