# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Commit a service: look, plan, apply, prove; and when the proof fails, go back to what served before and prove that.

The ecosystem file is what boots. While a change is unproven, a copy of the proven file lies beside it as a journal; a
run that is cut off leaves it there, and the next run proves or goes back. An empty journal says that nothing served
before. Both are root's, and the service's group reads them.
"""

from __future__ import annotations

import json
import pwd
import re
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..files import parent, read
from ..printable import printable
from ..release.model import surplus
from ..release.store import Store
from .client import Client
from .compare import Actual, Plan, plan
from .definition import declared, ecosystem, record, update
from .listeners import Listener, ListenersError, amiss, listeners, named, strangers
from .model import Process, Service
from .probe import TIMEOUT, probe
from .unit import control, said, show
from .wire import WireError

#: An ecosystem file has at most so many bytes.
_MOST_BYTES = 1024 * 1024
_SHOWN = 200
_PAUSE = 0.2
#: How long a deployed service has to stay up before it counts as proven, in seconds.
_SETTLE = 1.5
#: A service that crashes this often while it is being proven won't come up.
_CRASHES = 3
#: What a service says that could not listen where it wants to.
_IN_USE = re.compile(r"EADDRINUSE|address (is )?already in use", re.IGNORECASE)


class UnprovenError(Exception):
    """The service does not serve."""


class DeployError(Exception):
    """The wanted state was not reached; the message says what serves now and ends with the service's last lines."""


@dataclass(frozen=True)
class Limits:
    """How long a service may take to be started and to prove itself, in seconds, and how many releases to keep."""

    health_timeout: int = 45
    keep: int = 3


