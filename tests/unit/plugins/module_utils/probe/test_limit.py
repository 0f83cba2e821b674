# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rate that a limit grants, taken from requests sent one by one to a leaky bucket like Nginx' own."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.probe.limit import rate_of, recovery_seconds


def bucket(rate: float, burst: int, moments: list[float]) -> Iterator[tuple[float, bool]]:
    """Whether requests at these moments pass a limit whose burst is used up (ngx_http_limit_req_lookup)."""
    excess, last = float(burst), moments[0]
    for moment in moments:
        wanted = max(0.0, excess - rate * (moment - last)) + 1
        passed = wanted <= burst
        if passed:
            excess, last = wanted, moment
        yield moment, passed


def steady(seconds: float, pause: float = 0.01) -> list[float]:
    return [number * pause for number in range(int(seconds / pause))]


@pytest.mark.parametrize(
    ("asked", "rates", "seconds"),
    [
        ([], {}, 0),
        ([["/", "/api/"]], {}, 0),
        ([["/", "/api/"], ["/api/"]], {"/api/": 10.0, "/other/": 0.1}, 0.2),
        ([["/", "/api/"], ["/api/"]], {"/api/": 10.0, "/": 4.0}, 0.25),
    ],
)
def test_how_long_limits_count_what_was_asked(asked: list[list[str]], rates: dict[str, float], seconds: float) -> None:
    assert recovery_seconds(asked, rates) == seconds


@pytest.mark.parametrize("rate", [9.0, 9.5, 10.0, 10.5, 11.0, 20.0])
def test_the_rate_is_measured_within_two_percent(rate: float) -> None:
    assert rate_of(bucket(rate, 20, steady(3)), longest_gap=0.02) == pytest.approx(rate, rel=0.02)


@pytest.mark.parametrize("seed", range(20))
def test_a_busy_machine_does_not_spoil_it(seed: int) -> None:
    """Some requests are late by up to half a second; what the limit grants meanwhile passes afterwards."""
    chance = random.Random(seed)
    moments, now = [], 0.0
    while now < 4.8:
        moments.append(now)
        now += chance.choice([0.01] * 30 + [0.1, 0.5])
    assert rate_of(bucket(10, 20, moments), longest_gap=0.02) == pytest.approx(10, rel=0.02)


@pytest.mark.parametrize(
    "requests",
    [
        [],
        [(number / 100, True) for number in range(300)],
        [(number / 100, False) for number in range(300)],
        [(number / 2, number % 2 == 0) for number in range(300)],
    ],
    ids=["nothing sent", "everything passes", "nothing passes", "too slow to tell"],
)
def test_what_cannot_be_told_is_not_guessed(requests: list[tuple[float, bool]]) -> None:
    assert rate_of(requests, longest_gap=0.02) is None
