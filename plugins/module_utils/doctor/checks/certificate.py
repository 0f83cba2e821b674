# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Are there certificates for all names, valid today, and those that are served?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...certificates.lineage import DAY_SECONDS, LATE
from ...document.certificate import Certificate
from ...observe.certificate import Certificate as OnDisk
from ..edge import refused
from ..model import CERTIFICATE, Check, Finding, HostIntent, Remedy, Scene
from ..words import moment, period

#: What Cloudflare refuses as well.
_REFUSED = ("certificate-absent", "certificate-early", "certificate-expired", "certificate-names", "certificate-not-served")


def judge(scene: Scene) -> list[Finding]:
    """Those on disk, and those that clients are shown."""
    return [
        replace(finding, causes=refused(scene.intent, one.name)) if finding.kind in _REFUSED else finding
        for one in scene.intent.certificates
        for finding in _judge(scene, one)
    ]


def summary(scene: Scene) -> str:
    """How long they are valid."""
    left = min(one["not_after"] for one in scene.seen["certificate"].values() if "error" not in one) - scene.now
    return f"valid for {period(left)} more, and served as on disk"


def _judge(scene: Scene, certificate: Certificate) -> Iterator[Finding]:
    found = scene.seen["certificate"][certificate.name]
    if "error" in found:
        yield _absent(scene.intent, certificate, found["error"])
        return
    yield from _dates(certificate, found, scene.now)
    yield from _names(scene.intent, certificate, found)
    yield from _served(certificate, scene.seen["served"][certificate.name])


def _absent(intent: HostIntent, certificate: Certificate, why: str) -> Finding:
    text = f"There is no certificate {certificate.name}: browsers are shown a placeholder and refuse it."
    remedy = (intent.tagged("letsencrypt"),)
    return Finding("certificate-absent", certificate.name, text, (why,), remedy, symptom=CERTIFICATE)


def _dates(certificate: Certificate, found: OnDisk, now: float) -> Iterator[Finding]:
    name, left = certificate.name, found["not_after"] - now
    chain = f"{certificate.directory}/fullchain.pem"
    evidence = (f"{chain}: valid from {moment(found['not_before'])} to {moment(found['not_after'])}",)
    renew = (Remedy(renew_command(certificate)),)
    if now < found["not_before"]:
        text = f"The certificate {name} is not valid before {moment(found['not_before'])}."
        yield Finding("certificate-early", name, text, evidence, renew, symptom=CERTIFICATE)
    elif left <= 0:
        text = f"The certificate {name} expired {period(-left)} ago: browsers refuse the site."
        yield Finding("certificate-expired", name, text, evidence, renew, symptom=CERTIFICATE)
    elif left < LATE * (found["not_after"] - found["not_before"]):
        text = f"The certificate {name} expires in {left / DAY_SECONDS:.0f} days and should have been renewed by now."
        yield Finding("certificate-late", name, text, evidence, renew, "warning", CERTIFICATE)


def renew_command(certificate: Certificate) -> str:
    """The document's own, for one certificate. Without a terminal certbot would first sleep for up to eight minutes."""
    return f"sudo certbot renew --cert-name {certificate.name} --no-random-sleep-on-renew"


def _names(intent: HostIntent, certificate: Certificate, found: OnDisk) -> Iterator[Finding]:
    missing = [name for name in certificate.names if name not in found["names"]]
    if missing:
        text = f"The certificate {certificate.name} does not hold {', '.join(missing)}: browsers refuse that name."
        evidence = (f"it holds {', '.join(found['names'])}",)
        yield Finding("certificate-names", certificate.name, text, evidence, (intent.tagged("letsencrypt"),))


def _served(certificate: Certificate, shown: list[str]) -> Iterator[Finding]:
    if shown:
        kind, name = "certificate-not-served", certificate.name
        text = f"Nginx does not show the certificate {name} that is on disk."
        deploy = Remedy(f"sudo {certificate.hook}")
        yield Finding(kind, name, text, tuple(shown), (deploy,), symptom=CERTIFICATE, heals=True)


def _applies(intent: HostIntent) -> bool:
    return intent.has_certificates


CHECK = Check(
    "certificate",
    judge,
    summary,
    needs=("certificate", "served"),
    symptoms=frozenset({CERTIFICATE}),
    applies=_applies,
)
