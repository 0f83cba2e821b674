# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What shows that a service serves, and for how long."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.listening import Listener
from ansible_collections.nostromo.networking.plugins.module_utils.pm2 import proving
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.client import Client
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.model import Health, Process, Service
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.proving import Prover, UnprovenError
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.pm2.samples import API, JOB, process

WORKER = replace(API, mode="fork", instances=1, health=None)
PORT = replace(API, health=Health("127.0.0.1", 8000))


class Clock:
    """Time that passes only while one waits for it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(proving.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(proving.time, "sleep", self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.now += seconds


class Daemon(Client):
    """A PM2 whose processes change with time."""

    def __init__(self, service: Service, processes: Callable[[], tuple[Process, ...]]) -> None:
        super().__init__(service.name, service.user)
        self.now = processes

    def processes(self) -> tuple[Process, ...]:
        return self.now()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def prove(clock: Clock, service: Service, processes: Callable[[], tuple[Process, ...]], timeout: int = 45) -> str:
    prover = Prover(service, Daemon(service, processes), timeout)
    return prover.prove(time.time(), clock.now + timeout)


@pytest.mark.parametrize(("timeout", "seconds"), [(45, 10), (8, 4)])
def test_where_nothing_can_be_asked_it_has_to_stay_up(clock: Clock, timeout: int, seconds: int) -> None:
    seen = prove(clock, WORKER, lambda: (process(WORKER),), timeout)
    assert seen == f"1 process stayed up for {seconds} s; it has no port that could be asked"
    assert clock.now - 1000 == pytest.approx(seconds, abs=0.3)


@pytest.mark.parametrize(
    ("every", "text"),
    [
        (1, "^process 0 crashes: started 4 times$"),
        # Twice in ten seconds: PM2 calls it online each time that it is looked at.
        (4, "^not healthy within 9 s: it had not served for long enough$"),
    ],
)
def test_one_that_is_started_again_and_again_does_not(clock: Clock, every: int, text: str) -> None:
    def crashing() -> tuple[Process, ...]:
        count = int(clock.now - 1000) // every
        return (replace(process(WORKER, restart_time=count), pid=100 + count),)

    with pytest.raises(UnprovenError, match=text):
        prove(clock, WORKER, crashing, timeout=9)


def test_a_port_has_to_be_the_services_own(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[tuple[Listener, ...]] = [()]
    monkeypatch.setattr(proving, "listeners", lambda _port: found[0])
    monkeypatch.setattr(proving, "probe", lambda *_arguments: None)
    monkeypatch.setattr(proving.pwd, "getpwnam", lambda _name: proving.pwd.getpwuid(0))
    own = (process(PORT, 0), process(PORT, 1))
    with pytest.raises(
        UnprovenError, match="^not healthy within 45 s: pm2-api.service does not listen on 127.0.0.1:8000$"
    ):
        prove(clock, PORT, lambda: own)
    found[0] = (Listener("tcp", "127.0.0.1", 8000, "node", 7, "api", "pm2-api.service"),)
    assert prove(clock, PORT, lambda: own) == "2 processes of pm2-api.service; it listens on 127.0.0.1:8000"
    assert prove(clock, API, lambda: own).endswith("; GET http://127.0.0.1:8000/health was answered by it")


@pytest.mark.parametrize(
    ("own", "text"),
    [
        ((), "^not healthy within 45 s: 0 of 2 processes$"),
        ((process(number=0), process(number=1, status="launching")), "process 1 is launching$"),
        ((process(number=0), process(number=1, status="errored")), "^process 1 crashes: started 1 times$"),
        # PM2 calls it online all the same, and does not try again.
        ((process(number=0), replace(process(number=1), pid=0)), "^process 1 has no pid: its script cannot be run$"),
    ],
)
def test_what_does_not_run_is_not_proven(clock: Clock, own: tuple[Process, ...], text: str) -> None:
    with pytest.raises(UnprovenError, match=text):
        prove(clock, replace(API, health=None), lambda: own)


def test_a_job_has_to_end_well(clock: Clock) -> None:
    later = (time.time() + 60) * 1000
    ended = process(JOB, status="stopped", exit_code=0, pm_uptime=later)
    assert prove(clock, JOB, lambda: (ended,)) == "its run ended with status 0"
    with pytest.raises(UnprovenError, match="^its run ended with status 3$"):
        prove(clock, JOB, lambda: (process(JOB, status="stopped", exit_code=3, pm_uptime=later),))
    with pytest.raises(UnprovenError, match="^its run did not end within 45 s$"):
        prove(clock, JOB, lambda: (process(JOB, pm_uptime=later),))
