# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What people have silenced does not reach them, and does once they want it to."""

from __future__ import annotations

import time

import watch
from testinfra.host import Host

AMTOOL = f"runuser -u prometheus -- amtool --alertmanager.url={watch.ALERTMANAGER}"
#: In seconds; a group of alerts waits for a shorter time.
PATIENCE = 20


def test_a_silence_holds_a_message_back_and_its_end_is_told(server: Host, outside: Host) -> None:
    since = watch.now(outside)
    server.check_output(f"{AMTOOL} silence add --author=test --comment=test --duration=10m alertname=Silenced")
    server.check_output(f"{AMTOOL} alert add alertname=Silenced host=server")
    time.sleep(PATIENCE)
    assert watch.first(outside, "webhook", "Silenced", "firing", since) is None
    server.check_output(f"{AMTOOL} silence expire $({AMTOOL} silence query -q)")
    assert watch.awaited(lambda: watch.first(outside, "webhook", "Silenced", "firing", since), 75)
