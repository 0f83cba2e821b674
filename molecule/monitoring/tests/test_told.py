# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From a fault to the message that people get, and nothing where all is well: with real requests, nginx, rules and receivers.

The faults begin at once and are waited for together. Times are those of the host that received the message. The last of the
files, so that what others break has the time to be well.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import network
import pytest
import watch
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.monitoring.answers import unanswered
from testinfra.host import Host

PORT = network.listen("orchestrator")["port"]
SERVICE = "pm2-orchestrator"
FAULTS = {"ResponseTime", "ErrorRate", "Unreachable", "TargetDown"}
#: For people it is the same message by both.
WAYS = ("mail", "webhook")
#: A fifth of 4 requests a second is slow, a tenth of 4 fails; both are below the site's request limit.
RATE = "4"


def now(outside: Host) -> float:
    return float(outside.check_output("date +%s.%N"))


@pytest.fixture(scope="module")
def began(server: Host, outside: Host) -> Iterator[float]:
    """When an application that fails and is slow took the service's place, under a steady load."""
    program, traffic = watch.copied(server, "faulty.py"), watch.copied(outside, "traffic.py")
    # What tests before this one broke is well again, and told so.
    assert watch.awaited(lambda: not watch.alerts(server) & FAULTS, 420), watch.alerts(server)
    pages = "https://app.nostromo.cl/api/slow https://api.nostromo.cl/api/failing"
    try:
        server.check_output(f"systemctl stop {SERVICE}")
        server.check_output(f"systemd-run --unit=faulty --uid=orchestrator python3 {program} {PORT}")
        since = now(outside)
        outside.check_output(f"systemd-run --unit=traffic python3 {traffic} {RATE} {pages}")
        yield since
    finally:
        outside.run("systemctl stop traffic")
        server.run("systemctl stop faulty")
        server.check_output(f"systemctl start {SERVICE}")


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
    fired = {name for _when, name, state in watch.told(outside, "webhook", began) if state == "firing"}
    assert fired <= {"ResponseTime", "ErrorRate", *watch.ALWAYS}


def test_a_silence_holds_a_message_back_and_its_end_is_told(server: Host, outside: Host, began: float) -> None:
    """The application is gone: that is told within 100 s, and by then those that a silence names are not."""
    amtool = f"runuser -u prometheus -- amtool --alertmanager.url={watch.ALERTMANAGER} silence"
    server.check_output(f"{amtool} add --author=test --comment=test --duration=10m alertname=TargetDown")
    since = now(outside)
    server.check_output("systemctl stop faulty mtail")
    try:
        for by in WAYS:
            seconds = watch.awaited(
                lambda by=by: watch.first(outside, by, "Unreachable", "firing", since), since + 105 - now(outside)
            )
            assert seconds is not None and seconds <= 100, watch.told(outside, by, since)
        assert watch.awaited(lambda: "TargetDown" in watch.alerts(server), 120)
        time.sleep(15)  # which is longer than a group of alerts waits
        assert watch.first(outside, "webhook", "TargetDown", "firing", since) is None
        server.check_output(f"{amtool} expire $({amtool} query -q)")
        assert watch.awaited(lambda: watch.first(outside, "webhook", "TargetDown", "firing", since), 75)
    finally:
        server.check_output("systemctl start mtail")


def test_what_is_well_again_is_told(server: Host, outside: Host, began: float) -> None:
    outside.check_output("systemctl stop traffic")
    server.check_output(f"systemctl start {SERVICE}")
    since = now(outside)
    for by in WAYS:
        told = watch.awaited(lambda by=by: watch.first(outside, by, "Unreachable", "resolved", since), 120)
        assert told is not None, watch.told(outside, by, since)
    assert watch.awaited(lambda: not watch.alerts(server) & FAULTS, 400), watch.alerts(server)
