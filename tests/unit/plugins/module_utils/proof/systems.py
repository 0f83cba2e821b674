# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reports on simulated systems that obey their data, or do not; judged by the real code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.checks.flow import OUTSIDE
from ansible_collections.nostromo.networking.plugins.module_utils.checks.intent import CONTROLLER
from ansible_collections.nostromo.networking.plugins.module_utils.checks.judge import judge
from ansible_collections.nostromo.networking.plugins.module_utils.checks.model import Evidence
from ansible_collections.nostromo.networking.plugins.module_utils.checks.probes import Probe
from ansible_collections.nostromo.networking.plugins.module_utils.proof.report import plain_report
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.checks.simulated import (
    ONE_SERVER,
    data_of,
    ending,
    evidence_of,
    seeing,
)

#: One server, as in ``network_proof``.
ALONE: dict[str, Any] = {**data_of(ONE_SERVER), "probe_targets": {"internet": ["198.51.100.80"]}}

#: What becomes of a probe instead of what should; ``None`` for what should.
Fate = Callable[[Probe], str | None]


def spread(*hosts: tuple[str, list[str]]) -> dict[str, Any]:
    """The same data on other hosts, each a name and its components."""
    placed = {
        name: {"addresses": [f"203.0.113.{number}"], "components": components}
        for number, (name, components) in enumerate(hosts, 10)
    }
    return {**data_of({**ONE_SERVER, "hosts": placed}), "probe_targets": ALONE["probe_targets"]}


def report_of(
    data: Mapping[str, Any],
    fate: Fate = lambda _probe: None,
    change: Callable[[Evidence], Evidence] = lambda seen: seen,
) -> dict[str, Any]:
    """The report on a system."""
    intent, evidence = evidence_of(dict(data))

    def end(probe: Probe) -> dict[str, str]:
        outcome = fate(probe)
        return {"outcome": outcome} if outcome else {}

    evidence = change(ending(evidence, end))
    return plain_report(intent.matrix, evidence.vantages, judge(intent, evidence), evidence.now)


def observing(host: str, **seen: object) -> Callable[[Evidence], Evidence]:
    """The same evidence, but for what was observed on a host."""

    return lambda evidence: seeing(evidence, host, lambda found: found.update(seen))


def losing(*vantages: str) -> Callable[[Evidence], Evidence]:
    """The same evidence without what was tried from some vantage points, for they could not be reached."""

    def change(evidence: Evidence) -> Evidence:
        if CONTROLLER in vantages:
            for host in evidence.looks:
                evidence = seeing(evidence, host, lambda seen: seen.pop(OUTSIDE, None))
        return replace(evidence, looks={name: one for name, one in evidence.looks.items() if name not in vantages})

    return change
