# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who does not answer: components whose health is asked, the database, and the programs that give metrics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...document.programs import HEALTH, POSTGRESQL, PROMETHEUS
from ..watched import HealthCheck, Target, Watched
from .model import HOST, Rule, doctor, either, explain, matchers, text


def rules(watched: Watched) -> Iterator[Rule]:
    """One for each component, the database, and each target."""
    alerts = watched.monitoring.alerts
    by_component: dict[str, list[HealthCheck]] = {}
    for check in watched.checks:
        by_component.setdefault(check.component, []).append(check)
    for component, checks in by_component.items():
        if alerts.unreachable and alerts.unreachable.component == component:
            yield _unreachable("Unreachable", checks, alerts.unreachable.for_minutes)
        elif alerts.health:
            yield _unreachable("HealthCheckFails", checks, alerts.health.for_minutes)
    if alerts.database and watched.at(POSTGRESQL):
        yield Rule(
            "DatabaseDown",
            f"pg_up{{{matchers(job=POSTGRESQL)}}} == 0",
            "page",
            f"The database on {HOST} is down, or refuses its exporter",
            doctor(symptom="monitoring"),
            alerts.database.for_minutes,
        )
    if alerts.target:
        for target in watched.targets:
            yield _target(watched, target, alerts.target.for_minutes)


def _unreachable(name: str, checks: Sequence[HealthCheck], for_minutes: int) -> Rule:
    """Of each node; one that is no longer asked has no figure that could be 0."""
    component = checks[0].component
    asked = [matchers(job=HEALTH, component=component, host=check.host, instance=check.url) for check in checks]
    return Rule(
        name,
        either(
            f"probe_success{{{matchers(job=HEALTH, component=component)}}} == 0",
            *(f"absent(up{{{one}}})" for one in asked),
        ),
        "page",
        f"{component} on {HOST} does not answer its health check {{{{ $labels.instance }}}}",
        doctor(symptom="econnrefused"),
        for_minutes,
        text(checks[0].row),
        {"component": component},
    )


def _target(watched: Watched, target: Target, for_minutes: int) -> Rule:
    labels = {"job": target.job, "component": target.component, "host": target.host, "instance": target.address}
    of = matchers(**labels)
    return Rule(
        "TargetDown",
        either(f"up{{{of}}} == 0", f"absent(up{{{of}}})"),
        "ticket",
        f"{target.component} on {text(target.host)} gives no metrics",
        _command(watched, target),
        for_minutes,
        text(target.row),
        labels,
    )


def _command(watched: Watched, target: Target) -> str:
    """On another host it may be the way there that is closed."""
    askers = watched.at(PROMETHEUS)
    if target.local or not askers:
        return doctor(text(target.host), "monitoring")
    return explain(askers[0].component, target.component, target.address.rpartition(":")[2])
