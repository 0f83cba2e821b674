# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Commit a service: look, plan, apply, prove; and when the proof fails, go back to what served before and prove that."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..files import read
from ..listening import Listener
from ..printable import printable
from ..release.model import BuildError, surplus
from ..release.store import Store
from .client import Client
from .compare import Actual, Plan, plan
from .definition import declared, ecosystem, record
from .ecosystem_file import MOST_BYTES, EcosystemFile
from .listeners import ListenersError, listeners, named, strangers, takes
from .migration import migrate
from .model import Service
from .proving import Prover, UnprovenError
from .rolling import Rolling
from .unit import control, said, show
from .wire import WireError

_SHOWN = 200
#: What systemd gets at least to restart a unit, in seconds.
_LEAST = 0.2
#: How long a service that nothing is to be done about may take to answer, in seconds.
_LOOKS = 10
#: What a service says that could not listen where it wants to.
_IN_USE = re.compile(r"EADDRINUSE|address (is )?already in use", re.IGNORECASE)


class DeployError(Exception):
    """The wanted state was not reached; the message says what serves now and ends with the service's last lines."""


@dataclass(frozen=True)
class Limits:
    """How long a service and its migrations may take, in seconds, and how many releases to keep."""

    health_timeout: int = 30
    keep: int = 3
    migrate_timeout: int = 600


