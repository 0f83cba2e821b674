# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tests of this scenario find their own helpers, and begin with faults that take some minutes to be told."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from testinfra.host import Host

sys.path.insert(0, str(Path(__file__).parent))

import watch

#: A fifth of 4 requests a second is slow, a tenth of 4 fails; both are below the site's request limit.
_RATE = "4"


@pytest.fixture(scope="session", autouse=True)
def began(server: Host, outside: Host) -> Iterator[float]:
    """When an application that fails and is slow took the service's place, under a steady load.

    What is alerted of it takes five minutes; tests that it does not disturb, and that do not disturb it, are made meanwhile.
    """
    program, traffic = watch.copied(server, "faulty.py"), watch.copied(outside, "traffic.py")
    # What tests before this one broke is well again, and forgotten: what was told before its cause was, is not told for hours.
    assert watch.awaited(lambda: not watch.alerts(server), 420), watch.alerts(server)
    server.check_output(
        "systemctl stop prometheus-alertmanager; rm --force /var/lib/alertmanager/nflog; systemctl start prometheus-alertmanager"
    )
    pages = "https://app.nostromo.cl/api/slow https://api.nostromo.cl/api/failing"
    try:
        server.check_output(f"systemctl stop {watch.SERVICE}")
        server.check_output(f"systemd-run --unit=faulty --uid=orchestrator python3 {program} {watch.PORT}")
        since = watch.now(outside)
        outside.check_output(f"systemd-run --unit=traffic python3 {traffic} {_RATE} {pages}")
        yield since
    finally:
        outside.run("systemctl stop traffic")
        server.run("systemctl stop faulty")
        server.check_output(f"systemctl start {watch.SERVICE}")
