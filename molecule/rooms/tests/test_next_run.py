# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whatever a room plants or goes on doing, the next run of site.yml ends in time, does nothing for it, and heals."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from attack import carry_out, differences, facts, in_rooms, state
from place import RUN_SECONDS, Run, as_root, faults, play
from plants import LIVE, PLANTS


@dataclass(frozen=True)
class Healing:
    """The run after what was planted, the one after that, and what became of root's files and of the host."""

    said: dict[tuple[str, str], str]
    first: Run
    second: Run
    changed: list[str]
    faults: list[str]


@pytest.fixture(scope="module")
def healing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Healing]:
    """A line of pg_hba.conf is missing too, so that root writes where the database would race for it."""
    before = state()
    said = carry_out({room: attacks for room, attacks in in_rooms(PLANTS).items() if attacks})
    as_root("sed -i '$d' /etc/postgresql/*/main/pg_hba.conf")
    living = {room: attacks for room, attacks in in_rooms(LIVE).items() if attacks}
    thread = threading.Thread(target=lambda: said.update(carry_out(living, seconds=RUN_SECONDS + 20)))
    thread.start()
    time.sleep(2)
    first = play("site.yml")
    as_root("systemctl kill --kill-whom=main 'nostromo-room-*'")
    thread.join()
    facts.cache_clear()
    second = play("site.yml")
    changed = [
        one for one in differences(before, state()) if not one.startswith(("pm2-", "nginx.service", "postgresql@"))
    ]
    yield Healing(said, first, second, changed, faults(tmp_path_factory.mktemp("proof")))


def test_the_run_ends_in_time(healing: Healing) -> None:
    assert healing.first.status == 0, f"after {healing.first.seconds:.0f} s: {healing.first.printed}"


def test_the_run_after_it_changes_nothing(healing: Healing) -> None:
    assert (healing.second.status, healing.second.changes) == (0, []), healing.second.printed


def test_the_host_is_healed(healing: Healing) -> None:
    assert healing.faults == []


def test_no_file_of_roots_changed(healing: Healing) -> None:
    assert healing.changed == []


def test_nothing_reaches_the_terminal_raw(healing: Healing) -> None:
    assert "\x1b]0;" not in healing.first.printed + healing.second.printed


@pytest.mark.parametrize(
    ("attack", "room"),
    [pytest.param(one, room, id=f"{room}: {one.name}") for one in (*PLANTS, *LIVE) for room in one.rooms],
)
def test_nothing_is_done_for_it(healing: Healing, attack: object, room: str) -> None:
    said = healing.said.get((attack.name, room))
    assert said is not None, f"{room} did not come to {attack.name}"
    assert "REACHED" not in said, f"{attack.name}, from the room of {room}:\n{said}"
    if attack.holds:
        done = as_root(attack.holds)
        assert done.returncode == 0, f"{attack.name}, from the room of {room}, left:\n{done.stdout}{done.stderr}"
