# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The proof itself: rows that no longer hold, and a proof that is too old to say."""

from __future__ import annotations

from collections.abc import Iterator

from ...document.programs import NODE
from ..metrics import PROOF_TIME, ROW_PROVEN, VERIFY_CHECKS, VERIFY_TIME
from ..watched import Watched
from .model import HOST, VERIFY, Rule, doctor, either, matchers

_NODE = matchers(job=NODE)


def rules(watched: Watched) -> Iterator[Rule]:
    """Of all hosts that try their rows, which are those with a node exporter."""
    alerts, hosts = watched.monitoring.alerts, watched.at(NODE)
    if alerts.row and hosts:
        yield Rule(
            "RowNotProven",
            f"{ROW_PROVEN}{{{_NODE}}} == 0",
            "page",
            f"{{{{ $labels.row }}}} no longer holds on {HOST}: {{{{ $labels.source }}}} to {{{{ $labels.destination }}}}"
            " {{ $labels.port }}, {{ $labels.action }}",
            VERIFY,
            alerts.row.for_minutes,
            "{{ $labels.row }}",
        )
    if alerts.proof and hosts:
        for target in hosts:
            of = matchers(job=NODE, host=target.host)
            yield Rule(
                "ProofOld",
                either(
                    f"time() - {PROOF_TIME}{{{of}}} > {alerts.proof.above_minutes} * 60",
                    f"absent({PROOF_TIME}{{{of}}})",
                ),
                "ticket",
                f"{HOST} has not tried its rows for more than {alerts.proof.above_minutes} min",
                doctor(symptom="monitoring"),
                5,
                labels={"host": target.host},
            )
        yield Rule(
            "VerifyOld",
            f"time() - {VERIFY_TIME}{{{_NODE}}} > {alerts.proof.verify_above_hours} * 3600",
            "ticket",
            f"verify has not run for {alerts.proof.verify_above_hours} h",
            VERIFY,
        )
        yield Rule(
            "VerifyFailed",
            f'{VERIFY_CHECKS}{{{_NODE},verdict="failed"}} > 0',
            "ticket",
            "verify has found {{ $value }} faults",
            VERIFY,
        )
