# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The proof as metrics: whether each row still holds, what verify has found, and how long certificates are good for.

Runs on hosts as well, with the standard library alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from .metrics import CERTIFICATE_FROM, CERTIFICATE_UNTIL, PROOF_TIME, ROW_PROVEN, VERIFY_CHECKS, VERIFY_TIME
from .textfile import Family

#: What was tried, as :class:`..tries.Try`, and what became of it in the words of :mod:`..probe.connect`.
Tried = tuple[Mapping[str, Any], str]
#: Protocol and port of what listens on this host.
Listening = Collection[tuple[str, int]]

_OPEN, _REFUSED, _FILTERED, _REJECTED = "open", "refused", "filtered", "rejected"


def proof_families(tried: Iterable[Tried], listening: Listening, now: float) -> list[Family]:
    """Whether each row holds, of which anything could be told, and when it was tried.

    A row holds if nothing that was tried speaks against it.
    """
    rows: dict[tuple[tuple[str, str], ...], bool] = {}
    for one, outcome in tried:
        holds = is_held(one, outcome, (one["protocol"], one["port"]) in listening)
        if holds is not None:
            labels = {"row": one["row"], "source": one["source"], "destination": one["destination"]}
            key = tuple({**labels, "port": one["ports"], "action": one["action"]}.items())
            rows[key] = rows.get(key, True) and holds
    meaning = "1 if all that was tried of the row was as documented."
    samples = tuple((dict(key), float(holds)) for key, holds in sorted(rows.items()))
    return [
        Family(ROW_PROVEN, "gauge", meaning, samples),
        Family(PROOF_TIME, "gauge", "When the rows were tried.", (({}, int(now)),)),
    ]


def is_held(one: Mapping[str, Any], outcome: str, listening: bool) -> bool | None:
    """Whether what became of a try is what its row says; ``None`` if it says nothing of the firewall.

    As in verify, but that a component is not up is no fault of the row's: a deployment is none.

    :param listening: whether something listens on the port on this host; asked of tries to itself alone.
    """
    if outcome not in (_OPEN, _REFUSED, _FILTERED, _REJECTED):
        return None  # not tried
    return (_is_let_through if one["action"] == "allow" else _is_kept_out)(one, outcome, listening)


def _is_let_through(one: Mapping[str, Any], outcome: str, listening: bool) -> bool | None:
    if outcome == _OPEN or (outcome == _REFUSED and one["outsider"]):
        return True
    if outcome == _REFUSED:
        return False if one["local"] and listening else None
    return None if outcome == _FILTERED and one["protocol"] == "udp" else False


def _is_kept_out(one: Mapping[str, Any], outcome: str, listening: bool) -> bool | None:
    if outcome == _REFUSED:
        if one["local"]:
            return True if listening else None
        return False  # the far end was reached
    if outcome == _FILTERED and one["protocol"] == "udp" and (listening or not one["local"]):
        return None
    return outcome != _OPEN


def verify_families(report: Mapping[str, Any]) -> list[Family]:
    """How many findings of each verdict verify's report (``proof.json``) has, and when it was made."""
    made = datetime.fromisoformat(str(report["time"]).replace("Z", "+00:00")).timestamp()
    checks = tuple(({"verdict": str(verdict)}, float(number)) for verdict, number in sorted(report["summary"].items()))
    return [
        Family(VERIFY_CHECKS, "gauge", "Findings of the last run of verify.", checks),
        Family(VERIFY_TIME, "gauge", "When verify was run.", (({}, int(made)),)),
    ]


def certificate_families(dates: Mapping[str, tuple[float, float]]) -> list[Family]:
    """Certificate -> since when it is good, and until when."""
    since, until = (
        tuple(({"name": name}, bounds[index]) for name, bounds in sorted(dates.items())) for index in (0, 1)
    )
    return [
        Family(CERTIFICATE_FROM, "gauge", "Since when the certificate is good.", since),
        Family(CERTIFICATE_UNTIL, "gauge", "Until when the certificate is good.", until),
    ]
