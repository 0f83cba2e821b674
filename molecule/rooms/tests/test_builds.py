# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A dependency that attacks while a service is built reaches nothing, and leaves nothing but its own release."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import hostile
import pytest
from attack import differences, program, read, state
from place import ROOT, Run, as_root, look, play
from table import ATTACKS, BUILDS, SERVICES

BUILD_USER = "nostromo-build"
#: What root would follow, open, run or stumble over, were it taken over as it is.
TRAP = """
import os
os.symlink("/etc/shadow", "rooms-shadow")
os.symlink("/root/canary", "rooms-canary")
os.symlink("../../../../../../root", "rooms-directory")
os.mkfifo("rooms-fifo")
os.mkdir("rooms-locked", 0)
open("rooms-name\\n\\x1b]0;rooms\\x07", "w").close()
"""


@dataclass(frozen=True)
class Aftermath:
    """The run that built, what the attacks said, what became of the host, and the run that put the releases back."""

    run: Run
    said: dict[tuple[str, str], str]
    changed: list[str]
    back: Run


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """All services are given hostile releases in one run, and their own ones again in the next."""
    trees = tmp_path_factory.mktemp("hostile")
    sources = {}
    for service in SERVICES:
        room = f"build of {service}"
        attack = program(room, [one for one in ATTACKS if room in one.rooms], {"user": BUILD_USER, "name": room})
        make = hostile.python if service == "etl" else hostile.node
        sources[service] = {"path": str(make(trees / service, attack))}
    before = state()
    run = play("site.yml", "--tags", "pm2", "-e", json.dumps({"network_service_sources": sources}), seconds=300)
    said = {}
    for service in SERVICES:
        for attack, words in read(as_root(f"cat /srv/{service}/releases/*/attacks").stdout):
            said[attack, f"build of {service}"] = words
    back = play("site.yml", seconds=200)
    yield Aftermath(run, said, differences(before, state()), back)


def besides_deployments(changes: list[str]) -> list[str]:
    """Services that were deployed were started anew; what they were deployed from is kept for a while."""
    return [one for one in changes if not one.startswith("pm2-") and ": nothing became " not in one]


def test_a_hostile_build_serves_if_it_is_what_was_asked_for(aftermath: Aftermath) -> None:
    assert aftermath.run.status == 0, aftermath.run.printed


@pytest.mark.parametrize(
    ("attack", "room"),
    [pytest.param(one, room, id=f"{room}: {one.name}") for one in ATTACKS for room in one.rooms if room in BUILDS],
)
def test_nothing_is_reached(aftermath: Aftermath, attack: object, room: str) -> None:
    said = aftermath.said.get((attack.name, room))
    assert said is not None, f"the {room} did not come to {attack.name}"
    assert "REACHED" not in said, f"{attack.name}, from the {room}:\n{said}"
    assert "ended: " not in said, f"{attack.name}, from the {room}, is no attack:\n{said}"


@pytest.mark.parametrize(
    "attack", [pytest.param(one, id=one.name) for one in ATTACKS if one.holds and {*one.rooms} & {*BUILDS}]
)
def test_nothing_is_left(aftermath: Aftermath, attack: object) -> None:
    done = as_root(attack.holds)
    assert done.returncode == 0, f"{attack.name} left:\n{done.stdout}{done.stderr}"


def test_the_own_releases_serve_again(aftermath: Aftermath) -> None:
    assert aftermath.back.status == 0, aftermath.back.printed
    assert as_root("! ls -d /srv/*/current/attacks").returncode == 0


def test_nothing_else_of_the_host_changed(aftermath: Aftermath) -> None:
    assert besides_deployments(aftermath.changed) == []


def test_what_root_keeps_of_a_build_is_roots(aftermath: Aftermath) -> None:
    """Every release is root's and only root's to write: no setuid file, no device, no link that leads out of it."""
    assert look("releases") == []


def test_a_release_full_of_traps_is_refused_or_disarmed(tmp_path: Path, aftermath: Aftermath) -> None:
    before = state()
    sources = {name: {"path": str(ROOT / "apps" / name)} for name in SERVICES}
    sources["sevastopol"] = {"path": str(hostile.node(tmp_path / "trap", TRAP))}
    run = play("site.yml", "--tags", "pm2", "-e", json.dumps({"network_service_sources": sources}))
    assert run.status in (0, 2), run.printed
    assert "\x1b]0;" not in run.printed
    assert look("releases") == []
    back = play("site.yml")
    assert back.status == 0, back.printed
    assert besides_deployments(differences(before, state())) == []