class Deployment:
    """A service on this host. ``path`` is the PATH that it runs with."""

    def __init__(self, service: Service, file: str, path: str, store: Store, limits: Limits) -> None:
        self.service = service
        self.file = Path(file)
        self.journal = Path(f"{file}.proven")
        self.path = path
        self.store = store
        self.limits = limits
        self.client = Client(service.name, service.user)

    def definition(self) -> str | None:
        """What is declared on the host."""
        return self._read(self.file)

    def look(self) -> Actual:
        """What is."""
        unit = show(self.service.unit)
        try:
            daemon = self.client.daemon()
            processes = self.client.processes() if daemon else ()
        except (WireError, OSError):  # whatever listens there is no PM2 that could be used
            daemon, processes = 0, ()
        current = self.store.current()
        release = current if current and self.store.is_complete(current) else None
        return Actual(
            unit=unit,
            daemon=daemon,
            processes=processes,
            release=release,
            astray=tuple(self.store.astray(release)) if release else (),
            switched=self.store.switched(),
            definition=self._own_definition(),
            unfinished=self.journal.exists(),
        )

    def plan(self, release: str) -> Plan:
        """What is to be done for the service to run this release; looks at the service's health as well."""
        service = self.service
        actual = self.look()
        wanted = plan(service, record(service, self.path), ecosystem(service, self.path, release), release, actual)
        if wanted.reasons or service.health is None:
            return wanted
        fault = self._wait_for_health(min(self.limits.health_timeout, 10))
        if fault is None:
            return wanted
        numbers = tuple(process.id for process in actual.processes)
        return replace(wanted, step="reload", reasons=(f"not healthy: {fault}",), stale=numbers)

    def commit(self, release: str, steps: Plan, build: Callable[[], None]) -> None:
        """Do what the plan says, prove it, or go back."""
        service = self.service
        if self.store.is_complete(release):
            self.store.settle(release)
        if not self.store.is_complete(release):
            build()
        if not (self._place(release) / service.script).is_file():
            # PM2 would look for a program of that name at first, and for the file from then on.
            raise DeployError(
                f"release {release} has no file {service.script!r}, its script; what served before goes on. Name the file"
                f" that is to run, with interpreter, args and build as they are needed{self._own_start(release)}"
            )
        if held := self._strangers(taking=True):
            where = service.health.where if service.health else ""
            raise DeployError(
                f"{where} is held by {named(held)}, not by {service.unit}: release {release} could not listen there, and was"
                " not started. Stop that, or declare another port; what served before goes on where it does"
            )
        before = self._read(self.journal if self.journal.exists() else self.file)
        proven = declared(before, service) if before else None
        previous = proven[0] if proven and self.store.is_complete(proven[0]) else None
        self._write(self.journal, before if before and previous else "")
        began = time.time()
        try:
            if steps.enable:
                control("enable", service.unit)
            self._serve(service, release, steps)
        except Exception as fault:  # whatever it is that a release brings about, what served before has to come back
            outcome = self._undo(release, before, proven if previous else None)
            raise DeployError(
                "\n".join([f"release {release}: {fault}", *self._beside(), outcome, *said(service.unit, began)])
            ) from fault
        self._remove(self.journal)
        self._prune(release, previous)

    def is_there(self) -> bool:
        """Whether anything of the service runs, or would at the next boot."""
        unit = show(self.service.unit)
        return not unit.at_rest or unit.enabled or self.file.exists()

    def remove(self) -> bool:
        """Stop the service for good; its releases, home and logs stay. Whether there was anything to do."""
        there = self.is_there()
        unit = show(self.service.unit)
        if not unit.at_rest:  # one that is started again and again is never active
            control("stop", self.service.unit)
            control("reset-failed", self.service.unit)
        if unit.enabled:
            control("disable", self.service.unit)
        self._remove(self.file)
        self._remove(self.journal)
        return there

    def _serve(self, service: Service, release: str, steps: Plan) -> None:
        """Turn to a release, let PM2 run the service, and prove that it serves."""
        self._write(self.file, ecosystem(service, self.path, release))
        if self.store.current() != release:
            self.store.switch(release)
        began, deadline = time.time(), time.monotonic() + self.limits.health_timeout
        if steps.step != "restart":
            try:
                self._reload(service, steps, deadline)
                self._prove(service, began, deadline)
                return
            except UnprovenError:
                if not self._hinders_itself(service, began):
                    raise
        control("restart", service.unit, max(_PAUSE, deadline - time.monotonic()))
        self._prove(service, began, deadline)

    def _hinders_itself(self, service: Service, began: float) -> bool:
        """Whether processes could not listen because earlier ones of the same service do, at an address within theirs or
        around it: then none can replace another while it serves.
        """
        return not self._strangers() and any(_IN_USE.search(line) for line in said(service.unit, began))

    def _reload(self, service: Service, steps: Plan, deadline: float) -> None:
        """Replace the processes one after the other: one that does not come up leaves the others serving."""
        wanted = record(service, self.path)
        for number in steps.surplus:
            self._call(service, "deleteProcessId", number, deadline)
        for number in steps.stale:
            self._replace(service, number, wanted, deadline)
        if steps.missing:
            first = min(process.id for process in self._own())
            for _number in range(steps.missing):
                self._call(service, "duplicateProcessId", first, deadline)

    def _call(self, service: Service, method: str, argument: object, deadline: float) -> None:
        """Have PM2 do something with a process, in the time that this takes it and that is left."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise UnprovenError(f"not replaced within {self.limits.health_timeout} s")
        self.client.call(method, argument, timeout=min(left, service.start_timeout + service.stop_timeout + 15))

    def _replace(self, service: Service, number: int, wanted: dict[str, Any], deadline: float) -> None:
        """Let PM2 replace one process by one of the wanted kind, and see that it comes up."""
        held = self._process(number)
        if held.status != "online":
            # It may be about to be started again by itself; PM2 would refuse to start it twice.
            self._call(service, "stopProcessId", number, deadline)
            held = self._process(number)
        change = {"id": number, "env": {"current_conf": update(wanted, held.record)}}
        began = time.monotonic()
        self._call(service, "reloadProcessId", change, deadline)
        took = time.monotonic() - began
        now = self._process(number)
        if now.status == "errored" or now.restarts > held.restarts + 1:
            raise UnprovenError(_crash(now, now.restarts - held.restarts))
        if service.mode == "cluster" and held.status == "online" and took >= service.start_timeout:
            raise UnprovenError(f"process {number} did not listen within {service.start_timeout} s")

    def _process(self, number: int) -> Process:
        for process in self.client.processes():
            if process.id == number:
                return process
        raise UnprovenError(f"process {number} is gone")

    def _prove(self, service: Service, began: float, deadline: float) -> None:
        if service.schedule is not None:
            self._prove_run(began, deadline)
            return
        first = self._own()
        crashes = {process.id: process.restarts for process in first}
        settled: float | None = None
        fault: str | None = "has not started"
        while time.monotonic() < deadline:
            own = self._own()
            fault = self._fault(service, own, crashes, deadline)
            settled = None if fault else settled or time.monotonic()
            if settled and time.monotonic() - settled >= _SETTLE:
                return
            time.sleep(_PAUSE)
        raise UnprovenError(f"not healthy within {self.limits.health_timeout} s: {fault}")

    def _fault(
        self, service: Service, own: tuple[Process, ...], crashes: dict[int, int], deadline: float
    ) -> str | None:
        """What keeps the service from being proven now. Raises :class:`UnprovenError` when waiting is of no use."""
        for process in own:
            crashed = process.restarts - crashes.setdefault(process.id, process.restarts)
            if process.status == "errored" or crashed >= _CRASHES:
                raise UnprovenError(_crash(process, crashed + 1))
        if len(own) != service.instances:
            return f"{len(own)} of {service.instances} processes"
        for process in own:
            if process.status != "online":
                return f"process {process.id} is {process.status}"
            if not process.pid:  # PM2 does not try again
                raise UnprovenError(f"process {process.id} has no pid: its script cannot be run")
        return self._probe(service, deadline)

    def _prove_run(self, began: float, deadline: float) -> None:
        while time.monotonic() < deadline:
            own = self._own()
            if own and own[0].status in {"stopped", "errored"} and own[0].started >= began - 1:
                if own[0].exit_code:
                    raise UnprovenError(f"its run ended with status {own[0].exit_code}")
                return
            time.sleep(_PAUSE)
        raise UnprovenError(f"its run did not end within {self.limits.health_timeout} s")

    def _undo(self, failed: str, before: str | None, proven: tuple[str, Service] | None) -> str:
        """Leave the service in the best state that there is; says in words which."""
        if before is not None and before == ecosystem(self.service, self.path, failed):
            self._remove(self.journal)
            return "It was deployed like this before, so there is nothing to go back to."
        return self._go_back(failed, *proven) if proven else self._clear(failed)

    def _go_back(self, failed: str, release: str, service: Service) -> str:
        """Serve what served before; says in words what serves now."""
        steps = plan(service, record(service, self.path), "", release, self.look())
        try:
            self._serve(service, release, steps)
        except Exception as fault:
            return f"Going back to {release} failed as well: {fault}"
        finally:
            self._remove(self.journal)
            if release != failed:
                self.store.remove([failed])
        return (
            f"Went back to {release}, which serves again."
            if release != failed
            else "Went back to the earlier definition."
        )

    def _clear(self, failed: str) -> str:
        """Leave nothing behind of a service that has never served."""
        self.remove()
        self.store.switch(None)
        self.store.remove([failed])
        return "It was the first release: nothing of it is left, nothing serves."

    def _prune(self, release: str, previous: str | None) -> None:
        self.store.remove(surplus(self.store.complete(), release, previous, self.limits.keep))
        self.store.remove(self.store.incomplete())

    def _own(self) -> tuple[Process, ...]:
        return tuple(process for process in self.client.processes() if process.name == self.service.name)

    @staticmethod
    def _probe(service: Service, deadline: float) -> str | None:
        """Ask the service; whoever listens is looked at before and after, for the answer may be somebody else's."""
        health = service.health
        if health is None:
            return None
        account = pwd.getpwnam(service.user)
        left = max(_PAUSE, deadline - time.monotonic())
        return (
            _not_own(service) or probe(health, account.pw_uid, account.pw_gid, min(TIMEOUT, left)) or _not_own(service)
        )

    def _place(self, release: str) -> Path:
        """Where the service would run of a release."""
        return self.store.path(release) / self.service.working_directory

    def _own_start(self, release: str) -> str:
        """What the release itself says that ``npm start`` runs, in words; nothing if it does not."""
        try:
            start = json.loads(read(self._place(release) / "package.json", _MOST_BYTES))["scripts"]["start"]
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            return ""
        return f"; its package.json starts {printable(str(start))[:_SHOWN]!r}"

    def _strangers(self, taking: bool = False) -> tuple[Listener, ...]:
        """Who else listens on the service's port, at any address or only where the service should."""
        health = self.service.health
        if health is None:
            return ()
        found = strangers(self.service, listeners(health.port))
        return tuple(one for one in found if one.is_at(health.address)) if taking else found

    def _beside(self) -> list[str]:
        """Who else listens on the port, in words: what may explain a failure must not be one more."""
        try:
            others = self._strangers()
        except ListenersError as error:
            return [str(error)]
        return [f"On its port there listens as well: {named(others)}."] if others else []

    def _wait_for_health(self, seconds: float) -> str | None:
        deadline = time.monotonic() + seconds
        while (fault := self._probe(self.service, deadline)) and time.monotonic() < deadline:
            time.sleep(_PAUSE)
        return fault

    def _write(self, path: Path, content: str) -> None:
        """Replace a file in one step; the service may read it, for PM2 starts from it, and nobody else: it holds secrets."""
        group = pwd.getpwnam(self.service.user).pw_gid
        with parent(path, make=True) as (place, name):
            place.write(f".{name}.new", content.encode(), 0o640, (0, group))
            place.rename(f".{name}.new", name)
            place.sync()

    @staticmethod
    def _remove(path: Path) -> None:
        with parent(path, make=True) as (place, name):
            place.unlink(name)

    def _own_definition(self) -> str | None:
        """What the ecosystem file holds, if it is root's and only the service may read it."""
        content = self._read(self.file)
        if content is None:
            return None
        status = self.file.lstat()
        wanted = (0, pwd.getpwnam(self.service.user).pw_gid, 0o640)
        return content if (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == wanted else ""

    @staticmethod
    def _read(path: Path) -> str | None:
        try:
            with parent(path) as (place, name):
                return place.read(name, _MOST_BYTES).decode("utf-8", "replace")
        except FileNotFoundError:
            return None


def _not_own(service: Service) -> str | None:
    return amiss(service, service.health, listeners(service.health.port)) if service.health else None


def _crash(process: Process, times: int) -> str:
    # PM2 ends a worker with an uncaught exception by disconnecting it, which is status 0.
    status = f", last exit status {process.exit_code}" if process.exit_code else ""
    return f"process {process.id} crashes: started {times} times{status}"
