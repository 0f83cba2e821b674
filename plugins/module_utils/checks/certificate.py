# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does the certificate hold every name and live long enough, and is it the one that is served, and trusted?"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from typing import Any

from ..certificates.lineage import DAY_SECONDS, LATE
from ..matrix.model import Host
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held, skipped
from .site import SITE, ask


def needs(intent: Intent, host: Host) -> Needs:
    """The certificate on disk, and the one that is served."""
    if not intent.certificate or intent.proxy not in host.components:
        return {}
    return {"certificate": {"directory": intent.certificate["directory"]}, **ask(intent, host)}


def judge(scene: Scene) -> Iterator[Finding]:
    """Findings of the files, then of each name."""
    names, disk = scene.intent.certificate["names"], scene.seen.get("certificate")
    if disk is None:
        yield held("there is a certificate", scene.look.unseen.get("certificate", "it was not looked at"))
    else:
        yield from _on_disk(names, disk, scene.now)
    for name in names:
        answer = scene.seen[SITE]["answers"].get(name)
        yield from _served(name, answer["certificate"] if answer else {"error": "it is not a site's name"}, disk)


def _on_disk(names: list[str], disk: Mapping[str, Any], now: float) -> Iterator[Finding]:
    missing = sorted({*names} - {*disk["names"]})
    wrong = f"it lacks {', '.join(missing)}" if missing else ""
    yield held("the certificate holds every name", wrong, f"it holds {', '.join(disk['names'])}")
    left, lifetime = disk["not_after"] - now, disk["not_after"] - disk["not_before"]
    days = f"{left / DAY_SECONDS:.0f} of {lifetime / DAY_SECONDS:.0f} days are left"
    wrong = "" if left >= LATE * lifetime else ("it has expired" if left <= 0 else f"only {days}: does renewal run?")
    yield held(f"more than {LATE:.0%} of the certificate's lifetime is left", wrong, days)
    mode = disk["key_mode"]
    wrong = "everybody has rights to the file" if int(mode, 8) & stat.S_IRWXO else ""
    yield held("the certificate's key is not open to everybody", wrong, f"privkey.pem has mode {mode}")


def _served(name: str, shown: Mapping[str, Any], disk: Mapping[str, Any] | None) -> Iterator[Finding]:
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


CHECK = Check("Certificate", needs, judge, part="letsencrypt", optional=frozenset({"certificate"}))
