# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Prometheus says of whom it asks, of its alerts, and whether messages about them are delivered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypedDict
from urllib.parse import urlencode

from ..monitoring.daemons import as_user, get
from ..monitoring.metrics import LOG_LINES, UNPARSED

#: A message that cannot be delivered is tried again within a minute.
_UNDELIVERED = "sum by (integration) (increase(alertmanager_notification_requests_failed_total[2m])) > 0"
_UNPARSED_LINES = f'sum by (host) (increase({LOG_LINES}{{result="{UNPARSED}"}}[10m])) > 0'
_LOCKED_OUT = "pg_up == 0"


class Target(TypedDict):
    """Somebody whom Prometheus asks for metrics: its ``health`` (``up``, ``down``, ``unknown`` if it was not asked yet) and the
    last ``error``.
    """

    job: str
    instance: str
    health: str
    error: str


class Told(TypedDict):
    """What Prometheus says: its ``targets``, the names of its ``alerts`` (one for each rule), how many lines of the access log
    are ``unparsed`` by host, in ten minutes, on which hosts the database locks its exporter out, and by which ways messages
    about alerts were ``undelivered`` in the last two minutes; ``problem`` is why it says nothing.
    """

    problem: str
    targets: list[Target]
    alerts: list[str]
    unparsed: dict[str, float]
    locked_out: list[str]
    undelivered: list[str]


def ask(url: str, asker: str) -> Told:
    """What Prometheus says, asked as a user."""
    told: Told = {"problem": "", "targets": [], "alerts": [], "unparsed": {}, "locked_out": [], "undelivered": []}
    try:
        with as_user(asker):
            targets, rules = (_data(f"{url}/api/v1/{path}") for path in ("targets?state=active", "rules?type=alert"))
            unparsed, locked_out, undelivered = (
                _data(f"{url}/api/v1/query?{urlencode({'query': query})}")["result"]
                for query in (_UNPARSED_LINES, _LOCKED_OUT, _UNDELIVERED)
            )
    except (OSError, ValueError, KeyError) as error:
        return {**told, "problem": f"Prometheus does not say it at {url}: {error}"}
    return {
        "problem": "",
        "targets": [read_target(one) for one in targets["activeTargets"]],
        "alerts": sorted(rule["name"] for group in rules["groups"] for rule in group["rules"]),
        "unparsed": {one["metric"].get("host", ""): float(one["value"][1]) for one in unparsed},
        "locked_out": sorted(one["metric"].get("host", "") for one in locked_out),
        "undelivered": sorted(one["metric"].get("integration", "") for one in undelivered),
    }


def read_target(one: Mapping[str, Any]) -> Target:
    """A target of Prometheus' answer."""
    labels = one["labels"]
    return {
        "job": labels.get("job", ""),
        "instance": labels.get("instance", ""),
        "health": one["health"],
        "error": one["lastError"],
    }


def _data(url: str) -> Any:
    return json.loads(get(url))["data"]
