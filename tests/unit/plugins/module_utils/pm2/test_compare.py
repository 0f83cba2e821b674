# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Drift is found, named, and met with the mildest step that removes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.compare import (
    Actual,
    Plan,
    Unit,
    differences,
    lines,
    plan,
)
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.definition import ecosystem, record
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.model import Service
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.pm2.samples import (
    API,
    JOB,
    PATH,
    RELEASE,
    healthy,
    process,
)


def steps(actual: Actual, service: Service = API, release: str = RELEASE) -> Plan:
    return plan(service, record(service, PATH), ecosystem(service, PATH, release), release, actual)


@pytest.mark.parametrize("service", [API, JOB], ids=["api", "job"])
def test_what_is_as_declared_is_left_alone(service: Service) -> None:
    assert steps(healthy(service), service) == Plan()


def test_a_job_that_has_ended_is_left_alone() -> None:
    ended = healthy(JOB, processes=(process(JOB, status="stopped", exit_code=1),))
    assert steps(ended, JOB) == Plan()


UNIT = Unit(active=True, enabled=True, pid=10, started=1000.0, changed=900.0)
BOTH = (process(number=0), process(number=1))


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (
            healthy(unit=replace(UNIT, active=False), daemon=0, processes=()),
            Plan("restart", ("pm2-api.service is not active",)),
        ),
        (
            healthy(unit=replace(UNIT, enabled=False)),
            Plan("reload", ("pm2-api.service does not start at boot",), enable=True),
        ),
        (healthy(daemon=11), Plan("restart", ("PM2 is not the one of pm2-api.service",))),
        (healthy(daemon=0, processes=()), Plan("restart", ("PM2 does not answer",))),
        (
            healthy(unit=replace(UNIT, changed=1001.0)),
            Plan("restart", ("pm2-api.service has changed since it was started",)),
        ),
        (healthy(processes=()), Plan("restart", ("not running in PM2",))),
        (
            healthy(processes=(process(number=0, status="stopped"), BOTH[1])),
            Plan("reload", ("process 0: stopped",), stale=(0,)),
        ),
        (
            healthy(processes=(process(number=0, pm_exec_path="/tmp/evil.js"), BOTH[1])),
            Plan("reload", ("process 0: pm_exec_path",), stale=(0,)),
        ),
        (
            healthy(processes=(process(number=0, exec_mode="fork_mode"), BOTH[1])),
            Plan("restart", ("process 0: exec_mode",)),
        ),
        (healthy(processes=BOTH[:1]), Plan("reload", ("instances 1 -> 2",), missing=1)),
        (healthy(processes=(*BOTH, process(number=2))), Plan("reload", ("instances 3 -> 2",), surplus=(2,))),
        (
            healthy(processes=(*BOTH, process(number=2, name="miner"))),
            Plan("reload", ("process 2: 'miner' is not declared",), surplus=(2,)),
        ),
        (
            healthy(switched=2500.0),
            Plan(
                "reload",
                ("process 0: runs an earlier release", "process 1: runs an earlier release"),
                stale=(0, 1),
            ),
        ),
        (
            healthy(unfinished=True),
            Plan("reload", ("an earlier run was cut off before it had proven its change",), stale=(0, 1)),
        ),
        (healthy(definition=""), Plan("reload", ("definition",))),
    ],
    ids=lambda value: value.reasons[0] if isinstance(value, Plan) else "",
)
def test_drift(actual: Actual, expected: Plan) -> None:
    assert steps(actual) == expected


def test_a_new_release_replaces_every_process() -> None:
    found = steps(healthy(), release="bbbbbbbbbbbb-000001")
    assert found == Plan("reload", (f"release {RELEASE} -> bbbbbbbbbbbb-000001", "definition"), stale=(0, 1))


def test_the_first_deployment() -> None:
    nothing = Actual(unit=Unit(active=False, enabled=False))
    assert steps(nothing) == Plan(
        "restart",
        (
            "pm2-api.service does not start at boot",
            "pm2-api.service is not active",
            f"release (none) -> {RELEASE}",
            "not deployed yet",
        ),
        enable=True,
    )


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"PORT": "9"}, {"environment.PORT": ("9", "8000")}),
        ({"PGPASSWORD": "other"}, {"environment.PGPASSWORD": ("********", "********")}),
        ({"EXTRA": "maybe secret"}, {"environment.EXTRA": ("********", "(not set)")}),
    ],
)
def test_variables_are_compared_and_secrets_not_shown(environment: dict[str, str], expected: dict[str, Any]) -> None:
    wanted = record(API, PATH)
    found = differences(wanted, process(env={**wanted["env"], **environment}), API)
    assert found == expected


def test_a_variable_that_a_process_lacks_is_drift() -> None:
    wanted = record(API, PATH)
    held = {name: value for name, value in wanted["env"].items() if name != "PORT"}
    assert differences(wanted, process(env=held), API) == {"environment.PORT": ("(not set)", "8000")}


def test_a_diff_hides_secrets() -> None:
    shown = lines({"name": "api", "env": {"PORT": "1", "PGPASSWORD": "hush"}}, {"PGPASSWORD"})
    assert shown == {"name": "api", "env": {"PORT": "1", "PGPASSWORD": "********"}}


def test_owners_and_modes_of_the_release() -> None:
    found = steps(healthy(astray=tuple(f"/srv/api/releases/{number}" for number in range(9))))
    assert found.reasons == (
        "owner or mode of /srv/api/releases/0, /srv/api/releases/1, /srv/api/releases/2, 9 in all",
    )
    assert (found.step, found.stale) == ("reload", ())


def test_what_pm2_calls_online_without_a_process() -> None:
    running = healthy()
    dead = replace(running.processes[0], pid=0)
    found = steps(replace(running, processes=(dead, running.processes[1])))
    assert (found.reasons, found.stale) == (("process 0: cannot be run",), (0,))
