# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Will the certificates be renewed?"""

from __future__ import annotations

from collections.abc import Iterator

from ...observe.renewal import CRON_FILE
from ..model import CERTIFICATE, Check, Finding, HostIntent, Remedy, Scene
from .certificate import renew_command

_SUBJECT = "certificate"
_EXPIRED = ("certificate-expired", "certificate-late")


def judge(scene: Scene) -> list[Finding]:
    """What starts the renewal, and how the last ones ended."""
    return [*_started(scene), *_last(scene)]


def summary(scene: Scene) -> str:
    """How it is started, and how it last ended."""
    logs = [one for one in scene.seen["renewal_log"].values() if one["outcome"]]
    last = max(logs, key=lambda one: one["time"], default=None)
    told = f"certbot's last: {last['outcome']}, {last['time']}" if last else "not run yet"
    return f"by {scene.intent.certificates[0].renewal.method}; {told}"


def _started(scene: Scene) -> Iterator[Finding]:
    intent, seen = scene.intent, scene.seen["renewal"]
    again = intent.tagged("letsencrypt")
    entries = [entry for entry in seen["cron"] if "certbot" in entry["command"]]
    cron = bool(entries) and seen["cron_active"]
    if intent.certificates[0].renewal.method == "timer":
        if not seen["timer_active"]:
            text = "Nothing renews the certificates: certbot's timer is off."
            remedy = (Remedy("sudo systemctl enable --now certbot.timer"),)
            yield _off(intent, text, "certbot.timer is not active", remedy)
    elif not entries:
        text = "Nothing renews the certificates: their cron entry is gone."
        yield _off(intent, text, f"{CRON_FILE} has no certbot", (again,))
    elif not seen["cron_active"]:
        text = "Nothing renews the certificates: cron does not run."
        yield _off(intent, text, "cron.service is not active", (Remedy("sudo systemctl enable --now cron"),))
    if cron and seen["timer_active"]:
        text = (
            "The certificates are renewed twice, by cron and by certbot's timer, which can get into each other's way."
        )
        evidence = (f"{CRON_FILE}: {entries[0]['schedule']} {entries[0]['command']}", "certbot.timer is active")
        yield Finding("renewal-twice", _SUBJECT, text, evidence, (again,), "warning")


def _off(intent: HostIntent, text: str, evidence: str, remedy: tuple[Remedy, ...]) -> Finding:
    follows = tuple(key for kind in _EXPIRED for key in intent.of_certificates(kind))
    return Finding("renewal-off", _SUBJECT, text, (evidence,), remedy, "error", CERTIFICATE, follows)


def _last(scene: Scene) -> Iterator[Finding]:
    for one in scene.intent.certificates:
        log = scene.seen["renewal_log"][one.name]
        if log["outcome"] == "failed":
            text = f"The last renewal of the certificate {one.name} failed ({log['time'] or 'time unknown'})."
            evidence = tuple(f"{log['path']}: {line}" for line in log["errors"])
            renew = Remedy(f"{renew_command(one)} --force-renewal")
            follows = tuple(f"{kind}:{one.name}" for kind in _EXPIRED)
            yield Finding("renewal-failed", one.name, text, evidence, (renew,), "error", CERTIFICATE, follows)


def _applies(intent: HostIntent) -> bool:
    return intent.has_certificates


CHECK = Check(
    "renewal", judge, summary, ("renewal", "renewal_log"), symptoms=frozenset({CERTIFICATE}), applies=_applies
)
