# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Roll a release of a service out: find out what is to be done for it, do that, and note it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Protocol

from ..release.history import SERVES, Entry, History, now
from .deploy import DeployError, Deployment


class Wanted(Protocol):
    """A release that should serve. ``upload_needed``: it is missing, and its files are still on the controller."""

    name: str

    @property
    def migrations(self) -> tuple[str, ...]:
        """The commands that are to be run once, before it serves on any host."""

    @property
    def is_local(self) -> bool:
        """Whether its files come from the controller."""

    @property
    def upload_needed(self) -> bool:
        """Whether they have to, and have not yet."""

    def build(self) -> None:
        """Make it."""


@dataclass(frozen=True)
class Asked:
    """Who asks for a rollout, and of what source in words."""

    by: str = ""
    source: str = ""


@dataclass(frozen=True)
class Rollout:
    """What was done, or in check mode would be, for a service to run a release.

    ``reasons`` say why, ``before`` is the ecosystem file that was there. ``upload_needed``: nothing could be done yet, for the
    files are still on the controller; ``None`` if they never are. ``seen`` is what showed that the service serves. ``held``:
    the release is there, and waits for its turn.
    """

    release: str
    reasons: tuple[str, ...]
    before: str | None
    upload_needed: bool | None
    seen: str | None = None
    held: bool = False


def roll_out(
    deployment: Deployment, release: Wanted, asked: Asked, check_mode: bool = False, hold: bool = False
) -> Rollout:
    """Bring a service to a release.

    :param hold: if another one serves, only have the release there.
    :raises DeployError: the service did not get there; the text says what serves now.
    """
    before = deployment.definition()
    steps = deployment.plan(release.name)
    upload_needed = release.upload_needed if release.is_local else None
    migrations = release.migrations if steps.reasons else ()
    reasons = (*steps.reasons, *runs_once(migrations))
    found = Rollout(release.name, reasons, before, upload_needed)
    if not steps.reasons or check_mode or upload_needed:
        return found
    note = Entry("", asked.by, release.name, asked.source, reasons, SERVES)
    with _failures_noted(deployment, note):
        if hold and deployment.serves():
            deployment.prepare(release.name, release.build, migrations)
            return replace(found, held=True)
        seen = deployment.commit(release.name, steps, release.build, migrations)
    _note(deployment, note)
    return replace(found, seen=seen)


def runs_once(migrations: Sequence[str]) -> list[str]:
    """What is told of the commands that run before a release serves."""
    return [f"runs once, before it serves: {command}" for command in migrations]


@contextmanager
def _failures_noted(deployment: Deployment, note: Entry) -> Iterator[None]:
    """The service's history says what did not come of it."""
    outcome = "could not be built"
    try:
        yield
    except Exception as error:
        if isinstance(error, DeployError):
            outcome = str(error).splitlines()[0].removeprefix(f"release {note.release}: ")
        _note(deployment, replace(note, outcome=outcome))
        raise


def _note(deployment: Deployment, note: Entry) -> None:
    with suppress(OSError):  # the deployment is what counts, as on a disk that is full
        History(deployment.store.root).add(replace(note, time=now()))
