# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is monitored, and when somebody is alerted. Its metrics and alerts are those of which the page can speak."""

from __future__ import annotations

from dataclasses import dataclass

from .kinds import Count, Many, Reference, Text
from .record import Record, says
from .words import KEY

_PERCENT = Count(0, 100, "a percentage")
_PERCENTILE = Count(1, 100, "a percentile")


@dataclass(frozen=True)
class Requests(Record):
    """Requests per second."""

    unit: str = says("Of what it is counted.", Text(), default="1/s")
    by: str = says("What they are told apart by, such as endpoint.", Text(1), required=True)


@dataclass(frozen=True)
class ResponseTime(Record):
    """How long answers take."""

    percentiles: tuple[int, ...] = says("The percentiles.", Many(_PERCENTILE), required=True)


@dataclass(frozen=True)
class ErrorRate(Record):
    """The share of answers that are errors."""

    statuses: tuple[str, ...] = says("What counts as an error, such as 5xx.", Many(Text(1)), required=True)


@dataclass(frozen=True)
class Bandwidth(Record):
    """Bytes per second."""


@dataclass(frozen=True)
class Metrics(Record):
    """What is measured."""

    requests: Requests | None = says("Requests per second.", Requests)
    response_time: ResponseTime | None = says("How long answers take.", ResponseTime)
    error_rate: ErrorRate | None = says("The share of answers that are errors.", ErrorRate)
    bandwidth: Bandwidth | None = says("Bytes per second.", Bandwidth)


@dataclass(frozen=True)
class ErrorRateAlert(Record):
    """Too many errors."""

    above_percent: int = says("More errors than this, in percent.", _PERCENT, required=True)
    for_minutes: int = says("For as long, in minutes.", Count(1, 1440, "a number of minutes"), required=True)


@dataclass(frozen=True)
class ResponseTimeAlert(Record):
    """Too slow."""

    percentile: int = says("Which percentile.", _PERCENTILE, required=True)
    above_ms: int = says("Slower than this, in milliseconds.", Count(1, 3_600_000, "milliseconds"), required=True)


@dataclass(frozen=True)
class UnreachableAlert(Record):
    """A health check fails."""

    component: str = says("Whose.", Reference(KEY, "name a component"), required=True)


@dataclass(frozen=True)
class Alerts(Record):
    """When somebody is alerted."""

    error_rate: ErrorRateAlert | None = says("Too many errors.", ErrorRateAlert)
    response_time: ResponseTimeAlert | None = says("Answers take too long.", ResponseTimeAlert)
    unreachable: UnreachableAlert | None = says("A component's health check fails.", UnreachableAlert)


@dataclass(frozen=True)
class Monitoring(Record):
    """Monitoring."""

    tools: tuple[str, ...] = says("What it is done with.", Many(Text(1)), required=True)
    metrics: Metrics = says("What is measured, by the name of the metric.", Metrics, required=True)
    alerts: Alerts = says("When somebody is alerted, by the name of the alert.", Alerts, required=True)
