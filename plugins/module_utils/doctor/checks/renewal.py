# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Will the certificate be renewed?"""

from __future__ import annotations

from collections.abc import Iterator

from ...observe.renewal import CRON_FILE
from ..model import CERTIFICATE, Check, Finding, HostIntent, Remedy, Scene
from .certificate import SUBJECT, renew_command

_FOLLOWS = (f"certificate-expired:{SUBJECT}", f"certificate-late:{SUBJECT}")


def judge(scene: Scene) -> list[Finding]:
    """What starts the renewal, and how the last one ended."""
    return [*_started(scene), *_last(scene)]


def summary(scene: Scene) -> str:
    """How it is started, and how it last ended."""
    log = scene.seen["renewal_log"]
    last = f"certbot's last: {log['outcome']}, {log['time']}" if log["outcome"] else "not run yet"
    return f"by {scene.intent.certificate['renewal']['method']}; {last}"


def _started(scene: Scene) -> Iterator[Finding]:
    intent, seen = scene.intent, scene.seen["renewal"]
    again = intent.tagged("letsencrypt")
    entries = [entry for entry in seen["cron"] if "certbot" in entry["command"]]
    cron = bool(entries) and seen["cron_active"]
    if intent.certificate["renewal"]["method"] == "timer":
        if not seen["timer_active"]:
            text = "Nothing renews the certificate: certbot's timer is off."
            remedy = (Remedy("sudo systemctl enable --now certbot.timer"),)
            yield _off(text, "certbot.timer is not active", remedy)
    elif not entries:
        yield _off("Nothing renews the certificate: its cron entry is gone.", f"{CRON_FILE} has no certbot", (again,))
    elif not seen["cron_active"]:
        text = "Nothing renews the certificate: cron does not run."
        yield _off(text, "cron.service is not active", (Remedy("sudo systemctl enable --now cron"),))
    if cron and seen["timer_active"]:
        text = "The certificate is renewed twice, by cron and by certbot's timer, which can get into each other's way."
        evidence = (f"{CRON_FILE}: {entries[0]['schedule']} {entries[0]['command']}", "certbot.timer is active")
        yield Finding("renewal-twice", SUBJECT, text, evidence, (again,), "warning")


def _off(text: str, evidence: str, remedy: tuple[Remedy, ...]) -> Finding:
    return Finding("renewal-off", SUBJECT, text, (evidence,), remedy, "error", CERTIFICATE, _FOLLOWS)


def _last(scene: Scene) -> Iterator[Finding]:
    log = scene.seen["renewal_log"]
    if log["outcome"] == "failed":
        text = f"The last renewal of the certificate failed ({log['time'] or 'time unknown'})."
        evidence = tuple(f"{log['path']}: {line}" for line in log["errors"])
        renew = Remedy(f"{renew_command(scene.intent)} --force-renewal")
        yield Finding("renewal-failed", SUBJECT, text, evidence, (renew,), "error", CERTIFICATE, _FOLLOWS)


def _applies(intent: HostIntent) -> bool:
    return intent.has_certificate


CHECK = Check(
    "renewal", judge, summary, ("renewal", "renewal_log"), symptoms=frozenset({CERTIFICATE}), applies=_applies
)
