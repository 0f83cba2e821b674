# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The administrator's command shows what PM2 says, and nothing that could be a secret or act on a terminal."""

from __future__ import annotations

import grp
import json
import os
from pathlib import Path
from typing import Any, ClassVar

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.pm2 import tool
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.model import Process
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.pm2.samples import process


class _Client:
    """A PM2 that runs two processes of ``api`` and nothing of others."""

    calls: ClassVar[list[Any]] = []

    def __init__(self, service: str, user: str) -> None:
        self.service = service

    def processes(self) -> tuple[Process, ...]:
        return (process(number=0), process(number=1, status="on\x1b[2Jline")) if self.service == "api" else ()

    def call(self, method: str, change: dict[str, Any], timeout: float) -> list[Any]:
        self.calls.append((method, change["id"]))
        return []


@pytest.fixture(autouse=True)
def _pm2(monkeypatch: pytest.MonkeyPatch) -> None:
    _Client.calls = []
    monkeypatch.setattr(tool, "Client", _Client)


def test_status_is_a_table_of_what_runs_and_what_does_not() -> None:
    head, first, second, third = tool.status({"api": "api", "web": "web"}).splitlines()
    assert head.split() == ["service", "id", "mode", "pid", "up", "restarts", "status"]
    assert first.split()[:4] == ["api", "0", "cluster", "100"]
    assert second.endswith(r"on\x1b[2Jline")
    assert third.startswith("web") and third.endswith("PM2 does not run")


def test_no_variable_is_listed() -> None:
    text = tool.listing({"api": "api"})
    assert [one["id"] for one in json.loads(text)] == [0, 1]
    assert "hush" not in text and "PGPASSWORD" not in text


def test_processes_are_reloaded_one_after_the_other() -> None:
    tool.reload("api", "api")
    assert _Client.calls == [("reloadProcessId", 0), ("reloadProcessId", 1)]


def test_services_and_their_users_come_from_the_definitions(tmp_path: Path) -> None:
    (tmp_path / "api.json").write_text("{}")
    assert tool.users(tmp_path) == {"api": grp.getgrgid(os.getegid()).gr_name}


def test_it_is_for_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "use sudo" in str(tool.main([]))
