# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who is asked for metrics: by promtool, and the labels by which the rules speak of them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.document.monitoring import Retention
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.rules.groups import rule_groups
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.scrape import (
    blackbox_configuration,
    retention_flags,
    scrape_configuration,
    web_configuration,
)
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.watched import Watched
from ansible_collections.nostromo.networking.tests.unit.templates.tools import tool

from .samples import PLACES, sample


def files(home: Path) -> dict[str, str]:
    """Certificates that are there; nobody reads them here."""
    paths = {name: home / f"{name}.pem" for name in ("certificate", "key", "authority")}
    for path in paths.values():
        path.touch()
    return {name: str(path) for name, path in paths.items()}


@pytest.mark.parametrize("place", PLACES)
def test_promtool_finds_nothing_wrong(place: str, tmp_path: Path) -> None:
    watched = sample(place, tls=files(tmp_path))
    configuration = scrape_configuration(watched)
    (tmp_path / "rules.yml").write_text(json.dumps(rule_groups(watched)), encoding="utf-8")
    path = tmp_path / "prometheus.yml"
    path.write_text(json.dumps(configuration), encoding="utf-8")
    command = [tool("promtool"), "check", "config", path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"[1-9]\d* rules found", done.stdout), done.stdout


def test_every_series_that_a_rule_misses_is_asked_for() -> None:
    """``absent()`` of labels that no target has would fire for ever."""
    for place in PLACES:
        watched = sample(place)
        asked = set()
        for job in scrape_configuration(watched)["scrape_configs"]:
            for one in job["static_configs"]:
                labels = {name: value for name, value in one["labels"].items() if not name.startswith("__")}
                asked.add(frozenset({"job": job["job_name"], "instance": one["targets"][0], **labels}.items()))
        missed = {
            frozenset(re.findall(r'(\w+)="([^"]*)"', selector))
            for group in rule_groups(watched)["groups"]
            for rule in group["rules"]
            for selector in re.findall(r"absent\(up\{([^{}]*)\}\)", rule["expr"])
        }
        assert missed == asked


def test_other_hosts_are_asked_over_tls_with_a_certificate(tmp_path: Path) -> None:
    jobs = {
        job["job_name"]: job
        for job in scrape_configuration(sample("several", tls=files(tmp_path)))["scrape_configs"]
    }
    schemes = {
        (name, one["labels"]["host"]): one["labels"].get("__scheme__", "http")
        for name, job in jobs.items()
        for one in job["static_configs"]
    }
    assert {host: scheme for (name, host), scheme in schemes.items() if name == "node"} == {
        "api1": "https", "api2": "https", "data": "https", "front": "https", "watch": "http",
    }  # fmt: skip
    assert jobs["node"]["tls_config"]["key_file"] == f"{tmp_path}/key.pem"
    assert {name for name, job in jobs.items() if "tls_config" in job} == {"node", "postgresql"}
    assert schemes["nginx", "front"] == "http"
    assert all("__scheme__" not in one["labels"] for one in jobs["health"]["static_configs"])


def test_promtool_reads_how_an_exporter_lets_itself_be_asked(tmp_path: Path) -> None:
    told = files(tmp_path)
    making = ["req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=a", "-keyout", told["key"]]
    subprocess.run([tool("openssl"), *making, "-out", told["certificate"]], check=True, capture_output=True)
    shutil.copy(told["certificate"], told["authority"])
    tls = sample(tls=told).monitoring.tls
    assert tls
    path = tmp_path / "web.json"
    path.write_text(json.dumps(web_configuration(tls)), encoding="utf-8")
    command = [tool("promtool"), "check", "web-config", path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_without_certificates_nothing_speaks_of_tls() -> None:
    text = json.dumps(scrape_configuration(sample("several")))
    assert "tls_config" not in text
    assert "__scheme__" not in text


def test_health_is_asked_by_blackbox_of_each_node() -> None:
    health = scrape_configuration(sample("several"))["scrape_configs"][-1]
    assert [(one["targets"], one["labels"]) for one in health["static_configs"]] == [
        (["http://10.0.0.10:4321/salud"], {"host": "front", "component": "sevastopol"}),
        (["http://10.0.0.21:8000/health"], {"host": "api1", "component": "orchestrator"}),
        (["http://[fd00::22]:8000/health"], {"host": "api2", "component": "orchestrator"}),
    ]
    assert health["relabel_configs"][-1] == {"target_label": "__address__", "replacement": "127.0.0.1:9115"}
    assert health["params"]["module"] == list(blackbox_configuration()["modules"])


def test_where_nobody_monitors_nothing_is_asked() -> None:
    configuration = scrape_configuration(Watched(sample().monitoring, "server"))
    assert configuration["scrape_configs"] == []
    assert configuration["alerting"] == {"alertmanagers": []}


def test_what_is_kept() -> None:
    assert retention_flags(Retention(days=90, gigabytes=10)) == [
        "--storage.tsdb.retention.time=90d",
        "--storage.tsdb.retention.size=10GB",
    ]
