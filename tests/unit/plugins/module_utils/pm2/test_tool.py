# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The command pm2, with PM2s that answer what they like."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.pm2 import tool
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.client import NoDaemonError
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.model import Process
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.wire import WireError


def held(number: int = 0, status: str = "online", name: str = "api") -> dict[str, Any]:
    record = {
        "status": status,
        "restart_time": 3,
        "pm_uptime": (time.time() - 7300) * 1000,
        "exec_mode": "cluster_mode",
        "env": {"PGPASSWORD": "hunter2"},
        "PGPASSWORD": "hunter2",
    }
    return {
        "pm_id": number,
        "name": name,
        "pid": 70 + number,
        "pm2_env": record,
        "monit": {"cpu": 1.4, "memory": 64 << 20},
    }


class Host:
    """What the PM2s of a host answer, and what they were asked for."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {"api": [held(0), held(1)]}
        self.called: list[tuple[str, Any]] = []
        self.ran: list[list[str]] = []


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Host:
    found = Host()

    class Client:
        def __init__(self, service: str, user: str) -> None:
            self.service = service

        def call(self, method: str, *arguments: Any, timeout: float = 15) -> list[Any]:
            answer = found.answers.get(self.service, NoDaemonError("nobody listens"))
            if isinstance(answer, Exception):
                raise answer
            if method != "getMonitorData":
                found.called.append((method, arguments[0]))
            return [answer]

        def processes(self) -> tuple[Process, ...]:
            return tuple(Process.from_pm2(item) for item in found.answers.get(self.service, []))

    def run(words: list[str], check: bool) -> subprocess.CompletedProcess[str]:
        found.ran.append(words)
        return subprocess.CompletedProcess(words, 5)

    for name in ("api", "job"):
        (tmp_path / f"{name}.json").write_text("{}", encoding="utf-8")
    (tmp_path / "api.json.proven").write_text("", encoding="utf-8")
    monkeypatch.setattr(tool, "DEFINITIONS", tmp_path)
    monkeypatch.setattr(tool, "Client", Client)
    monkeypatch.setattr(Path, "group", lambda path: f"user-{path.stem}")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "execv", lambda path, words: found.ran.append([path, *words[1:]]))
    monkeypatch.setattr(subprocess, "run", run)
    return found


def test_status_of_all(host: Host, capsys: pytest.CaptureFixture[str]) -> None:
    assert tool.main([]) is None
    lines = [line.split("  ") for line in capsys.readouterr().out.splitlines()]
    assert [[cell.strip() for cell in line if cell.strip()] for line in lines] == [
        list(tool._COLUMNS),
        ["api", "0", "cluster", "70", "2 h", "3", "online", "1 %", "64 MiB"],
        ["api", "1", "cluster", "71", "2 h", "3", "online", "1 %", "64 MiB"],
        ["job", "-", "-", "-", "-", "-", "stopped", "-", "-"],
    ]


def test_one_that_lies_does_not_hide_the_others(host: Host, capsys: pytest.CaptureFixture[str]) -> None:
    host.answers = {"api": [{"name": "x"}], "job": [held(name="\x1b[2J\nevil" + "x" * 100)]}
    assert tool.main(["ls"]) is None
    printed = capsys.readouterr().out
    assert "\x1b" not in printed and len(printed.splitlines()) == 3
    assert "its PM2 does not say what it runs" in printed and "job: \\x1b[2J evil" in printed


@pytest.mark.parametrize("value", ["x", float("inf"), float("nan"), [], {}])
def test_numbers_that_are_none(host: Host, capsys: pytest.CaptureFixture[str], value: Any) -> None:
    item = held()
    item["pm2_env"]["pm_uptime"] = value or [1]
    host.answers["api"] = [item]
    assert tool.main(["status", "api"]) is None
    assert "does not say what it runs" in capsys.readouterr().out


def test_list_for_programs_has_no_variables(host: Host, capsys: pytest.CaptureFixture[str]) -> None:
    assert tool.main(["jlist", "api"]) is None
    printed = capsys.readouterr().out
    assert "hunter2" not in printed
    assert [(item["service"], item["id"], item["status"]) for item in json.loads(printed)] == [
        ("api", 0, "online"),
        ("api", 1, "online"),
    ]


def test_logs_are_the_units(host: Host) -> None:
    tool.main(["logs", "api", "--lines", "7", "-f"])
    words = ["/usr/bin/journalctl", "--no-pager", "--lines=7", "--unit=pm2-user-api.service", "--follow"]
    assert host.ran[0] == words


@pytest.mark.parametrize("verb", ["start", "stop", "restart"])
def test_the_unit_is_controlled(host: Host, verb: str) -> None:
    assert tool.main([verb, "job"]) == 5
    assert host.ran == [["/usr/bin/systemctl", verb, "--", "pm2-user-job.service"]]


def test_processes_are_replaced_one_after_the_other(host: Host) -> None:
    assert tool.main(["reload", "api"]) is None
    assert host.called == [("reloadProcessId", {"id": number, "env": {}}) for number in (0, 1)]


def test_the_first_that_does_not_come_up_ends_a_reload(host: Host) -> None:
    host.answers["api"] = [held(0, "errored"), held(1)]
    assert tool.main(["reload", "api"]) == "pm2: process 0 of api is errored; why: sudo pm2 logs api"
    assert [method for method, _given in host.called] == ["stopProcessId", "reloadProcessId"]


def test_nothing_to_reload(host: Host) -> None:
    assert tool.main(["reload", "job"]) == "pm2: nothing of job runs; to start it: sudo pm2 restart job"


def test_what_a_pm2_says_of_its_failure_is_shown_as_text(host: Host) -> None:
    host.answers["api"] = WireError("\x1b]0;evil\x07")
    assert tool.main(["jlist", "api"]) == "pm2: api: its PM2 does not say what it runs: \\x1b]0;evil\\x07"


def test_unknown_service(host: Host) -> None:
    assert tool.main(["stop", "apo"]) == "pm2: no service apo here; there is: api, job"


def test_a_service_has_to_be_named(host: Host, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        tool.main(["stop"])
    assert "stop needs the name of a service" in capsys.readouterr().err


def test_only_for_root(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert tool.main(["status"]) == "pm2: services are root's to look after: sudo pm2 …"
