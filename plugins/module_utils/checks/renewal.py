# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Are the certificates renewed as the data say, and in that way only?"""

from __future__ import annotations

from collections.abc import Iterator

from ..document.certificate import Certificate
from ..document.certificate import Renewal as Documented
from ..matrix.model import Host
from ..observe.renewal import CRON_FILE, Lineage, Renewal
from . import certificate
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held


def needs(intent: Intent, host: Host) -> Needs:
    """Where the certificates are."""
    names = [one.name for one in intent.certificates_of(host)]
    return {"renewal": {"names": names}, **certificate.needs(intent, host)} if names else {}


def judge(scene: Scene) -> Iterator[Finding]:
    """What starts it, what comes after it, and who else does it."""
    documented, found = scene.intent.certificates[0].renewal, scene.seen["renewal"]
    yield _by_timer(found) if documented.method == "timer" else _by_cron(documented, found)
    for one in scene.intent.certificates:
        if "error" not in scene.seen["certificate"][one.name]:  # that there is none is told by the check of it
            yield _put_into_service(one, found["lineages"][one.name])
    wrong = f"certbot is run by {'; '.join(found['others'])}" if found["others"] else ""
    files = dict.fromkeys(line.partition(": ")[0] for line in found["others"])
    remedy = tuple(f"sudoedit {file}" for file in files)
    yield held("nobody else renews the certificates", wrong, *found["others"], remedy=remedy)


def _by_timer(found: Renewal) -> Finding:
    wrong = "" if found["timer_active"] else "certbot.timer is not active"
    wrong = wrong or ("" if found["timer_next"] else "certbot.timer is never due")
    wrong = wrong or (f"cron renews it as well: {_entries(found)}" if found["cron"] else "")
    return held("certbot's timer renews the certificates", wrong, *_seen(found))


def _by_cron(documented: Documented, found: Renewal) -> Finding:
    wanted = f"{documented.schedule} {documented.command}"
    wrong = "" if _entries(found) == wanted else f"cron has {_entries(found) or 'no entry for it'}"
    wrong = wrong or (f"cron leaves {CRON_FILE} out: {found['cron_refuses']}" if found["cron_refuses"] else "")
    wrong = wrong or ("" if found["cron_active"] else "cron does not run")
    wrong = wrong or ("certbot.timer renews it as well" if found["timer_active"] else "")
    return held(f"cron renews the certificates: {wanted}", wrong, *_seen(found))


def _put_into_service(certificate_: Certificate, found: Lineage) -> Finding:
    title, wanted = f"the certificate {certificate_.name}, when renewed, is put into service", certificate_.hook
    if not found["known"]:
        return held(title, "certbot does not know the certificate, so it renews nothing")
    wrong = (
        "" if found["hook"] == wanted else f"after a renewal certbot runs {found['hook'] or 'nothing'}, not {wanted}"
    )
    wrong = wrong or ("" if found["hook_runs"] else f"{wanted} cannot be run")
    return held(title, wrong, f"after a renewal certbot runs {found['hook'] or 'nothing'}")


def _entries(found: Renewal) -> str:
    return "; ".join(f"{one['schedule']} {one['command']}" for one in found["cron"])


def _seen(found: Renewal) -> tuple[str, ...]:
    return (
        f"cron: {_entries(found) or 'no entry'} ({'running' if found['cron_active'] else 'not running'})",
        f"certbot.timer: {'active' if found['timer_active'] else 'not active'}",
    )


CHECK = Check("Renewal of the certificates", needs, judge, part="letsencrypt")
