# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When a release is rolled out, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.compare import Plan
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.deploy import DeployError
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.rollout import Asked, Rollout, roll_out
from ansible_collections.nostromo.networking.plugins.module_utils.release.history import History
from ansible_collections.nostromo.networking.plugins.module_utils.release.model import BuildError

REASONS = ("not deployed yet",)


@dataclass
class Store:
    """Where its releases are."""

    root: Path


@dataclass
class Service:
    """A service on a host, as far as it is asked."""

    reasons: tuple[str, ...]
    store: Store
    fault: Exception | None = None
    serving: bool = True
    commits: list[str] = field(default_factory=list)
    prepared: list[str] = field(default_factory=list)

    def serves(self) -> bool:
        return self.serving

    def prepare(self, release: str, _build: object, _migrations: object) -> None:
        if self.fault:
            raise self.fault
        self.prepared.append(release)

    def definition(self) -> str:
        return "before"

    def plan(self, _release: str) -> Plan:
        return Plan("restart" if self.reasons else "none", self.reasons)

    def commit(self, release: str, _steps: Plan, _build: object, _migrations: object) -> str:
        if self.fault:
            raise self.fault
        self.commits.append(release)
        return "it serves"


@dataclass
class Release:
    """A release, and where its files are."""

    is_local: bool = False
    upload_needed: bool = False
    name: str = "r1"
    migrations: tuple[str, ...] = ()

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
    reasons: tuple[str, ...],
    release: Release,
    check_mode: bool,
    upload_needed: bool | None,
    seen: str | None,
    tmp_path: Path,
) -> None:
    service = Service(reasons, Store(tmp_path))
    found = roll_out(service, release, Asked("ripley@nostromo", "the repository v1"), check_mode)  # type: ignore[arg-type]
    assert found == Rollout("r1", reasons, "before", upload_needed, seen)
    assert service.commits == (["r1"] if seen else [])
    noted = [(one.by, one.release, one.source, one.reasons, one.outcome) for one in History(tmp_path).entries()]
    assert noted == ([("ripley@nostromo", "r1", "the repository v1", reasons, "serves")] if seen else [])


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (DeployError("release r1: not healthy: refused\nWent back to r0, which serves again."), "not healthy: refused"),
        (BuildError("npm ci: exit status 1\nwith a token in a line"), "could not be built"),
    ],
)
def test_what_failed_is_noted_too(fault: Exception, outcome: str, tmp_path: Path) -> None:
    service = Service(REASONS, Store(tmp_path), fault)
    with pytest.raises(type(fault)):
        roll_out(service, Release(), Asked())  # type: ignore[arg-type]
    assert [one.outcome for one in History(tmp_path).entries()] == [outcome]


def test_what_cannot_be_noted_is_no_reason_to_fail(tmp_path: Path) -> None:
    found = roll_out(Service(REASONS, Store(tmp_path / "none")), Release(), Asked())  # type: ignore[arg-type]
    assert found.seen == "it serves"


def test_a_release_waits_for_its_turn_where_another_serves(tmp_path: Path) -> None:
    service = Service(REASONS, Store(tmp_path))
    found = roll_out(service, Release(), Asked(), hold=True)  # type: ignore[arg-type]
    assert found == Rollout("r1", REASONS, "before", None, held=True)
    assert (service.prepared, service.commits) == (["r1"], [])
    assert list(History(tmp_path).entries()) == []  # nothing has come of it yet


@pytest.mark.parametrize("service", [Service(REASONS, Store(Path()), serving=False), Service((), Store(Path()))])
def test_nobody_waits_where_nothing_serves_or_nothing_is_to_be_done(service: Service, tmp_path: Path) -> None:
    service.store.root = tmp_path
    found = roll_out(service, Release(), Asked(), hold=True)  # type: ignore[arg-type]
    assert (found.held, service.prepared) == (False, [])


def test_a_release_that_cannot_be_made_ready_is_noted(tmp_path: Path) -> None:
    service = Service(REASONS, Store(tmp_path), DeployError("release r1: has no file 'a.js', its script"))
    with pytest.raises(DeployError):
        roll_out(service, Release(), Asked(), hold=True)  # type: ignore[arg-type]
    assert [one.outcome for one in History(tmp_path).entries()] == ["has no file 'a.js', its script"]


@pytest.mark.parametrize("check_mode", [True, False])
def test_what_runs_once_before_it_serves_is_told(check_mode: bool, tmp_path: Path) -> None:
    release = Release(migrations=("npm run migrate",))
    found = roll_out(Service(REASONS, Store(tmp_path)), release, Asked(), check_mode)  # type: ignore[arg-type]
    assert found.reasons == (*REASONS, "runs once, before it serves: npm run migrate")
    nothing = roll_out(Service((), Store(tmp_path)), release, Asked(), check_mode)  # type: ignore[arg-type]
    assert nothing.reasons == ()
