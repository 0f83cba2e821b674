# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Are the certificates that clients are shown those on disk, and trusted?"""

from __future__ import annotations

from collections.abc import Iterator

from ..document.certificate import Certificate as Documented
from ..document.certificate import certificate_of
from ..matrix.model import Host
from ..observe.certificate import Absent, Certificate
from ..probe.site import Shown
from . import certificate
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held, skipped
from .site import SITE, ask


def needs(intent: Intent, host: Host) -> Needs:
    """The certificates on disk, and those that are served."""
    on_disk = certificate.needs(intent, host)
    return {**on_disk, **ask(intent, host)} if on_disk else {}


def judge(scene: Scene) -> Iterator[Finding]:
    """Two findings for each name."""
    for one in scene.intent.certificates:
        for name in _clients_ask_for(one, scene.intent):
            answer = scene.seen[SITE]["answers"].get(name)
            shown = answer["certificate"] if answer else {"error": "it is not a site's name"}
            yield from _served(name, shown, scene.seen["certificate"][one.name])


def _clients_ask_for(certificate_: Documented, intent: Intent) -> list[str]:
    """Its names; in place of wildcards the sites below them that are served with it."""
    sites = [site.hostname for site in intent.sites]
    below = [name for name in sites if certificate_of(name, intent.certificates) is certificate_]
    return list(dict.fromkeys([*(name for name in certificate_.names if not name.startswith("*.")), *below]))


def _served(name: str, shown: Shown, disk: Certificate | Absent) -> Iterator[Finding]:
    if "error" in shown:
        yield skipped(f"{name} shows its certificate", shown["error"])
        return
    if "error" not in disk:
        same = shown["fingerprint"] == disk["fingerprint"]
        yield held(
            f"{name} shows the certificate that is on disk",
            "" if same else "another one is served: the web server was not reloaded, or uses other files",
            f"{name} shows SHA-256 {_short(shown['fingerprint'])}",
            f"on disk is SHA-256 {_short(disk['fingerprint'])}",
        )
    wrong = shown["distrusted"]
    yield held(f"{name}'s certificate is trusted, and is for that name", wrong, f"{name}: {wrong or 'verified'}")


def _short(fingerprint: str) -> str:
    return f"{fingerprint[:16]}…"


CHECK = Check("Certificates that are served", needs, judge, part="letsencrypt")
