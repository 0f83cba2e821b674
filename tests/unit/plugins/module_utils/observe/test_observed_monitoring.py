# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a real Prometheus says, and what the kernel and systemd say of the others."""

from __future__ import annotations

import getpass
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe.figures import read_figure
from ansible_collections.nostromo.networking.plugins.module_utils.observe.logs import without_addresses
from ansible_collections.nostromo.networking.plugins.module_utils.observe.open_logs import logs_of
from ansible_collections.nostromo.networking.plugins.module_utils.observe.targets import ask
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.monitoring.serving import (
    free_port,
    prometheus,
)

ME = getpass.getuser()


def test_what_prometheus_says(tmp_path: Path) -> None:
    gone = f"127.0.0.1:{free_port()}"
    jobs = {"prometheus": "ITSELF", "node": gone}
    configuration: dict[str, Any] = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
        "rule_files": ["rules.yml"],
        "scrape_configs": [{"job_name": job, "static_configs": [{"targets": [at]}]} for job, at in jobs.items()],
    }
    rules = [{"alert": name, "expr": "vector(1)"} for name in ("B", "A", "A")]
    (tmp_path / "rules.yml").write_text(json.dumps({"groups": [{"name": "x", "rules": rules}]}), "utf-8")
    with prometheus(tmp_path, configuration) as url:
        deadline = time.monotonic() + 20
        told = ask(url, ME)
        while {one["health"] for one in told["targets"]} != {"up", "down"} and time.monotonic() < deadline:
            time.sleep(0.2)
            told = ask(url, ME)
    assert (told["problem"], told["alerts"]) == ("", ["A", "A", "B"])
    by_job = {one["job"]: one for one in told["targets"]}
    assert by_job["prometheus"] == {"job": "prometheus", "instance": url.removeprefix("http://"), "health": "up", "error": ""}
    assert (by_job["node"]["health"], by_job["node"]["instance"]) == ("down", gone)
    assert "dial tcp" in by_job["node"]["error"]
    assert (told["unparsed"], told["locked_out"], told["undelivered"]) == ({}, [], [])


@pytest.mark.parametrize(("user", "why"), [(ME, "refused"), ("no-such-user", "the host has no user no-such-user")])
def test_prometheus_says_nothing(user: str, why: str) -> None:
    told = ask(f"http://127.0.0.1:{free_port()}", user)
    assert why in told["problem"]
    assert told["targets"] == []


@pytest.mark.parametrize("names", [["access.log", "none"], ["mtail/access.log.0", "mtail/access.log.1"]])
def test_whether_a_log_is_read(names: list[str], tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.touch(0o600)
    reading = [sys.executable, "-c", "print(flush=True); input()", *(f"--logs={tmp_path}/{name}" for name in names)]
    with log.open() as kept:
        reader = subprocess.Popen(reading, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[kept.fileno()])
    try:
        assert reader.stdout and reader.stdout.readline()
        mode = f"0600, of {ME}"
        assert logs_of(reader.pid) == [{"path": str(log), "is_read": True, "mode": mode}]
        log.rename(tmp_path / "access.log.1")
        assert logs_of(reader.pid) == []
        log.touch(0o600)
        assert logs_of(reader.pid) == [{"path": str(log), "is_read": False, "mode": mode}]
    finally:
        reader.communicate(b"\n")
    assert logs_of(reader.pid) == []
    assert logs_of(os.getpid()) == []


@pytest.mark.parametrize(
    ("timer", "service", "wanted"),
    [
        (
            {"ActiveState": "active", "ActiveEnterTimestamp": "@100"},
            {"Result": "success", "ExecMainExitTimestamp": "@940"},
            {"timed": True, "result": "success", "seconds": 60.0, "log": []},
        ),
        (
            {"ActiveState": "active", "ActiveEnterTimestamp": "@990"},
            {"Result": "success", "ExecMainExitTimestamp": ""},
            {"timed": True, "result": "success", "seconds": 10.0, "log": []},
        ),
        (
            {"ActiveState": "active", "ActiveEnterTimestamp": "@100"},
            {"Result": "success", "ExecMainStartTimestamp": "@999", "ExecMainExitTimestamp": ""},
            {"timed": True, "result": "success", "seconds": 1.0, "log": []},
        ),
        (
            {"ActiveState": "inactive", "ActiveEnterTimestamp": ""},
            {"Result": "exit-code", "ExecMainExitTimestamp": "@900"},
            {"timed": False, "result": "exit-code", "seconds": 100.0, "log": []},
        ),
    ],
)
def test_when_figures_were_written(timer: dict[str, str], service: dict[str, str], wanted: dict[str, Any]) -> None:
    assert read_figure(timer, service, 1000.0) == wanted


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            'err="operators/webhook[0]: canceled: Post \\"https://u:p@hooks.example.org:8/T0/s3cret?k=1\\": refused"',
            'err="operators/webhook[0]: canceled: Post \\"https://hooks.example.org:8/…": refused"',
        ),
        ("dial tcp 192.0.2.1:587: i/o timeout", "dial tcp 192.0.2.1:587: i/o timeout"),
    ],
)
def test_addresses_in_a_log_may_be_secrets(line: str, shown: str) -> None:
    assert without_addresses([line]) == [shown]
