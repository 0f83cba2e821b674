# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From a fault to the message that people get, and nothing where all is well: with real requests, nginx, rules and receivers.

The faults began with the first test (conftest.py). Times are those of the host that received the message.
"""

from __future__ import annotations

import pytest
import watch
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.monitoring.answers import unanswered
from testinfra.host import Host
from watch import now

#: For people it is the same message by both.
WAYS = ("mail", "webhook")


@pytest.mark.parametrize("by", WAYS)
def test_slow_answers_are_told_within_90_seconds(began: float, outside: Host, by: str) -> None:
    seconds = watch.awaited(
        lambda: watch.first(outside, by, "ResponseTime", "firing", began), began + 95 - now(outside)
    )
    assert seconds is not None and seconds <= 90, watch.told(outside, by, began)


@pytest.mark.parametrize("by", WAYS)
def test_errors_are_told_after_five_minutes_and_not_before(began: float, outside: Host, by: str) -> None:
    seconds = watch.awaited(lambda: watch.first(outside, by, "ErrorRate", "firing", began), began + 380 - now(outside))
    assert seconds is not None and 300 <= seconds <= 375, watch.told(outside, by, began)


def test_every_panel_has_an_answer(began: float, server: Host) -> None:
    """After traffic with errors, slow answers and all that goes with them."""
    assert unanswered(watch.seen(), lambda expr: [value for _labels, value in watch.query(server, expr)]) == []


def test_nothing_else_was_told(began: float, outside: Host) -> None:
    """But for what other tests of these minutes break."""
    fired = {name for _when, name, state in watch.told(outside, "webhook", began) if state == "firing"}
    assert fired <= {"ResponseTime", "ErrorRate", "RowNotProven", "Silenced", *watch.ALWAYS}


def test_an_application_that_is_gone_is_told_within_100_seconds(server: Host, outside: Host, began: float) -> None:
    since = now(outside)
    server.check_output("systemctl stop faulty")
    for by in WAYS:
        seconds = watch.awaited(
            lambda by=by: watch.first(outside, by, "Unreachable", "firing", since), since + 105 - now(outside)
        )
        assert seconds is not None and seconds <= 100, watch.told(outside, by, since)


def test_what_is_well_again_is_told(server: Host, outside: Host, began: float) -> None:
    outside.check_output("systemctl stop traffic")
    server.check_output(f"systemctl start {watch.SERVICE}")
    since = now(outside)
    for by in WAYS:
        told = watch.awaited(lambda by=by: watch.first(outside, by, "Unreachable", "resolved", since), 120)
        assert told is not None, watch.told(outside, by, since)
