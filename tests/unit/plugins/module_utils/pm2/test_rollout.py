# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When a release is rolled out, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.compare import Plan
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.rollout import Rollout, roll_out

REASONS = ("not deployed yet",)


@dataclass
class Service:
    """A service on a host, as far as it is asked."""

    reasons: tuple[str, ...] = REASONS
    commits: list[str] = field(default_factory=list)

    def definition(self) -> str:
        return "before"

    def plan(self, _release: str) -> Plan:
        return Plan("restart" if self.reasons else "none", self.reasons)

    def commit(self, release: str, _steps: Plan, _build: object) -> str:
        self.commits.append(release)
        return "it serves"


@dataclass
class Release:
    """A release, and where its files are."""

    is_local: bool = False
    upload_needed: bool = False
    name: str = "r1"

    def build(self) -> None:
        """Nothing."""


@pytest.mark.parametrize(
    ("reasons", "release", "check_mode", "upload_needed", "seen"),
    [
        (REASONS, Release(), False, None, "it serves"),
        (REASONS, Release(), True, None, None),
        ((), Release(), False, None, None),
        (REASONS, Release(is_local=True), False, False, "it serves"),
        (REASONS, Release(is_local=True, upload_needed=True), False, True, None),
    ],
)
def test_rollouts(
    reasons: tuple[str, ...], release: Release, check_mode: bool, upload_needed: bool | None, seen: str | None
) -> None:
    service = Service(reasons)
    found = roll_out(service, release, check_mode)  # type: ignore[arg-type]
    assert found == Rollout("r1", reasons, "before", upload_needed, seen)
    assert service.commits == (["r1"] if seen else [])
