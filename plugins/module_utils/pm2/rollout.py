# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Roll a release of a service out: find out what is to be done for it, and do that."""

from __future__ import annotations

from dataclasses import dataclass

from ..release.release import Release
from .deploy import Deployment


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


def roll_out(deployment: Deployment, release: Release, check_mode: bool = False) -> Rollout:
    """Bring a service to a release.

    :raises DeployError: the service did not get there; the text says what serves now.
    """
    before = deployment.definition()
    steps = deployment.plan(release.name)
    upload_needed = release.upload_needed if release.is_local else None
    seen = None
    if steps.reasons and not check_mode and not upload_needed:
        seen = deployment.commit(release.name, steps, release.build)
    return Rollout(release.name, steps.reasons, before, upload_needed, seen)
