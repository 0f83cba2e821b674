# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Is the certificate that clients are shown the one on disk, and trusted?"""

from __future__ import annotations

from collections.abc import Iterator

from ..matrix.model import Host
from ..observe.certificate import Certificate
from ..probe.site import Shown
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held, skipped
from .site import SITE, ask


def needs(intent: Intent, host: Host) -> Needs:
    """The certificate on disk, and the one that is served."""
    if not intent.certificate or intent.matrix.proxy not in host.components:
        return {}
    return {"certificate": {"directory": intent.certificate["directory"]}, **ask(intent, host)}


def judge(scene: Scene) -> Iterator[Finding]:
    """Two findings for each name."""
    for name in scene.intent.certificate["names"]:
        answer = scene.seen[SITE]["answers"].get(name)
        shown = answer["certificate"] if answer else {"error": "it is not a site's name"}
        yield from _served(name, shown, scene.seen.get("certificate"))


def _served(name: str, shown: Shown, disk: Certificate | None) -> Iterator[Finding]:
    if "error" in shown:
        yield skipped(f"{name} shows its certificate", shown["error"])
        return
    if disk is not None:
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


CHECK = Check("Certificate that is served", needs, judge, part="letsencrypt", optional=frozenset({"certificate"}))
