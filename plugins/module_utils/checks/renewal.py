# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Is the certificate renewed as the data say, and in that way only?"""

from __future__ import annotations

from collections.abc import Iterator

from ..matrix.model import Host
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held


def needs(intent: Intent, host: Host) -> Needs:
    """Where the certificate is."""
    return {"renewal": {}} if intent.proxy in host.components and intent.certificate else {}


def judge(scene: Scene) -> Iterator[Finding]:
    """What starts it."""
    documented, found = scene.intent.certificate["renewal"], scene.seen["renewal"]
    entries = [f"{one['schedule']} {one['command']}" for one in found["cron"]]
    evidence = (
        f"cron: {'; '.join(entries) or 'no entry'} ({'running' if found['cron_active'] else 'not running'})",
        f"certbot.timer: {'active' if found['timer_active'] else 'not active'}",
    )
    if documented["method"] == "timer":
        title = "certbot's timer renews the certificate"
        wrong = "" if found["timer_active"] else "certbot.timer is not active"
        wrong = wrong or (f"cron renews it as well: {'; '.join(entries)}" if entries else "")
    else:
        wanted = f"{documented['schedule']} {documented['command']}"
        title = f"cron renews the certificate: {wanted}"
        wrong = "" if entries == [wanted] else f"cron has {'; '.join(entries) or 'no entry for it'}"
        wrong = wrong or ("" if found["cron_active"] else "cron does not run")
        wrong = wrong or ("certbot.timer renews it as well" if found["timer_active"] else "")
    yield held(title, wrong, *evidence)


CHECK = Check("Renewal of the certificate", needs, judge, part="letsencrypt")
