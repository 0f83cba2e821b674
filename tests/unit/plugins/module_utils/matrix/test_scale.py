# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A thousand components and ten thousand rows are read and checked within seconds, however the rows lie."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.validate import Surroundings, validate

COMPONENTS, ROWS, ZONES, BUDGET_SECONDS = 1000, 10000, 200, 5.0

Row = tuple[str, str, object, str]


def _spread(chance: random.Random, number: int) -> Row:
    end = chance.randrange(COMPONENTS)
    source = chance.choice([f"c{chance.randrange(COMPONENTS)}", f"zone{chance.randrange(ZONES)}"])
    return source, f"c{end}", 2000 + end, "allow"


def _one_destination(chance: random.Random, number: int) -> Row:
    return f"c{chance.randrange(1, COMPONENTS)}", "c0", 2000, chance.choice(["allow", "deny"])


def _overlapping_ranges(chance: random.Random, number: int) -> Row:
    first = chance.randrange(1, 60000)
    return f"zone{chance.randrange(ZONES)}", "c0", f"{first}-{first + 2000}", chance.choice(["allow", "deny"])


def _misspelt(chance: random.Random, number: int) -> Row:
    return f"x{number}", "c0", 2000, "allow"


@pytest.mark.parametrize("shape", [_spread, _one_destination, _overlapping_ranges, _misspelt])
def test_ten_thousand_rows(shape: Callable[[random.Random, int], Row]) -> None:
    chance = random.Random(1)
    flows: list[dict[str, Any]] = [
        {"name": "SSH", "source": "admins", "destination": "server", "port": 22, "action": "allow"}
    ]
    for number in range(ROWS):
        source, destination, port, action = shape(chance, number)
        flows.append(
            {"name": f"r{number}", "source": source, "destination": destination, "port": port, "action": action}
        )
    matrix = {
        "components": {
            "server": {"ports": [{"port": 22}]},
            **{f"c{n}": {"user": f"u{n}", "ports": [{"port": 2000 + n}]} for n in range(COMPONENTS)},
        },
        "zones": {
            "admins": ["192.0.2.0/24"],
            **{f"zone{number}": [f"10.{number}.0.0/16", "10.0.0.0/24"] for number in range(ZONES)},
        },
        "flows": flows,
        "hosts": {
            f"host{number}": {
                "addresses": [f"172.16.0.{number + 1}"],
                "components": [f"c{number * 10 + offset}" for offset in range(10)],
            }
            for number in range(COMPONENTS // 10)
        },
    }
    start = time.process_time()
    validate(matrix, Surroundings(controllers=["192.0.2.1"]))
    assert time.process_time() - start < BUDGET_SECONDS
