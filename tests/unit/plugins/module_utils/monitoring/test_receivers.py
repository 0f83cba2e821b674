# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Alertmanager's configuration, by amtool, and by an Alertmanager that delivers: who is told what, and what is kept back."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.receivers import (
    alertmanager_configuration,
    is_anybody_told,
    secret_files,
)
from ansible_collections.nostromo.networking.tests.unit.templates.tools import tool

from .programs import told_of
from .samples import sample

MAIL = {"server": "mail.example.org", "from": "nostromo@example.org", "user": "nostromo", "password": "s3cret"}
RECEIVERS = {
    "email": ["ops@example.org", "night@example.org"],
    "webhooks": [{"url": "https://alerts.example.org/hook?key=k3y", "token": "t0ken"}, {"url": "http://10.0.0.5/"}],
}
HEARTBEAT = {"url": "https://heartbeat.example.org/uuid", "every_minutes": 3}
_PATIENCE_SECONDS = 20.0
_TEMPLATES = Path("/usr/share/prometheus/alertmanager/default.tmpl")


def test_everybody_is_told_and_the_heartbeat_is_not_theirs(tmp_path: Path) -> None:
    watched = sample(receivers={**RECEIVERS, "mail": MAIL}, heartbeat=HEARTBEAT)
    configuration = alertmanager_configuration(watched, "/etc/prometheus/secrets")
    alerts = [{"alertname": "ErrorRate", "site": "x"}, {"alertname": "Heartbeat"}]
    assert told_of(json.dumps(configuration), alerts, tmp_path) == ["operators", "heartbeat"]
    operators = next(one for one in configuration["receivers"] if one["name"] == "operators")
    assert operators["email_configs"] == [{"to": "ops@example.org, night@example.org", "send_resolved": True}]
    assert [one["url"] for one in operators["webhook_configs"]] == [one["url"] for one in RECEIVERS["webhooks"]]
    assert configuration["global"]["smtp_smarthost"] == "mail.example.org:587"
    assert configuration["global"]["smtp_require_tls"] is True


def test_passwords_and_tokens_are_in_files_of_their_own(tmp_path: Path) -> None:
    watched = sample(receivers={**RECEIVERS, "mail": MAIL})
    text = json.dumps(alertmanager_configuration(watched, str(tmp_path)))
    files = secret_files(watched.monitoring)
    assert files == {"mail-password": "s3cret", "webhook-0-token": "t0ken"}
    for name, secret in files.items():
        assert f"{tmp_path}/{name}" in text
        assert secret not in text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, False),
        (
            {"receivers": {"email": ["ops@example.org"], "mail": {"server": "m.example.org", "from": "a@example.org"}}},
            True,
        ),
        ({"receivers": {"webhooks": [{"url": "http://10.0.0.5/"}]}}, True),
        ({"heartbeat": HEARTBEAT}, False),
    ],
)
def test_whether_anybody_is_told(changes: dict[str, Any], told: bool, tmp_path: Path) -> None:
    watched = sample(**changes)
    assert is_anybody_told(watched.monitoring) is told
    configuration = json.dumps(alertmanager_configuration(watched, "/x"))
    assert told_of(configuration, [{"alertname": "x"}], tmp_path) == ["operators" if told else "nobody"]


def test_a_template_in_an_address_is_an_address(tmp_path: Path) -> None:
    odd = {"server": "m.example.org", "from": "a{{.}}@example.org"}
    configuration = alertmanager_configuration(sample(receivers={"email": ["b{{.}}@example.org"], "mail": odd}), "/x")
    assert configuration["global"]["smtp_from"] == 'a{{"{{"}}.}}@example.org'
    assert told_of(json.dumps(configuration), [{"alertname": "x"}], tmp_path) == ["operators"]


