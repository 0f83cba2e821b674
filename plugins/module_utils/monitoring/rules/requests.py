# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Too many errors, and answers that take too long: for each endpoint, as its own component and row are behind it."""

from __future__ import annotations

from collections.abc import Iterator

from ...document.monitoring import ErrorRateAlert, ResponseTimeAlert
from ..metrics import DURATION, LIMITED, RESPONSES
from ..watched import SiteRoute, Watched
from .model import HOST, Rule, both, doctor, matchers, share, text

#: Of fewer requests within five minutes a share or a percentile says nothing.
_ENOUGH = 20


def rules(watched: Watched) -> Iterator[Rule]:
    """Two for each endpoint."""
    alerts = watched.monitoring.alerts
    for route in watched.routes:
        if alerts.error_rate:
            yield _error_rate(route, alerts.error_rate)
        if alerts.response_time:
            yield _response_time(route, alerts.response_time)


def _error_rate(route: SiteRoute, alert: ErrorRateAlert) -> Rule:
    """A window of one minute and ``for``: what has to last five minutes has lasted them, and not only been bad once.

    Requests that our own limits refuse are no errors, and no answers either.
    """
    of = matchers(site=route.site, route=route.route)
    errors = f'{RESPONSES}{{{of},class=~"{"|".join(alert.statuses)}"}}'
    answers = f'{RESPONSES}{{{of},class!="{LIMITED}"}}'
    return Rule(
        "ErrorRate",
        both(
            f"sum by (host) (rate({errors}[1m])) / sum by (host) (rate({answers}[1m])) > {share(alert.above_percent)}",
            f"sum by (host) (increase({answers}[5m])) > {_ENOUGH}",
        ),
        "page",
        f"{{{{ $value | humanizePercentage }}}} of the answers of {_called(route)} are errors ({', '.join(alert.statuses)})",
        doctor(symptom="econnrefused"),
        alert.for_minutes,
        text(route.row),
        _labels(route),
    )


def _response_time(route: SiteRoute, alert: ResponseTimeAlert) -> Rule:
    """The threshold is a boundary of the histogram, so that on which side of it the percentile is, is exact."""
    of = matchers(site=route.site, route=route.route)
    percentile = (
        f"histogram_quantile({share(alert.percentile)}, sum by (host, le) (rate({DURATION}_bucket{{{of}}}[5m])))"
    )
    return Rule(
        "ResponseTime",
        both(
            f"{percentile} > {alert.above_ms / 1000:g}",
            f"sum by (host) (increase({DURATION}_count{{{of}}}[5m])) > {_ENOUGH}",
        ),
        "page",
        f"p{alert.percentile} of {_called(route)} is {{{{ $value | humanizeDuration }}}}",
        doctor(),
        0,
        text(route.row),
        _labels(route),
    )


def _called(route: SiteRoute) -> str:
    return f"{text(route.site + route.route)} on {HOST}"


def _labels(route: SiteRoute) -> dict[str, str]:
    return {"site": route.site, "route": route.route, "component": route.component}
