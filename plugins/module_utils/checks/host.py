# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Could every place be reached from which the matrix is tried?"""

from __future__ import annotations

from collections.abc import Iterator

from ..matrix.model import Host
from .intent import CONTROLLER, Intent, Vantage
from .model import Evidence, Finding, Needs, SystemCheck, held, skipped


def needs(_intent: Intent, _host: Host) -> Needs:
    """Nothing: what was seen at all says it."""
    return {}


def judge(_intent: Intent, evidence: Evidence) -> Iterator[Finding]:
    """A finding for each vantage point."""
    yield from (_reached(vantage, evidence) for vantage in evidence.vantages)


def _reached(vantage: Vantage, evidence: Evidence) -> Finding:
    title = f"{vantage.name} can be reached"
    why = evidence.unreachable.get(vantage.name)
    if why is None and (vantage.name in evidence.looks or vantage.name == CONTROLLER):
        return held(title, "", host=vantage.name)
    reason = f"nothing could be tried from there: {why}" if why else "it was left out of this run"
    return (
        held(title, reason, host=vantage.name) if why and vantage.managed else skipped(title, reason, host=vantage.name)
    )


CHECK = SystemCheck("Hosts and vantage points", needs, judge)
