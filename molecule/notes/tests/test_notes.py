# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The example works as a visitor sees it, and is proven like the documented system."""

from __future__ import annotations

import re

from example import play
from testinfra.host import Host
from web import get

SITE = "https://notes.example.org/"


def views(page: str) -> int:
    """How often the page was seen, which Redis counts."""
    found = re.search(r"Seen (\d+) times", page)
    assert found
    return int(found[1])


def test_a_note_is_kept_and_views_are_counted(outside: Host) -> None:
    kept = get(outside, f"{SITE}notes", "--data-urlencode", "text=<In space> no one can hear you")
    assert (kept.status, kept.headers["location"]) == (303, "/")
    first, second = get(outside, SITE), get(outside, SITE)
    assert "<li>&#60;In space&#62; no one can hear you</li>" in first.body
    assert views(second.body) == views(first.body) + 1


def test_redis_and_postgresql_are_for_notes_alone(server: Host) -> None:
    ask = "runuser -u www-data -- timeout 5 bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port}'"
    for port in (6379, 5432):
        assert "Connection refused" in server.run(ask.format(port=port)).stderr


def test_everything_is_as_the_data_say() -> None:
    assert re.search(r"\b\d\d+ proven, \d+ not tried, 0 faults", play("notes", "verify"))
    play("notes", "doctor")
