# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does the certificate on disk hold every name, live long enough and keep its key to itself?"""

from __future__ import annotations

import stat
from collections.abc import Iterator

from ..certificates.lineage import DAY_SECONDS, LATE
from ..matrix.model import Host
from ..observe.certificate import Certificate
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held


def needs(intent: Intent, host: Host) -> Needs:
    """The files, where the sites are."""
    if not intent.certificate or intent.matrix.proxy not in host.components:
        return {}
    return {"certificate": {"directory": intent.certificate["directory"]}}


def judge(scene: Scene) -> Iterator[Finding]:
    """Findings of the files."""
    disk = scene.seen.get("certificate")
    if disk is None:
        yield held("there is a certificate", scene.look.unseen.get("certificate", "it was not looked at"))
    else:
        yield from _on_disk(scene.intent.certificate["names"], disk, scene.now)


def _on_disk(names: list[str], disk: Certificate, now: float) -> Iterator[Finding]:
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


CHECK = Check("Certificate", needs, judge, part="letsencrypt", optional=frozenset({"certificate"}))
