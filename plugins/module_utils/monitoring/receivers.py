# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who is told of alerts, and how one fault is one message: Alertmanager's configuration."""

from __future__ import annotations

from typing import Any

from ..document.monitoring import Mail, Monitoring
from ..document.programs import NODE
from ..endpoint import endpoint
from ..quoting.monitoring import go_template, promql
from .rules.itself import HEARTBEAT
from .watched import Watched

#: So long a group waits for further alerts of the same fault, and between messages about more of them.
_WAIT, _INTERVAL = "10s", "1m"
_OPERATORS, _NOBODY, _ELSEWHERE = "operators", "nobody", "heartbeat"
_DOWN = ("Unreachable", "HealthCheckFails")
_FELT = ("ErrorRate", "ResponseTime")

MAIL_PASSWORD = "mail-password"


def alertmanager_configuration(watched: Watched, secrets: str) -> dict[str, Any]:
    """The file as plain data, to be written as JSON, which is YAML. It holds addresses that are secrets.

    :param secrets: the directory that holds :func:`secret_files`.
    """
    monitoring = watched.monitoring
    receivers, mail = _receivers(monitoring, secrets), monitoring.receivers.mail
    return {
        "global": {"resolve_timeout": "5m", **(_mail(mail, secrets) if mail else {})},
        "route": {
            "receiver": _OPERATORS if _OPERATORS in receivers else _NOBODY,
            "group_by": ["alertname"],
            "group_wait": _WAIT,
            "group_interval": _INTERVAL,
            "repeat_interval": f"{monitoring.receivers.repeat_hours}h",
            "routes": _routes(monitoring),
        },
        "inhibit_rules": _inhibited(watched),
        "receivers": [{"name": name, **configuration} for name, configuration in receivers.items()],
    }


def secret_files(monitoring: Monitoring) -> dict[str, str]:
    """The secrets that the configuration names, each by its file's name, for Alertmanager's user alone to read."""
    tokens = {_token(number): one.token for number, one in enumerate(monitoring.receivers.webhooks)}
    mail = monitoring.receivers.mail
    password = mail.password if mail else ""
    return {name: secret for name, secret in {MAIL_PASSWORD: password, **tokens}.items() if secret}


def is_anybody_told(monitoring: Monitoring) -> bool:
    """Whether alerts leave the page of monitoring at all."""
    return bool(monitoring.receivers.email or monitoring.receivers.webhooks)


def messages(monitoring: Monitoring) -> dict[str, int]:
    """How many messages an alert is, by the way that they go; Alertmanager counts by these names."""
    found = {"email": bool(monitoring.receivers.email), "webhook": len(monitoring.receivers.webhooks)}
    return {way: int(number) for way, number in found.items() if number}


def _token(number: int) -> str:
    return f"webhook-{number}-token"


def _mail(mail: Mail, secrets: str) -> dict[str, Any]:
    """A template of Go is made of the sender, as of a recipient."""
    login = {"smtp_auth_username": mail.user, "smtp_auth_password_file": f"{secrets}/{MAIL_PASSWORD}"}
    return {
        "smtp_smarthost": endpoint(mail.server, mail.port),
        "smtp_from": go_template(mail.sender),
        "smtp_require_tls": mail.tls,
        **(login if mail.user else {}),
    }


def _receivers(monitoring: Monitoring, secrets: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {_NOBODY: {}}
    told = monitoring.receivers
    if is_anybody_told(monitoring):
        to = go_template(", ".join(told.email))
        email = [{"to": to, "send_resolved": True}] if told.email else []
        webhooks = [
            {"url": one.url, "send_resolved": True, **(_bearer(f"{secrets}/{_token(number)}") if one.token else {})}
            for number, one in enumerate(told.webhooks)
        ]
        found[_OPERATORS] = {"email_configs": email, "webhook_configs": webhooks}
    if monitoring.heartbeat:
        found[_ELSEWHERE] = {"webhook_configs": [{"url": monitoring.heartbeat.url, "send_resolved": False}]}
    return found


def _bearer(file: str) -> dict[str, Any]:
    return {"http_config": {"authorization": {"type": "Bearer", "credentials_file": file}}}


def _routes(monitoring: Monitoring) -> list[dict[str, Any]]:
    """The heartbeat is nobody's message. It is sent again once it is older than that, of which each interval looks."""
    if monitoring.heartbeat is None:
        return []
    return [
        {
            "receiver": _ELSEWHERE,
            "matchers": [_named(HEARTBEAT)],
            "group_wait": "0s",
            "group_interval": "30s",
            "repeat_interval": f"{monitoring.heartbeat.every_minutes}m",
        }
    ]


def _inhibited(watched: Watched) -> list[dict[str, Any]]:
    """Of what follows from a fault that is told nothing is told."""
    inhibited = [
        _inhibit([_named(*_DOWN)], [_named(*_FELT)], "component"),
        _inhibit([_named("ErrorRate")], [_named("ResponseTime")], "host", "site", "route"),
        _inhibit([_named("TargetDown"), f"job={promql(NODE)}"], [_named("ProofOld")], "host"),
    ]
    if watched.clients:
        clients = f"component=~{promql('|'.join(watched.clients))}"
        inhibited.append(_inhibit([_named("DatabaseDown")], [_named(*_DOWN, *_FELT), clients]))
    return inhibited


def _inhibit(cause: list[str], consequence: list[str], *equal: str) -> dict[str, Any]:
    return {"source_matchers": cause, "target_matchers": consequence, "equal": list(equal)}


def _named(*alerts: str) -> str:
    return f"alertname=~{promql('|'.join(alerts))}"
