# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which hosts could not be tried from outside, for they are behind a bastion?"""

from __future__ import annotations

from collections.abc import Iterator

from ..matrix.model import Host
from .intent import Intent
from .model import Evidence, Finding, Needs, SystemCheck, skipped


def needs(intent: Intent, host: Host) -> Needs:
    """Nothing: the data say it."""
    return {}


def judge(intent: Intent, evidence: Evidence) -> Iterator[Finding]:
    """A finding for each of them. What the bastion and the others reach of it is among the rows."""
    bastion = intent.matrix.bastion
    for host in intent.matrix.hosts.values():
        if bastion is not None and intent.matrix.is_behind(host):
            reason = (
                f"it is in the private network alone, which is reached through {bastion.host}; from there it was tried"
            )
            if bastion.host not in evidence.looks:
                reason = f"it is in the private network alone, and {bastion.host}, through which it is reached, was not looked at"
            yield skipped("it is tried from outside", reason, host=host.name)


CHECK = SystemCheck("Hosts behind the bastion", needs, judge)
