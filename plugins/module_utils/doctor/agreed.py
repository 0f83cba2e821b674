# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What verify holds against the data is looked at here too: nothing that fails there passes here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..checks.intent import Intent
from ..checks.judge import judge_host
from ..checks.model import Check, Look
from ..checks.model import Finding as Verified
from ..checks.model import Scene as Seen
from ..checks.plan import FROM_CONTROLLER, merged
from ..checks.registry import all_checks
from .model import Finding, Remedy, Scene

#: Subject of verify's -> the checks of the doctor's that follow the same to its cause. When one of them finds something,
#: what verify would say of a component is not told a second time.
EXPLAINED: Mapping[str, tuple[str, ...]] = {
    "certificate": ("certificate",),
    "firewall": ("firewall",),
    "health": ("services", "database", "flows", "firewall"),
    "impostor": ("firewall",),
    "listener": ("services", "database", "nginx", "monitoring"),
    "monitoring": ("monitoring", "database", "disk", "firewall", "flows"),
    "nginx": ("nginx", "disk"),
    "renewal": ("renewal",),
    "room": ("disk", "firewall"),
}


@dataclass(frozen=True)
class Agreed:
    """Verify's checks of one host that need nothing from the controller; of some subjects, or of all."""

    intent: Intent
    host: str
    subjects: Collection[str] = ()

    def look_at(self) -> dict[str, dict[str, Any]]:
        """What has to be observed for them."""
        return merged(
            check.needs(self.intent, self.intent.matrix.hosts[self.host]) for check in self._checks().values()
        )

    def judge(self, scene: Scene, found_by: Collection[str]) -> tuple[list[Finding], dict[str, str]]:
        """What failed and is not explained, and of what all holds how much, by subject.

        :param found_by: the checks of the doctor's that have found something.
        """
        look = Look(scene.seen, scene.unseen)
        seen = Seen(self.intent, self.intent.matrix.hosts[self.host], look, scene.now)
        findings: list[Finding] = []
        passed: dict[str, str] = {}
        for subject, check in self._checks().items():
            verified = judge_host(seen, check)
            failed = [one for one in verified if one.verdict == "failed"]
            explained = {*EXPLAINED.get(subject, ())} & {*found_by}
            findings += [
                self._told(subject, one) for one in failed if not (explained and _of_a_component(subject, one))
            ]
            holding = sum(one.verdict == "passed" for one in verified)
            if holding and not failed and subject not in EXPLAINED.get(subject, ()):
                passed[subject] = f"{check.title}, as the data say ({holding} checked)"
        return findings, passed

    def _checks(self) -> dict[str, Check]:
        host = self.intent.matrix.hosts[self.host]
        return {
            subject: check
            for subject, check in all_checks().items()
            if (not self.subjects or subject in self.subjects)
            and isinstance(check, Check)
            and not FROM_CONTROLLER & {*check.needs(self.intent, host)}
        }

    def _told(self, subject: str, finding: Verified) -> Finding:
        about = finding.destination or finding.source or self.host
        text = f"It does not hold that {finding.title}: {finding.reason}."
        part = all_checks()[subject].part
        commands = finding.remedy or ((f"{self.intent.site} --tags {part}",) if part else ())
        return Finding(f"{subject}-differs", about, text, finding.evidence, tuple(_remedies(commands)))


def _of_a_component(subject: str, finding: Verified) -> bool:
    """Whether a finding is of what a check of the doctor's follows; a socket that nobody declared is of nothing."""
    return subject != "listener" or bool(finding.destination)


def _remedies(commands: Iterable[str]) -> Iterable[Remedy]:
    for command in commands:
        yield Remedy(command, "here" if command.startswith("ansible-playbook") else "host")