class Sink:
    """What webhooks have been told: the alerts of each message."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.headers: list[str] = []
        sink = self

        class Taking(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                sink.headers.append(self.headers.get("Authorization", ""))
                sink.messages.append(json.loads(body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"

    def alerts(self) -> list[list[str]]:
        """The names of the alerts in each message."""
        return [sorted({alert["labels"]["alertname"] for alert in one["alerts"]}) for one in self.messages]


def program() -> list[str]:
    """How to run it. Debian's looks for its templates in one place; where it is but unpacked, it has a /usr/share of its own."""
    path = Path(tool("prometheus-alertmanager"))
    if _TEMPLATES.exists():
        return [str(path)]
    inside = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    script = f'mount -t tmpfs own /usr/share && cp -r {path.parents[1]}/share/. /usr/share && exec "$@"'
    if subprocess.run([*inside, script, "sh", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine gives no mount namespace")
    return [*inside, script, "sh", str(path)]


@contextmanager
def alertmanager(home: Path, configuration: dict[str, Any]) -> Iterator[str]:
    """One that runs; its address."""
    (home / "alertmanager.yml").write_text(json.dumps(configuration), encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            *program(),
            *(f"--config.file={home}/alertmanager.yml", f"--storage.path={home}/data"),
            *(f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="),
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/-/ready"))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(_PATIENCE_SECONDS)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def until(holds: Any) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "in vain"
        time.sleep(0.1)


def fire(address: str, *alerts: dict[str, str]) -> None:
    body = json.dumps([{"labels": labels} for labels in alerts]).encode()
    request = urllib.request.Request(f"{address}/api/v2/alerts", body, {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=5).close()


def suppressed(address: str) -> list[str]:
    """The alerts that are kept back."""
    with urllib.request.urlopen(f"{address}/api/v2/alerts", timeout=5) as answer:
        found = json.load(answer)
    return sorted(one["labels"]["id"] for one in found if one["status"]["state"] == "suppressed")


def numbered(**alerts: dict[str, str]) -> list[dict[str, str]]:
    return [{**labels, "id": name} for name, labels in alerts.items()]


def test_one_fault_is_one_message(tmp_path: Path) -> None:
    """A running Alertmanager keeps back what follows from what it tells, and nothing else."""
    sink = Sink()
    watched = sample(receivers={"webhooks": [{"url": sink.url, "token": "t0ken"}]}, heartbeat={"url": sink.url})
    for name, secret in secret_files(watched.monitoring).items():
        (tmp_path / name).write_text(secret, encoding="utf-8")
    configuration = alertmanager_configuration(watched, str(tmp_path))
    configuration["route"]["group_wait"] = "1s"
    orchestrator, sevastopol = {"component": "orchestrator"}, {"component": "sevastopol"}
    endpoint = {"host": "server", "site": "app", "route": "/"}
    with alertmanager(tmp_path, configuration) as address:
        fire(
            address,
            *numbered(
                cause={"alertname": "Unreachable", **orchestrator},
                errors={"alertname": "ErrorRate", **orchestrator, "route": "/api/"},
                slow={"alertname": "ResponseTime", **orchestrator, "route": "/api/"},
                other={"alertname": "ErrorRate", **sevastopol, **endpoint},
                other_slow={"alertname": "ResponseTime", **sevastopol, **endpoint},
                elsewhere_slow={"alertname": "ResponseTime", **sevastopol, **endpoint, "route": "/x/"},
                node={"alertname": "TargetDown", "job": "node", "host": "server"},
                log={"alertname": "TargetDown", "job": "nginx", "host": "front"},
                proof={"alertname": "ProofOld", "host": "server"},
                other_proof={"alertname": "ProofOld", "host": "front"},
                heartbeat={"alertname": "Heartbeat"},
            ),
        )
        until(lambda: len(sink.messages) >= 6)
        assert suppressed(address) == ["errors", "other_slow", "proof", "slow"]
        fire(
            address,
            *numbered(
                database={"alertname": "DatabaseDown", "host": "data"},
                health={"alertname": "HealthCheckFails", **sevastopol},
                etl={"alertname": "HealthCheckFails", "component": "etl"},
            ),
        )
        until(lambda: "cause" in suppressed(address))
        assert suppressed(address) == [
            "cause", "elsewhere_slow", "errors", "etl", "other", "other_slow", "proof", "slow",
        ]  # fmt: skip
    assert sorted(sink.alerts()[:6]) == [
        ["ErrorRate"], ["Heartbeat"], ["ProofOld"], ["ResponseTime"], ["TargetDown"], ["Unreachable"],
    ]  # fmt: skip
    assert {"Bearer t0ken", ""} == set(sink.headers)
