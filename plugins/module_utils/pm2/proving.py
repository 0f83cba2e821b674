# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a service serves: its processes stay up, it listens itself, it answers."""

from __future__ import annotations

import pwd
import time

from .client import Client
from .listeners import amiss, listeners
from .model import Process, Service
from .probe import TIMEOUT, probe

_PAUSE = 0.2
#: How long processes have to stay up, in seconds: of a service that answers, and of one of which nothing else is seen.
SETTLES, STAYS_UP = 1.5, 10.0
#: A service that crashes this often while it is being proven won't come up.
_CRASHES = 3


class UnprovenError(Exception):
    """The service does not serve."""


class Prover:
    """Sees that a service serves. ``timeout`` is how long that may take at most, in seconds."""

    def __init__(self, service: Service, client: Client, timeout: int) -> None:
        self.service = service
        self.client = client
        self.timeout = timeout

    def own(self) -> tuple[Process, ...]:
        """The service's processes."""
        return tuple(process for process in self.client.processes() if process.name == self.service.name)

    def prove(self, began: float, deadline: float) -> str:
        """Wait until the service serves; what showed it, in words.

        :param began: when it was started, in seconds since the epoch.
        :param deadline: until when it may take, of the monotonic clock.
        :raises UnprovenError: it does not.
        """
        return self._run_ends(began, deadline) if self.service.schedule is not None else self._stays_up(deadline)

    def health(self, deadline: float) -> str | None:
        """What is wrong with the service's answer; whoever listens is looked at before and after, for the answer may be
        somebody else's.
        """
        health = self.service.health
        if health is None:
            return None
        account = pwd.getpwnam(self.service.user)
        left = max(_PAUSE, deadline - time.monotonic())
        return self._not_own() or probe(health, account.pw_uid, account.pw_gid, min(TIMEOUT, left)) or self._not_own()

    def wait_for_health(self, seconds: float) -> str | None:
        """What is wrong with the answer after so many seconds at most."""
        deadline = time.monotonic() + seconds
        while (fault := self.health(deadline)) and time.monotonic() < deadline:
            time.sleep(_PAUSE)
        return fault

    def _stays_up(self, deadline: float) -> str:
        """The same processes for a while, and nothing wrong with them all the time."""
        crashes = {process.id: process.restarts for process in self.own()}
        pids: list[int] = []
        settled: float | None = None
        fault: str | None = "has not started"
        while time.monotonic() < deadline:
            own = self.own()
            fault = self._fault(own, crashes, deadline)
            before, pids = pids, [process.pid for process in own]
            settled = (settled if before == pids else None) or time.monotonic()
            settled = None if fault else settled
            if settled and time.monotonic() - settled >= self._settles():
                return self._seen(len(own))
            time.sleep(_PAUSE)
        raise UnprovenError(f"not healthy within {self.timeout} s: {fault or 'it had not served for long enough'}")

    def _settles(self) -> float:
        """Where nothing answers, staying up is all that is seen: for longer, but no more than half of the time that there is."""
        return min(SETTLES if self.service.health else STAYS_UP, self.timeout / 2)

    def _seen(self, count: int) -> str:
        processes = f"{count} process{'es' if count > 1 else ''}"
        health = self.service.health
        if health is None:
            return f"{processes} stayed up for {self._settles():g} s; it has no port that could be asked"
        answer = f"{health} was answered by it" if health.path else f"it listens on {health}"
        return f"{processes} of {self.service.unit}; {answer}"

    def _fault(self, own: tuple[Process, ...], crashes: dict[int, int], deadline: float) -> str | None:
        """What keeps the service from being proven now. Raises :class:`UnprovenError` when waiting is of no use."""
        for process in own:
            crashed = process.restarts - crashes.setdefault(process.id, process.restarts)
            if process.status == "errored" or crashed >= _CRASHES:
                raise UnprovenError(crash(process, crashed + 1))
        if len(own) != self.service.instances:
            return f"{len(own)} of {self.service.instances} processes"
        for process in own:
            if process.status != "online":
                return f"process {process.id} is {process.status}"
            if not process.pid:  # PM2 does not try again
                raise UnprovenError(f"process {process.id} has no pid: its script cannot be run")
        return self.health(deadline)

    def _run_ends(self, began: float, deadline: float) -> str:
        while time.monotonic() < deadline:
            own = self.own()
            if own and own[0].status in {"stopped", "errored"} and own[0].started >= began - 1:
                if own[0].exit_code:
                    raise UnprovenError(f"its run ended with status {own[0].exit_code}")
                return "its run ended with status 0"
            time.sleep(_PAUSE)
        raise UnprovenError(f"its run did not end within {self.timeout} s")

    def _not_own(self) -> str | None:
        health = self.service.health
        return amiss(self.service, health, listeners(health.port)) if health else None


def crash(process: Process, times: int) -> str:
    """That a process crashes, in words."""
    # PM2 ends a worker with an uncaught exception by disconnecting it, which is status 0.
    status = f", last exit status {process.exit_code}" if process.exit_code else ""
    return f"process {process.id} crashes: started {times} times{status}"