class Deployment:
    """A service on this host. ``path`` is the PATH that it runs with."""

    def __init__(self, service: Service, file: str, path: str, store: Store, limits: Limits) -> None:
        self.service = service
        self.file = EcosystemFile(file, service.user)
        self.path = path
        self.store = store
        self.limits = limits
        self.client = Client(service.name, service.user)

    def definition(self) -> str | None:
        """What is declared on the host."""
        return self.file.read()

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
            definition=self.file.own(),
            unfinished=self.file.unfinished,
        )

    def plan(self, release: str) -> Plan:
        """What is to be done for the service to run this release; looks at the service's health as well."""
        service = self.service
        actual = self.look()
        wanted = plan(service, record(service, self.path), ecosystem(service, self.path, release), release, actual)
        if wanted.reasons or service.health is None:
            return wanted
        fault = self._prover(service).wait_for_health(min(self.limits.health_timeout, _LOOKS))
        if fault is None:
            return wanted
        numbers = tuple(process.id for process in actual.processes)
        return replace(wanted, step="reload", reasons=(f"not healthy: {fault}",), stale=numbers)

    def serves(self) -> bool:
        """Whether there is something that callers would miss meanwhile."""
        return show(self.service.unit).active and self.store.current() is not None

    def prepare(self, release: str, build: Callable[[], None], migrations: Sequence[str] = ()) -> None:
        """Have a release, which nobody notices; with ``migrations``, it is complete when they are done."""
        if self.store.is_complete(release):
            self.store.settle(release)
        if not self.store.is_complete(release):
            build()
        if not (self._place(release) / self.service.script).is_file():
            # PM2 would look for a program of that name at first, and for the file from then on.
            raise DeployError(
                f"release {release} has no file {self.service.script!r}, its script; what served before goes on. Name the file"
                f" that is to run, with interpreter, args and build as they are needed{self._own_start(release)}"
            )
        if migrations and not self.store.is_complete(release):
            self._migrate(release, migrations)

    def commit(self, release: str, steps: Plan, build: Callable[[], None], migrations: Sequence[str] = ()) -> str:
        """Do what the plan says and prove it, or go back; what showed that the service serves, in words."""
        service = self.service
        self.prepare(release, build, migrations)
        if held := self._strangers(taking=True):
            where = service.health.where if service.health else ""
            raise DeployError(
                f"{where} is held by {named(held)}, not by {service.unit}: release {release} could not listen there, and was"
                " not started. Stop that, or declare another port; what served before goes on where it does"
            )
        before = self.file.proven()
        proven = declared(before, service) if before else None
        previous = proven[0] if proven and self.store.is_complete(proven[0]) else None
        self.file.begin(before if before and previous else "")
        began = time.time()
        try:
            if steps.enable:
                control("enable", service.unit)
            seen = self._serve(service, release, steps)
        except Exception as fault:  # whatever it is that a release brings about, what served before has to come back
            outcome = self._undo(release, before, proven if previous else None)
            raise DeployError(
                "\n".join([f"release {release}: {fault}", *self._beside(), outcome, *said(service.unit, began)])
            ) from fault
        self.file.finish()
        self._prune(release, previous)
        return seen

    def is_there(self) -> bool:
        """Whether anything of the service runs, or would at the next boot."""
        unit = show(self.service.unit)
        return not unit.at_rest or unit.enabled or self.file.exists

    def remove(self) -> bool:
        """Stop the service for good; its releases, home and logs stay. Whether there was anything to do."""
        there = self.is_there()
        unit = show(self.service.unit)
        if not unit.at_rest:  # one that is started again and again is never active
            control("stop", self.service.unit)
            control("reset-failed", self.service.unit)
        if unit.enabled:
            control("disable", self.service.unit)
        self.file.remove()
        return there

    def _migrate(self, release: str, commands: Sequence[str]) -> None:
        """Run a release's migrations; where they are not done, nothing of it is left that somebody could use."""
        try:
            migrate(self.service, self.path, str(self._place(release)), commands, self.limits.migrate_timeout)
            self.store.migrated(release)
        except BuildError as fault:
            how, *said_last = str(fault).split("\n")
            outcome = f"release {release}: {how}. It replaces nothing, what served before goes on; the next run tries again"
            raise DeployError("\n".join([outcome, *said_last])) from fault
        finally:
            if not self.store.is_complete(release) and self.store.current() != release:
                self.store.remove([release])

    def _serve(self, service: Service, release: str, steps: Plan) -> str:
        """Turn to a release, let PM2 run the service, and prove that it serves; what showed it, in words."""
        self.file.write(ecosystem(service, self.path, release))
        if self.store.current() != release:
            self.store.switch(release)
        timeout, prover = self.limits.health_timeout, self._prover(service)
        began, deadline = time.time(), time.monotonic() + timeout
        if steps.step != "restart":
            try:
                Rolling(service, self.path, self.client, deadline, timeout).carry_out(steps)
                return prover.prove(began, deadline)
            except UnprovenError:
                if not self._hinders_itself(service, began):
                    raise
        control("restart", service.unit, max(_LEAST, deadline - time.monotonic()))
        return prover.prove(began, deadline)

    def _prover(self, service: Service) -> Prover:
        return Prover(service, self.client, self.limits.health_timeout)

    def _hinders_itself(self, service: Service, began: float) -> bool:
        """Whether processes could not listen because earlier ones of the same service do, at an address within theirs or
        around it: then none can replace another while it serves.
        """
        return not self._strangers() and any(_IN_USE.search(line) for line in said(service.unit, began))

    def _undo(self, failed: str, before: str | None, proven: tuple[str, Service] | None) -> str:
        """Leave the service in the best state that there is; says in words which."""
        if before is not None and before == ecosystem(self.service, self.path, failed):
            self.file.finish()
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
            self.file.finish()
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
        self.store.forget_migrations()

    def _place(self, release: str) -> Path:
        """Where the service would run of a release."""
        return self.store.path(release) / self.service.working_directory

    def _own_start(self, release: str) -> str:
        """What the release itself says that ``npm start`` runs, in words; nothing if it does not."""
        try:
            start = json.loads(read(self._place(release) / "package.json", MOST_BYTES))["scripts"]["start"]
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            return ""
        return f"; its package.json starts {printable(str(start))[:_SHOWN]!r}"

    def _strangers(self, taking: bool = False) -> tuple[Listener, ...]:
        """Who else listens on the service's port, at any address or only where the service should."""
        health = self.service.health
        if health is None:
            return ()
        found = strangers(self.service, listeners(health.port))
        return tuple(one for one in found if takes(one, health.address)) if taking else found

    def _beside(self) -> list[str]:
        """Who else listens on the port, in words: what may explain a failure must not be one more."""
        try:
            others = self._strangers()
        except ListenersError as error:
            return [str(error)]
        return [f"On its port there listens as well: {named(others)}."] if others else []
