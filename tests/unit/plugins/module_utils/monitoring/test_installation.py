# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is set up on which host, and who may read it there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.document.variables import Document
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.installation import installation

from .samples import matrix_of, monitoring

_EXPORTER = {
    "name": "exporter o'er",
    "component": "postgres_exporter",
    "databases": ["nostromo"],
    "member_of": ["pg_monitor"],
}


def installed(place: str, host: str, **changes: Any) -> dict[str, Any]:
    faults = Faults()
    variables = {"network_monitoring": monitoring(**changes), "network_database_users": [_EXPORTER]}
    document = Document.read_variables(variables, faults)
    assert list(faults) == []
    return installation(document, matrix_of(place), host)


@pytest.mark.parametrize(
    ("place", "host", "jobs"),
    [
        ("single", "server", ["prometheus", "alertmanager", "blackbox", "node", "nginx", "postgresql"]),
        ("several", "front", ["node", "nginx"]),
        ("several", "api1", ["node"]),
        ("several", "data", ["node", "postgresql"]),
        ("several", "watch", ["prometheus", "alertmanager", "blackbox", "node"]),
    ],
)
def test_a_host_has_what_the_matrix_names_for_it(place: str, host: str, jobs: list[str]) -> None:
    found = installed(place, host)
    assert list(found["daemons"]) == jobs
    assert [one["template"] for one in found["units"]] == [f"{job}.conf.j2" for job in jobs]
    assert [one["unit"] for one in found["check"]["daemons"]] == [one["unit"] for one in found["daemons"].values()]


def test_prometheus_asks_the_programs_of_its_host_elsewhere_each_asks_itself() -> None:
    assert [(one["asker"], one["url"]) for one in installed("several", "data")["check"]["daemons"]] == [
        ("node-exporter", "http://10.0.0.30:9100"),
        ("postgres-exporter", "http://10.0.0.30:9187"),
    ]
    asked = installed("several", "watch")["check"]
    assert asked["asker"] == "prometheus"
    assert [one["url"] for one in asked["daemons"]][1:] == [
        "http://127.0.0.1:9093",
        "http://127.0.0.1:9115",
        "http://127.0.0.1:9100",
    ]


def test_what_other_hosts_ask_speaks_tls() -> None:
    tls = {name: f"/etc/nostromo/tls/{name}.pem" for name in ("certificate", "key", "authority")}
    found = installed("several", "data", tls=tls)
    assert {job: one["web"] for job, one in found["daemons"].items()} == {
        "node": "/etc/prometheus/nostromo/web-node.json",
        "postgresql": "/etc/prometheus/nostromo/web-postgresql.json",
    }
    assert {one["path"] for one in found["files"]} == {one["web"] for one in found["daemons"].values()}
    assert [(one["url"], one["port"]) for one in found["check"]["daemons"]] == [("", 9100), ("", 9187)]
    assert {one["web"] for one in installed("several", "watch", tls=tls)["daemons"].values()} == {""}


def test_secrets_are_alertmanager_s_alone() -> None:
    hook = "https://hooks.example.org/s3cret"
    found = installed("single", "server", receivers={"webhooks": [{"url": hook, "token": "t0ken"}]})
    assert found["told"]
    secret = [one for one in found["files"] if "s3cret" in one["content"] or "t0ken" in one["content"]]
    assert [one["path"] for one in secret] == [
        "/etc/prometheus/nostromo/secrets/webhook-0-token",
        "/etc/prometheus/nostromo/alertmanager.yml",
    ]
    assert all((one["group"], one["mode"], one["sensitive"]) == ("alertmanager", "0640", True) for one in secret)
    assert "s3cret" not in json.dumps({**found, "files": []})


def test_the_exporter_reaches_the_database_of_its_host_by_its_socket() -> None:
    assert installed("several", "data")["source"] == (
        "host='/run/postgresql' port='5432' user='exporter o\\'er' dbname='nostromo' sslmode='disable'"
    )
    assert installed("several", "front")["source"] == ""


def test_a_test_alert_is_sent_where_alerts_are_made() -> None:
    mail = {"server": "mail.example.org", "from": "a@example.org", "user": "a", "password": "s3cret"}
    receivers = {"email": ["b@example.org", "c@example.org"], "mail": mail, "webhooks": [{"url": "https://d.example"}]}
    assert installed("several", "watch", receivers=receivers)["delivery"] == {
        "url": "http://127.0.0.1:9093",
        "asker": "prometheus",
        "wanted": {"email": 1, "webhook": 1},
    }
    assert installed("several", "watch")["delivery"]["wanted"] == {}
    assert installed("several", "front", receivers=receivers)["delivery"] == {}
