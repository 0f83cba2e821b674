# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Monitoring itself: what it reads, what it runs with, whether its messages arrive, and that it lives."""

from __future__ import annotations

from collections.abc import Iterator

from ...document.programs import NGINX, NODE
from ..metrics import LOG_LINES, UNPARSED
from ..watched import Watched
from .model import HOST, Rule, both, doctor, either, matchers

#: The alert that always fires; the service at the other end alerts when it no longer hears of it.
HEARTBEAT = "Heartbeat"
#: Prometheus tells Alertmanager of each alert again every minute: what one that starts again has missed reaches it then.
_DROPPED = "sum by (host) (increase(prometheus_notifications_dropped_total{})) > 0"


def rules(watched: Watched) -> Iterator[Rule]:
    """For the log where it is read, for the rest where there is anything to watch."""
    alerts = watched.monitoring.alerts
    if alerts.log and watched.at(NGINX):
        of = matchers(job=NGINX)
        yield Rule(
            "LogUnparsed",
            f'increase({LOG_LINES}{{{of},result="{UNPARSED}"}}[10m]) > {alerts.log.above_lines}',
            "ticket",
            f"{{{{ $value | humanize }}}} lines of the access log on {HOST} were not understood in 10 min",
            doctor(symptom="monitoring"),
        )
        yield Rule(
            "LogUnread",
            f"increase(mtail_log_errors_total{{{of}}}[10m]) > 0",
            "ticket",
            f"{{{{ $labels.logfile }}}} on {HOST} cannot be read: requests are not counted",
            doctor(symptom="monitoring"),
        )
    if alerts.configuration and watched.targets:
        yield Rule(
            "ConfigurationNotLoaded",
            either(
                "prometheus_config_last_reload_successful == 0",
                "alertmanager_config_last_reload_successful == 0",
                "blackbox_exporter_config_last_reload_successful == 0",
                "increase(mtail_prog_load_errors_total[10m]) > 0",
                "increase(prometheus_target_scrape_pools_failed_total[10m]) > 0",
                "sum by (host, job, component) (increase(prometheus_rule_evaluation_failures_total[10m])) > 0",
            ),
            "ticket",
            f"{{{{ $labels.component }}}} on {HOST} does not run with what is on disk",
            doctor(symptom="monitoring"),
        )
    if alerts.configuration and watched.at(NODE):
        yield Rule(
            "TextfileUnread",
            f"node_textfile_scrape_error{{{matchers(job=NODE)}}} == 1",
            "ticket",
            f"A file of metrics on {HOST} cannot be read: proof or counters are missing",
            doctor(),
            5,
        )
    if alerts.delivery and watched.targets:
        yield Rule(
            "DeliveryFails",
            either(
                "sum by (host, integration) (increase(alertmanager_notifications_failed_total[10m])) > 0",
                both(_DROPPED.format("[2m]"), _DROPPED.format("[2m] offset 3m")),
            ),
            "ticket",
            f"Messages about alerts could not be delivered from {HOST}"
            "{{ with $labels.integration }} by {{ . }}{{ end }}",
            doctor(symptom="monitoring"),
        )
    if watched.monitoring.heartbeat:
        yield Rule(HEARTBEAT, "vector(1)", "ticket", "Monitoring lives")
