# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Is there a certificate for all names, valid today, and the one that is served?"""

from __future__ import annotations

from collections.abc import Iterator

from ...certificates.lineage import DAY_SECONDS, LATE
from ...observe.certificate import Certificate
from ..model import CERTIFICATE, Check, Finding, HostIntent, Remedy, Scene
from ..words import moment, period

SUBJECT = "certificate"


def judge(scene: Scene) -> list[Finding]:
    """The one on disk, and the one that clients are shown."""
    if "certificate" not in scene.seen:
        return [_absent(scene)]
    return [*_dates(scene, scene.seen["certificate"]), *_names(scene, scene.seen["certificate"]), *_served(scene)]


def summary(scene: Scene) -> str:
    """How long it is valid."""
    left = scene.seen["certificate"]["not_after"] - scene.now
    return f"valid for {period(left)} more, and the one that is served"


def _absent(scene: Scene) -> Finding:
    text = "There is no certificate: browsers are shown a placeholder and refuse it."
    remedy = (scene.intent.tagged("letsencrypt"),)
    return Finding("certificate-absent", SUBJECT, text, (scene.unseen["certificate"],), remedy, symptom=CERTIFICATE)


def _dates(scene: Scene, found: Certificate) -> Iterator[Finding]:
    intent = scene.intent
    chain = f"{intent.certificate['directory']}/fullchain.pem"
    evidence = (f"{chain}: valid from {moment(found['not_before'])} to {moment(found['not_after'])}",)
    renew = (Remedy(renew_command(intent)),)
    left = found["not_after"] - scene.now
    if scene.now < found["not_before"]:
        text = f"The certificate is not valid before {moment(found['not_before'])}."
        yield Finding("certificate-early", SUBJECT, text, evidence, renew, symptom=CERTIFICATE)
    elif left <= 0:
        text = f"The certificate expired {period(-left)} ago: browsers refuse the site."
        yield Finding("certificate-expired", SUBJECT, text, evidence, renew, symptom=CERTIFICATE)
    elif left < LATE * (found["not_after"] - found["not_before"]):
        text = f"The certificate expires in {left / DAY_SECONDS:.0f} days and should have been renewed by now."
        yield Finding("certificate-late", SUBJECT, text, evidence, renew, "warning", CERTIFICATE)


def renew_command(intent: HostIntent) -> str:
    """The document's own, for this certificate. Without a terminal certbot would first sleep for up to eight minutes."""
    return f"sudo certbot renew --cert-name {intent.certificate['name']} --no-random-sleep-on-renew"


def _names(scene: Scene, found: Certificate) -> Iterator[Finding]:
    missing = [name for name in scene.intent.certificate["names"] if name not in found["names"]]
    if missing:
        text = f"The certificate does not hold {', '.join(missing)}: browsers refuse that name."
        evidence = (f"it holds {', '.join(found['names'])}",)
        yield Finding("certificate-names", SUBJECT, text, evidence, (scene.intent.tagged("letsencrypt"),))


def _served(scene: Scene) -> Iterator[Finding]:
    shown = scene.seen.get("served", ())
    if shown:
        text = "Nginx does not show the certificate that is on disk."
        deploy = Remedy(f"sudo /etc/letsencrypt/deploy-{scene.intent.certificate['name']}")
        yield Finding("certificate-not-served", SUBJECT, text, tuple(shown), (deploy,), symptom=CERTIFICATE, heals=True)


def _applies(intent: HostIntent) -> bool:
    return intent.has_certificate


CHECK = Check(
    "certificate",
    judge,
    summary,
    needs=("certificate", "served"),
    symptoms=frozenset({CERTIFICATE}),
    applies=_applies,
)
