# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who is asked for metrics, and how: the configuration of Prometheus, and of blackbox, which asks for health."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..document.monitoring import Retention, Tls
from ..document.programs import ALERTMANAGER, ENCRYPTED, HEALTH, METRICS
from ..matrix.compile import LOOPBACK
from .watched import Target, Watched

#: As often are figures taken and rules looked at, in seconds.
INTERVAL_SECONDS = 15
_TIMEOUT_SECONDS = 10
_HEALTH_SECONDS = 5
_MODULE = "health"
_TLS = "TLS13"


def scrape_configuration(watched: Watched, rule_files: Sequence[str] = ("rules.yml",)) -> dict[str, Any]:
    """Prometheus' file as plain data, to be written as JSON, which is YAML.

    :param rule_files: relative to that file, so that a staged tree is tested as a whole.
    """
    managers = [target.address for target in watched.at(ALERTMANAGER)]
    return {
        "global": {
            "scrape_interval": f"{INTERVAL_SECONDS}s",
            "scrape_timeout": f"{_TIMEOUT_SECONDS}s",
            "evaluation_interval": f"{INTERVAL_SECONDS}s",
        },
        "rule_files": list(rule_files),
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": managers}]}] if managers else []},
        "scrape_configs": list(_jobs(watched, watched.monitoring.tls)),
    }


def is_encrypted(job: str, address: str, tls: Tls | None) -> bool:
    """Whether a program is asked over TLS: what other hosts may ask, does not listen on loopback."""
    return tls is not None and job in ENCRYPTED and not address.startswith(f"{LOOPBACK}:")


def web_configuration(tls: Tls) -> dict[str, Any]:
    """How an exporter lets itself be asked over TLS: its file as plain data."""
    return {
        "tls_server_config": {
            "cert_file": tls.certificate,
            "key_file": tls.key,
            "client_auth_type": "RequireAndVerifyClientCert",
            "client_ca_file": tls.authority,
            "min_version": _TLS,
        }
    }


def blackbox_configuration() -> dict[str, Any]:
    """The file of the blackbox exporter as plain data: a health check, which is answered 2xx, and not by another address."""
    asked = {"method": "GET", "follow_redirects": False, "headers": {"User-Agent": "nostromo-monitoring"}}
    return {"modules": {_MODULE: {"prober": "http", "timeout": f"{_HEALTH_SECONDS}s", "http": asked}}}


def retention_flags(retention: Retention) -> list[str]:
    """How long Prometheus keeps what, on its command line: there is no place for it in its file."""
    return [
        f"--storage.tsdb.retention.time={retention.days}d",
        f"--storage.tsdb.retention.size={retention.gigabytes}GB",
    ]


def _jobs(watched: Watched, tls: Tls | None) -> Iterator[dict[str, Any]]:
    for job in METRICS:
        targets = watched.at(job)
        if targets:
            encrypted = any(is_encrypted(job, target.address, tls) for target in targets)
            yield {
                "job_name": job,
                **({"tls_config": _client(tls)} if tls and encrypted else {}),
                "static_configs": [_static(target, tls) for target in targets],
            }
    if watched.checks:
        yield {
            "job_name": HEALTH,
            "metrics_path": "/probe",
            "params": {"module": [_MODULE]},
            "static_configs": [
                {"targets": [check.url], "labels": {"host": check.host, "component": check.component}}
                for check in watched.checks
            ],
            "relabel_configs": [
                {"source_labels": ["__address__"], "target_label": "__param_target"},
                {"source_labels": ["__param_target"], "target_label": "instance"},
                {"target_label": "__address__", "replacement": watched.blackbox},
            ],
        }


def _client(tls: Tls) -> dict[str, str]:
    """With what Prometheus shows who it is, and by what it knows the others."""
    return {"ca_file": tls.authority, "cert_file": tls.certificate, "key_file": tls.key, "min_version": _TLS}


def _static(target: Target, tls: Tls | None) -> dict[str, Any]:
    scheme = {"__scheme__": "https"} if is_encrypted(target.job, target.address, tls) else {}
    return {"targets": [target.address], "labels": {"host": target.host, "component": target.component, **scheme}}
