# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From what a host should be and what was seen of it to a diagnosis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from .agreed import Agreed
from .causes import traced
from .checks import (
    certificate,
    clock,
    database,
    disk,
    firewall,
    flows,
    front,
    monitoring,
    names,
    nginx,
    renewal,
    services,
    ssh,
    through,
)
from .model import SYMPTOMS, Check, Diagnosis, Finding, HostIntent, Scene

#: In the order in which they are told: what others rest on comes first.
CHECKS = (
    disk.CHECK,
    clock.CHECK,
    names.HOST,
    names.HERE,
    firewall.CHECK,
    database.CHECK,
    services.CHECK,
    flows.CHECK,
    nginx.CHECK,
    front.CHECK,
    through.CHECK,
    renewal.CHECK,
    certificate.CHECK,
    ssh.CHECK,
    monitoring.CHECK,
)


def checks_for(intent: HostIntent, symptom: str) -> tuple[Check, ...]:
    """The checks of a host, narrowed to one of the document's symptoms (see :data:`.model.SYMPTOMS`) if one is given."""
    return tuple(
        check for check in CHECKS if check.applies(intent) and (not symptom or SYMPTOMS[symptom] in check.symptoms)
    )


def look_at(intent: HostIntent, checks: Iterable[Check]) -> dict[str, dict[str, Any]]:
    """What has to be observed on the host for these checks, with the parameters."""
    wanted = {name for check in checks for name in (*check.needs, *check.uses)}
    return {name: parameters for name, parameters in _parameters(intent).items() if name in wanted}


def diagnose(
    scene: Scene, checks: Iterable[Check], already: Iterable[Finding] = (), agreed: Agreed | None = None
) -> Diagnosis:
    """Examine everything that was seen; what was not seen is said to be so. ``already`` was found while looking."""
    found = list(already)
    found_by = set()
    passed: dict[str, str] = {}
    skipped: dict[str, str] = {}
    for check in checks:
        reason = _missing(scene, check)
        if reason:
            skipped[check.name] = reason
            continue
        findings = check.judge(scene)
        found += findings
        found_by |= {check.name} if findings else set()
        if not findings:
            passed[check.name] = check.summary(scene)
    if agreed and scene.seen:
        findings, holding = agreed.judge(scene, found_by)
        found += findings
        passed |= holding
    return Diagnosis(scene.intent.host, traced(found), passed, skipped)


def _missing(scene: Scene, check: Check) -> str:
    """Why a check cannot be made."""
    reasons = [scene.unseen.get(name, "not observed") for name in check.needs if name not in scene.seen]
    lacking = scene.here.get("unseen", {})
    reasons += [lacking.get(name, "not tried from here") for name in check.here if name not in scene.here]
    return "; ".join(dict.fromkeys(reasons))


def _parameters(intent: HostIntent) -> dict[str, dict[str, Any]]:
    """Of every observation."""
    names = [one.name for one in intent.certificates]
    accounts = {
        name: {"user": one["user"], "home": one["home"], "secrets": one["secrets"]}
        for name, one in intent.services.items()
    }
    health = {
        name: {"user": one["user"], "path": None, **one["health"]}
        for name, one in intent.services.items()
        if one["health"]
    }
    return {
        "client": {},
        "clock": {},
        "disk": {},
        "firewall": {},
        "sockets": {},
        "database": {},
        "services": {"services": accounts},
        "health": {"services": health},
        "flows": {"probes": [asdict(one) for one in intent.connections]},
        "nginx": {},
        "names": {"names": list(intent.names)},
        "certificate": {"directories": {one.name: one.directory for one in intent.certificates}},
        "served": {
            "certificates": {
                one.name: {"directory": one.directory, "names": list(one.names)} for one in intent.certificates
            },
            "port": intent.https_port,
        },
        "renewal": {"names": names},
        "renewal_log": {"names": names},
        "ssh_refusals": {},
        **({"monitoring": intent.monitoring.look_at()} if intent.monitoring else {}),
    }
