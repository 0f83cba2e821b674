# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Replace the processes of a service one after the other: one that does not come up leaves the others serving."""

from __future__ import annotations

import time
from typing import Any

from .client import Client
from .compare import Plan
from .definition import record, update
from .model import Process, Service
from .proving import UnprovenError, crash


class Rolling:
    """A replacement that is over at a ``deadline`` of the monotonic clock, ``timeout`` seconds after it began.

    ``path`` is the PATH that the service runs with.
    """

    def __init__(self, service: Service, path: str, client: Client, deadline: float, timeout: int) -> None:
        self.service = service
        self.path = path
        self.client = client
        self.deadline = deadline
        self.timeout = timeout

    def carry_out(self, steps: Plan) -> None:
        """Have PM2 run what is wanted. :raises UnprovenError: a process does not come up."""
        wanted = record(self.service, self.path)
        for number in steps.surplus:
            self.call("deleteProcessId", number)
        for number in steps.stale:
            self._replace(number, wanted)
        if steps.missing:
            first = min(process.id for process in self.client.processes() if process.name == self.service.name)
            for _number in range(steps.missing):
                self.call("duplicateProcessId", first)

    def call(self, method: str, argument: object) -> None:
        """Have PM2 do something with a process, in the time that this takes it and that is left."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise UnprovenError(f"not replaced within {self.timeout} s")
        self.client.call(
            method, argument, timeout=min(left, self.service.start_timeout + self.service.stop_timeout + 15)
        )

    def _replace(self, number: int, wanted: dict[str, Any]) -> None:
        """Let PM2 replace one process by one of the wanted kind, and see that it comes up."""
        service = self.service
        held = self._process(number)
        if held.status != "online":
            # It may be about to be started again by itself; PM2 would refuse to start it twice.
            self.call("stopProcessId", number)
            held = self._process(number)
        change = {"id": number, "env": {"current_conf": update(wanted, held.record)}}
        began = time.monotonic()
        self.call("reloadProcessId", change)
        took = time.monotonic() - began
        now = self._process(number)
        if now.status == "errored" or now.restarts > held.restarts + 1:
            raise UnprovenError(crash(now, now.restarts - held.restarts))
        if service.mode == "cluster" and held.status == "online" and took >= service.start_timeout:
            raise UnprovenError(f"process {number} did not listen within {service.start_timeout} s")

    def _process(self, number: int) -> Process:
        for process in self.client.processes():
            if process.id == number:
                return process
        raise UnprovenError(f"process {number} is gone")
