# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A test alert, and whether those who are alerted take it: Alertmanager itself counts what they took. Runs on hosts."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from .daemons import get, post

ALERT = "TestAlert"
_SUMMARY = "This is a test, asked for with verify -e alert=true. Nothing is wrong."
#: A group that was told of a test within the last minute is told of the next one a minute later.
PATIENCE_SECONDS = 90
#: Who refused a message is asked again; for so long an answer may still come.
_SECOND_THOUGHTS_SECONDS = 8
_LASTS_SECONDS = 60
_ATTEMPTS = "alertmanager_notification_requests_total"
_FAILED = "alertmanager_notification_requests_failed_total"


class Taken(NamedTuple):
    """How many messages were ``wanted`` by one way (``email``, ``webhook``), ``taken`` at the other end, and how many
    attempts have ``failed``: refused there, or lost on the way.
    """

    wanted: int
    taken: int
    failed: int

    @property
    def is_complete(self) -> bool:
        """Whether everybody took it."""
        return self.taken >= self.wanted


def deliver(url: str, wanted: Mapping[str, int], clock: Callable[[], float] = time.time) -> dict[str, Taken]:
    """Send a test alert by Alertmanager, and wait until everybody has taken or refused it.

    :param url: Alertmanager's, without a path.
    :param wanted: way -> how many messages it takes.
    :raises OSError: Alertmanager does not answer.
    """
    before = _counts(url)
    post(f"{url}/api/v2/alerts", [_alert(clock())])
    until, refused_at = clock() + PATIENCE_SECONDS, None
    while True:
        found = {way: _since(before, _counts(url), way, number) for way, number in wanted.items()}
        open_ = [one for one in found.values() if not one.is_complete]
        now = clock()
        if refused_at is None and open_ and all(one.failed for one in open_):
            refused_at = now
        if not open_ or now > until or (refused_at is not None and now > refused_at + _SECOND_THOUGHTS_SECONDS):
            return found
        time.sleep(0.5)


def _alert(now: float) -> dict[str, Any]:
    """One that ends by itself; none is like another, or it would not be told."""
    times = [datetime.fromtimestamp(moment, UTC).isoformat() for moment in (now, now + _LASTS_SECONDS)]
    return {
        "labels": {"alertname": ALERT, "severity": "ticket", "test": f"{now:.3f}"},
        "annotations": {"summary": _SUMMARY},
        "startsAt": times[0],
        "endsAt": times[1],
    }


def _counts(url: str) -> dict[tuple[str, str], float]:
    """Metric and way -> the sum of its series."""
    found: dict[tuple[str, str], float] = {}
    for name, labels, value in re.findall(
        rf"^({_ATTEMPTS}|{_FAILED})\{{(.*)\}} (\S+)$", get(f"{url}/metrics"), re.MULTILINE
    ):
        way = re.search(r'integration="([^"]*)"', labels)
        key = (name, way[1] if way else "")
        found[key] = found.get(key, 0.0) + float(value)
    return found


def _since(
    before: Mapping[tuple[str, str], float], after: Mapping[tuple[str, str], float], way: str, wanted: int
) -> Taken:
    attempts, failed = (
        int(after.get((name, way), 0.0) - before.get((name, way), 0.0)) for name in (_ATTEMPTS, _FAILED)
    )
    return Taken(wanted, attempts - failed, failed)
