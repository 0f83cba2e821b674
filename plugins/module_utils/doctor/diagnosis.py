# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From the declared and the observed to a diagnosis."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .agreed import Agreed
from .causes import traced
from .checks import certificate, clock, database, disk, firewall, flows, front, names, nginx, renewal, services, ssh
from .model import SYMPTOMS, Check, Declared, Diagnosis, Finding, Scene

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
    renewal.CHECK,
    certificate.CHECK,
    ssh.CHECK,
)


def checks_for(declared: Declared, symptom: str) -> tuple[Check, ...]:
    """The checks of a host, narrowed to one of the document's symptoms (see :data:`.model.SYMPTOMS`) if one is given."""
    return tuple(
        check for check in CHECKS if check.applies(declared) and (not symptom or SYMPTOMS[symptom] in check.symptoms)
    )


def look_at(declared: Declared, checks: Iterable[Check]) -> dict[str, dict[str, Any]]:
    """What has to be observed on the host for these checks, with the parameters."""
    wanted = {name for check in checks for name in (*check.needs, *check.uses)}
    return {name: parameters for name, parameters in _parameters(declared).items() if name in wanted}


def diagnose(
    scene: Scene, checks: Iterable[Check], already: Iterable[Finding] = (), agreed: Agreed | None = None
) -> Diagnosis:
    """Examine everything that was seen; what was not seen is said to be so. ``already`` was found while looking."""
    found = list(already)
    found_by = set()
    fine: dict[str, str] = {}
    unseen: dict[str, str] = {}
    for check in checks:
        reason = _missing(scene, check)
        if reason:
            unseen[check.name] = reason
            continue
        findings = check.examine(scene)
        found += findings
        found_by |= {check.name} if findings else set()
        if not findings:
            fine[check.name] = check.fine(scene)
    if agreed and scene.seen:
        findings, holding = agreed.examine(scene, found_by)
        found += findings
        fine |= holding
    return Diagnosis(scene.declared.host, traced(found), fine, unseen)


def _missing(scene: Scene, check: Check) -> str:
    """Why a check cannot be made. That there is no certificate is a finding, not a lack of sight."""
    reasons = [
        scene.unseen.get(name, "not observed")
        for name in check.needs
        if name not in scene.seen and not scene.unseen.get(name, "").startswith("there is no certificate")
    ]
    lacking = scene.here.get("unseen", {})
    reasons += [lacking.get(name, "not tried from here") for name in check.here if name not in scene.here]
    return "; ".join(dict.fromkeys(reasons))


def _parameters(declared: Declared) -> dict[str, dict[str, Any]]:
    """Of every observation."""
    certificate_ = declared.certificate
    accounts = {
        name: {"user": one["user"], "home": one["home"], "secrets": one["secrets"]}
        for name, one in declared.services.items()
    }
    health = {
        name: {"user": one["user"], "path": None, **one["health"]}
        for name, one in declared.services.items()
        if one["health"]
    }
    connections = [{"user": one.user, "address": one.address, "port": one.port} for one in declared.connections]
    return {
        "clock": {},
        "disk": {},
        "firewall": {},
        "sockets": {},
        "database": {},
        "services": {"services": accounts},
        "health": {"services": health},
        "reach": {"connections": connections},
        "nginx": {},
        "names": {"names": list(declared.names)},
        "certificate": {"directory": certificate_.get("directory", "")},
        "served": {
            "directory": certificate_.get("directory", ""),
            "names": list(certificate_.get("names", ())),
            "port": declared.https_port,
        },
        "renewal": {"name": certificate_.get("name", "")},
        "renewal_log": {"name": certificate_.get("name", "")},
        "ssh_refusals": {},
    }
