# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Matrices of any size, made of rows in different shapes; one component and one fifth of a zone to ten rows."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

FIRST_PORT = 2000


@dataclass(frozen=True)
class Size:
    """How many rows, and what follows from that; ``hosts`` share the components evenly."""

    rows: int
    hosts: int

    @property
    def components(self) -> int:
        """One to ten rows."""
        return self.rows // 10

    @property
    def zones(self) -> int:
        """One to fifty rows, 200 at most."""
        return min(200, self.rows // 50)


# Source, destination, port and action of a row.
Row = tuple[str, str, object, str]
Shape = Callable[[random.Random, int, Size], Row]


def spread(chance: random.Random, number: int, size: Size) -> Row:
    """Anything may reach anything; a few rows deny. Sound: two rows of the same ends always agree."""
    source, end = chance.randrange(size.components), chance.randrange(size.components)
    if chance.random() < 0.5:
        return f"zone{source % size.zones}", f"c{end}", FIRST_PORT + end, "allow"
    return f"c{source}", f"c{end}", FIRST_PORT + end, "deny" if (source + end) % 10 == 0 else "allow"


def one_destination(chance: random.Random, number: int, size: Size) -> Row:
    """All rows lead to one component, and contradict each other."""
    return f"c{chance.randrange(1, size.components)}", "c0", FIRST_PORT, chance.choice(["allow", "deny"])


def one_source(chance: random.Random, number: int, size: Size) -> Row:
    """One component reaches everything."""
    end = number % size.components
    return "c0", f"c{end}", FIRST_PORT + end, "allow"


def overlapping_ranges(chance: random.Random, number: int, size: Size) -> Row:
    """Ranges of ports that overlap, from zones that do."""
    first = chance.randrange(1, 60000)
    return f"zone{chance.randrange(size.zones)}", "c0", f"{first}-{first + 2000}", chance.choice(["allow", "deny"])


def misspelt(chance: random.Random, number: int, size: Size) -> Row:
    """No source is known."""
    return f"x{number}", "c0", FIRST_PORT, "allow"


def large_matrix(size: Size, shape: Shape = spread) -> dict[str, Any]:
    """A matrix in the form of ``network_matrix``; the same every time."""
    chance = random.Random(1)
    flows: list[dict[str, Any]] = [
        {"name": "SSH", "source": "admins", "destination": "server", "port": 22, "action": "allow"}
    ]
    for number in range(size.rows):
        source, destination, port, action = shape(chance, number, size)
        flows.append(
            {"name": f"r{number}", "source": source, "destination": destination, "port": port, "action": action}
        )
    return {
        "components": {
            "server": {"ports": [{"port": 22}]},
            **{f"c{n}": {"user": f"u{n}", "ports": [{"port": FIRST_PORT + n}]} for n in range(size.components)},
        },
        "zones": {
            "admins": ["192.0.2.0/24"],
            **{f"zone{number}": [f"10.{number}.0.0/16", "10.0.0.0/24"] for number in range(size.zones)},
        },
        "flows": flows,
        "hosts": {
            f"host{number}": {
                "addresses": [f"172.16.0.{number + 1}"],
                "components": [f"c{n}" for n in range(number, size.components, size.hosts)],
            }
            for number in range(size.hosts)
        },
    }
