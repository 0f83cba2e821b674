# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The proof as plain data: what JSON holds, and what the page is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from ..checks.intent import Vantage
from ..checks.model import VERDICTS, Finding, overall
from ..checks.registry import all_checks
from ..explain.rows import plain_row
from ..matrix.model import Matrix


def plain_report(matrix: Matrix, vantages: Sequence[Vantage], checks: Sequence[Finding], now: float) -> dict[str, Any]:
    """``verdict`` and ``summary`` (findings by verdict), ``system``, ``vantage_points``, every one of the ``rows``, the
    ``subjects`` (each with its title), and the ``checks``, every finding; ``time`` is in UTC (RFC 3339).
    """
    count = Counter(check.verdict for check in checks)
    return {
        "time": datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "verdict": "failed" if count["failed"] else "passed",
        "summary": {verdict: count[verdict] for verdict in VERDICTS},
        "system": _system(matrix),
        "vantage_points": [
            {"name": one.name, "managed": one.managed, "seen_as": [str(address) for address in one.seen_as]}
            for one in vantages
        ],
        "rows": [{**plain_row(flow), **_row_verdict(flow.path, checks)} for flow in matrix.flows],
        "subjects": {subject: check.title for subject, check in all_checks().items()},
        "checks": [_plain(check) for check in checks],
    }


def _system(matrix: Matrix) -> dict[str, Any]:
    return {
        "components": {
            key: {
                "title": component.title,
                "exposure": component.exposure,
                "user": component.user,
                "ports": [f"{one.port}/{one.protocol}" for one in component.listeners],
                "hosts": [host.name for host in matrix.hosts_of(key)],
            }
            for key, component in matrix.components.items()
        },
        "zones": {name: [str(network) for network in networks] for name, networks in matrix.zones.items()},
        "hosts": {name: [str(address) for address in host.addresses] for name, host in matrix.hosts.items()},
    }


def _row_verdict(path: str, checks: Sequence[Finding]) -> dict[str, Any]:
    """A row holds if some of it was tried and nothing speaks against it; ``skipped`` counts what was not."""
    mine = [check for check in checks if check.row == path]
    verdict = overall({check.verdict for check in mine})
    return {
        "verdict": verdict,
        "tries": sum(check.tries for check in mine if check.verdict != "skipped"),
        "skipped": sum(check.verdict == "skipped" for check in mine),
        "reasons": list(dict.fromkeys(check.reason for check in mine if check.verdict == verdict and check.reason)),
    }


def _plain(check: Finding) -> dict[str, Any]:
    plain = asdict(check)
    return {**plain, **{key: list(plain[key]) for key in ("evidence", "remedy", "ports", "hops")}}
