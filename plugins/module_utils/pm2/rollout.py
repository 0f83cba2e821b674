# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Roll a release of a service out: find out what is to be done for it, do that, and note it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from ..release.history import SERVES, Entry, History, now
from .compare import Plan
from .deploy import DeployError, Deployment


class Wanted(Protocol):
    """A release that should serve. ``upload_needed``: it is missing, and its files are still on the controller."""

    name: str

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
    files are still on the controller; ``None`` if they never are. ``seen`` is what showed that the service serves.
    """

    release: str
    reasons: tuple[str, ...]
    before: str | None
    upload_needed: bool | None
    seen: str | None = None


def roll_out(deployment: Deployment, release: Wanted, asked: Asked, check_mode: bool = False) -> Rollout:
    """Bring a service to a release.

    :raises DeployError: the service did not get there; the text says what serves now.
    """
    before = deployment.definition()
    steps = deployment.plan(release.name)
    upload_needed = release.upload_needed if release.is_local else None
    seen = None
    if steps.reasons and not check_mode and not upload_needed:
        seen = _noted(deployment, release, steps, asked)
    return Rollout(release.name, steps.reasons, before, upload_needed, seen)


def _noted(deployment: Deployment, release: Wanted, steps: Plan, asked: Asked) -> str:
    """Carry it out; the service's history says what became of it."""
    outcome = "could not be built"
    try:
        seen = deployment.commit(release.name, steps, release.build)
        outcome = SERVES
    except DeployError as error:
        outcome = str(error).splitlines()[0].removeprefix(f"release {release.name}: ")
        raise
    finally:
        with suppress(OSError):  # the deployment is what counts, as on a disk that is full
            history = History(deployment.store.root)
            history.add(Entry(now(), asked.by, release.name, asked.source, steps.reasons, outcome))
    return seen
