# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything that was seen of a system, held against its data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .intent import Intent
from .model import Check, Evidence, Finding, Look, Scene, SystemCheck, skipped
from .registry import all_checks


def judge(intent: Intent, evidence: Evidence) -> list[Finding]:
    """All findings, check by check; of one host at a time where a check is of hosts."""
    return [finding for subject, check in all_checks().items() for finding in _judged(intent, evidence, subject, check)]


def _judged(intent: Intent, evidence: Evidence, subject: str, check: Check | SystemCheck) -> Iterator[Finding]:
    if isinstance(check, SystemCheck):
        yield from (_completed(intent, subject, check, finding) for finding in check.judge(intent, evidence))
        return
    for name, look in sorted(evidence.looks.items()):
        if name in intent.matrix.hosts:
            for finding in judge_host(Scene(intent, intent.matrix.hosts[name], look, evidence.now), check):
                yield replace(_completed(intent, subject, check, finding), host=name)


def judge_host(scene: Scene, check: Check) -> list[Finding]:
    """What a check finds on one host; what it cannot see for, it says."""
    needed = {*check.needs(scene.intent, scene.host)}
    missing = sorted(needed - check.optional - {*scene.seen})
    if missing:
        return [skipped(f"{check.title}: {name} can be seen", _why(scene.look, name)) for name in missing]
    return list(check.judge(scene)) if needed else []


def _why(look: Look, name: str) -> str:
    return look.unseen.get(name, "it was not looked at")


def _completed(intent: Intent, subject: str, check: Check | SystemCheck, finding: Finding) -> Finding:
    """With its subject, and where it failed with what puts it right."""
    remedy = finding.remedy
    if finding.verdict == "failed" and check.part and not remedy:
        remedy = (f"{intent.site} --tags {check.part}",)
    return replace(finding, subject=subject, remedy=remedy)
