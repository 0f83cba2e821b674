# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the document has measured of requests: how many, how long they take, how many fail, and their bytes."""

from __future__ import annotations

from collections.abc import Iterator

from ...document.monitoring import ErrorRateAlert, ResponseTimeAlert
from ...document.programs import NGINX
from ...nginx.access_log import NO_ROUTE
from ...quoting.monitoring import promql
from ..log_program import REDIRECT
from ..metrics import CLASSES, DURATION, LIMITED, RECEIVED, REQUESTS, RESPONSES, SENT
from ..rules.model import matchers, share
from ..watched import Watched
from .model import NOW, WINDOW, Panel, Query, there
from .phrases import Phrases

_NGINX = matchers(job=NGINX)
_ANSWERED = f'{_NGINX},class!="{LIMITED}"'
_LIMITED = f'{_NGINX},class="{LIMITED}"'
#: Of endpoints for which there are alerts: where a component answers.
_ROUTED = f'{_NGINX},route!~"{REDIRECT}|{NO_ROUTE}"'
_ENDPOINT, _EACH = "site, route", "{{site}} {{route}}"


def figures(watched: Watched, texts: Phrases) -> Iterator[Panel]:
    """As of now, of all sites together."""
    metrics = watched.monitoring.metrics
    if not watched.at(NGINX):
        return
    if metrics.requests:
        yield Panel("figures", texts["requests"], "reqps", (Query(f"sum({_rate(RESPONSES, _NGINX, NOW)})"),))
    if metrics.response_time:
        percentiles = _percentiles(metrics.response_time.percentiles, NOW)
        yield Panel("figures", texts["response_time"], "s", percentiles)
    if metrics.error_rate:
        yield Panel("figures", texts["errors"], "percentunit", _errors(metrics.error_rate.statuses, NOW, texts))


def graphs(watched: Watched, texts: Phrases) -> Iterator[Panel]:
    """Over time; by endpoint where an alert judges each endpoint."""
    metrics, alerts = watched.monitoring.metrics, watched.monitoring.alerts
    if not watched.at(NGINX):
        return
    if metrics.requests:
        by_endpoint = Query(f"sum by ({_ENDPOINT}) ({_rate(RESPONSES, _NGINX)})", _EACH)
        yield Panel("graph", texts["requests_by_endpoint"], "reqps", (by_endpoint,))
    if metrics.response_time:
        yield Panel("graph", texts["response_time"], "s", _percentiles(metrics.response_time.percentiles))
    if alerts.response_time:
        yield _slow(alerts.response_time, texts)
    if metrics.error_rate:
        yield Panel("graph", texts["errors"], "percentunit", _errors(metrics.error_rate.statuses, WINDOW, texts))
    if alerts.error_rate:
        yield _failing(alerts.error_rate, texts)
    if metrics.bandwidth:
        ways = (
            Query(f"sum({_rate(metric, _NGINX)})", texts[way])
            for metric, way in ((SENT, "sent"), (RECEIVED, "received"))
        )
        yield Panel("graph", texts["bandwidth"], "Bps", tuple(ways))


def _rate(metric: str, of: str, window: str = WINDOW) -> str:
    return f"rate({metric}{{{of}}}[{window}])"


def _percentile(percentile: int, by: str, window: str) -> str:
    return there(
        f"histogram_quantile({share(percentile)}, sum by ({by}) ({_rate(f'{DURATION}_bucket', _NGINX, window)}))"
    )


def _percentiles(percentiles: tuple[int, ...], window: str = WINDOW) -> tuple[Query, ...]:
    return tuple(Query(_percentile(one, "le", window), f"p{one}") for one in percentiles)


def _slow(alert: ResponseTimeAlert, texts: Phrases) -> Panel:
    title = texts["slow"].format(percentile=alert.percentile)
    query = Query(_percentile(alert.percentile, f"{_ENDPOINT}, le", WINDOW), _EACH, alert.above_ms / 1000)
    return Panel("graph", title, "s", (query,))


def _errors(statuses: tuple[str, ...], window: str, texts: Phrases) -> tuple[Query, ...]:
    """Of what was answered; what our own limits refuse is apart, of all that was asked."""
    answered = f"sum({_rate(RESPONSES, _ANSWERED, window)})"
    return (
        *(Query(there(f"sum({_rate(*_with(one), window)}) / {answered}"), one) for one in statuses),
        Query(
            there(f"sum({_rate(RESPONSES, _LIMITED, window)}) / sum({_rate(RESPONSES, _NGINX, window)})"),
            texts["limited"],
        ),
    )


def _with(status: str) -> tuple[str, str]:
    """Metric and matchers of the answers with a status: a class, which exists before its first one does, or a single one."""
    if status in CLASSES:
        return RESPONSES, f"{_NGINX},class={promql(status)}"
    return REQUESTS, f"{_NGINX},status={promql(status)}"


def _failing(alert: ErrorRateAlert, texts: Phrases) -> Panel:
    failed = f'{_ROUTED},class=~"{"|".join(alert.statuses)}"'
    answered = f'{_ROUTED},class!="{LIMITED}"'
    failures, answers = (f"sum by ({_ENDPOINT}) ({_rate(RESPONSES, of)})" for of in (failed, answered))
    query = Query(there(f"{failures} / {answers}"), _EACH, alert.above_percent / 100)
    return Panel("graph", texts["failing"].format(statuses=", ".join(alert.statuses)), "percentunit", (query,))
