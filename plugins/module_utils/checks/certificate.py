# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Do the certificates on disk hold every name, live long enough and keep their keys to themselves?"""

from __future__ import annotations

import stat
from collections.abc import Iterator

from ..certificates.lineage import DAY_SECONDS, LATE
from ..document.certificate import Certificate
from ..matrix.model import Host
from ..observe.certificate import Certificate as OnDisk
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held


def needs(intent: Intent, host: Host) -> Needs:
    """The files, where the sites are."""
    directories = {one.name: one.directory for one in intent.certificates_of(host)}
    return {"certificate": {"directories": directories}} if directories else {}


def judge(scene: Scene) -> Iterator[Finding]:
    """Findings of the files of each."""
    for certificate in scene.intent.certificates:
        disk = scene.seen["certificate"][certificate.name]
        if "error" in disk:
            yield held(f"there is a certificate {certificate.name}", disk["error"])
        else:
            yield from _on_disk(certificate, disk, scene.now)


def _on_disk(certificate: Certificate, disk: OnDisk, now: float) -> Iterator[Finding]:
    name = certificate.name
    missing = sorted({*certificate.names} - {*disk["names"]})
    wrong = f"it lacks {', '.join(missing)}" if missing else ""
    yield held(f"the certificate {name} holds every name", wrong, f"it holds {', '.join(disk['names'])}")
    left, lifetime = disk["not_after"] - now, disk["not_after"] - disk["not_before"]
    days = f"{left / DAY_SECONDS:.0f} of {lifetime / DAY_SECONDS:.0f} days are left"
    wrong = "" if left >= LATE * lifetime else ("it has expired" if left <= 0 else f"only {days}: does renewal run?")
    yield held(f"more than {LATE:.0%} of the lifetime of the certificate {name} is left", wrong, days)
    mode = disk["key_mode"]
    wrong = "everybody has rights to the file" if int(mode, 8) & stat.S_IRWXO else ""
    yield held(f"the key of the certificate {name} is not open to everybody", wrong, f"privkey.pem has mode {mode}")


CHECK = Check("Certificates", needs, judge, part="letsencrypt")
