# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What monitoring on a host should be, as far as it can be seen there: what verify and doctor hold it against."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..document.programs import ALERTMANAGER, APPLICATIONS, HEALTH, NODE, PROMETHEUS
from ..document.variables import Document
from ..matrix.model import Matrix
from .installation import installation
from .places import SECRETS
from .rules.groups import rule_groups
from .watched import watched

#: What a host with a node exporter writes by timers, and how often at least, in seconds. Certificates only where it has some.
COUNTERS = "nostromo-counters"
FIGURES = {"nostromo-proof": 60, COUNTERS: 60, "nostromo-certificates": 3600}
REQUIRED_FIGURES = ("nostromo-proof", COUNTERS)


@dataclass(frozen=True)
class Asked:
    """Somebody whom Prometheus has to ask.

    :param unit: the program's on this host; empty if it is on another, or is no program of monitoring.
    :param row: by which it may; Prometheus itself needs none.
    """

    job: str
    instance: str
    component: str
    host: str
    row: str
    unit: str = ""

    @property
    def told(self) -> str:
        """For people."""
        by = f", by {self.row}" if self.row else ""
        return f"{self.component} of {self.host} ({self.instance}{by})"


@dataclass(frozen=True)
class Standing:
    """What should be on one host.

    :param check: which programs, see :mod:`.daemons`.
    :param contents: file -> SHA-256 of what it should hold; secrets are not among them.
    :param asked: what Prometheus asks, where it runs here, and so ``alerts``, a name for each rule.
    :param titles: unit -> the program's title.
    :param figures: services that write figures.
    :param alertmanager: its unit, if it is here.
    """

    check: Mapping[str, Any]
    contents: Mapping[str, str]
    asked: tuple[Asked, ...] = ()
    alerts: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    figures: tuple[str, ...] = ()
    alertmanager: str = ""

    def look_at(self) -> dict[str, Any]:
        """The parameters of the observation ``monitoring``."""
        return {**self.check, "hashed": sorted(self.contents), "figures": list(self.figures)}


def standing(document: Document, matrix: Matrix, host: str, hashed_paths: Sequence[str] = ()) -> Standing | None:
    """What should be on a host; nothing where it carries no program of monitoring."""
    own = matrix.hosts[host]
    keys = [key for application in APPLICATIONS.values() for key in matrix.speaking(application)]
    if not own.components & {*keys}:
        return None
    found = installation(document, matrix, host, hashed_paths)
    units = {job: daemon["unit"] for job, daemon in found["daemons"].items()}
    seen = watched(document, matrix, host, hashed_paths)
    here = PROMETHEUS in units
    asked = [
        *(
            Asked(one.job, one.address, one.component, one.host, one.row, units[one.job] if one.local else "")
            for one in seen.targets
        ),
        *(Asked(HEALTH, one.url, one.component, one.host, one.row) for one in seen.checks),
    ]
    return Standing(
        check=found["check"],
        contents={
            file["path"]: hashlib.sha256(file["content"].encode()).hexdigest()
            for file in found["files"]
            if not file["path"].startswith(f"{SECRETS}/")
        },
        asked=tuple(asked) if here else (),
        alerts=_alerts(rule_groups(seen)) if here else (),
        titles={daemon["unit"]: daemon["title"] for daemon in found["daemons"].values()},
        figures=tuple(FIGURES) if NODE in units else (),
        alertmanager=units.get(ALERTMANAGER, ""),
    )


def _alerts(groups: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(rule["alert"] for group in groups["groups"] for rule in group["rules"]))
