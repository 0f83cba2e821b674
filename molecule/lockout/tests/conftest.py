# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every test of this scenario ends with the server as it was before it, over a new connection."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import lockout

OUTAGES = pytest.StashKey[dict[str, str]]()


@pytest.fixture
def as_before() -> Iterator[dict[str, str]]:
    """The server's state before the test, which it has again after it."""
    before = lockout.state()
    assert before["served"].startswith("the application 200\n")
    yield before
    after = lockout.state()
    assert after["served"] == before["served"]
    assert after["host"].splitlines() == before["host"].splitlines()


@pytest.fixture
def returns_within(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> Iterator[Callable]:
    """Watch the server during the test; the test says within which time it has to be reachable again at the latest."""
    limits: list[tuple[float, float]] = []

    def within(deadline: float, grace: float = 5) -> None:
        limits.append((deadline, grace))

    with lockout.watching() as outage:
        yield within
    deadline, grace = limits[0]
    record_property("unreachable_seconds", round(outage.longest, 1))
    told = request.config.stash.setdefault(OUTAGES, {})
    told[request.node.name] = f"{outage.longest:5.1f} s unreachable, deadline {deadline} s"
    assert outage.longest < deadline + grace


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    told = config.stash.get(OUTAGES, {})
    if told:
        terminalreporter.section("how long the server could not be reached")
        for name, what in told.items():
            terminalreporter.write_line(f"{what}  {name}")
