# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe.services import (
    read_definition,
    read_process,
    without_frames,
)
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.model import Process

APP = {
    "cwd": "/srv/orchestrator/current",
    "script": "src/server.js",
    "instances": 2,
    "env": {"PGPASSWORD": "hunter22", "PORT": "8000"},
}


def test_definition() -> None:
    assert read_definition(json.dumps({"apps": [APP]}), ["PGPASSWORD", "GONE"]) == (
        {"instances": 2, "schedule": None, "script": "/srv/orchestrator/current/src/server.js"},
        ["hunter22"],
    )


@pytest.mark.parametrize("text", ["", "{", "{}", '{"apps": []}', '{"apps": [{"instances": "two"}]}'])
def test_definition_that_cannot_be_read(text: str) -> None:
    assert read_definition(text, []) == (None, [])


@pytest.mark.parametrize(
    ("record", "crashing", "uptime"),
    [
        ({"status": "online"}, False, 40),
        ({"status": "online", "prev_restart_delay": 757}, True, 40),
        ({"status": "waiting restart"}, True, 0),
        ({"status": "errored"}, True, 0),
        ({"status": "stopped", "prev_restart_delay": 757}, False, 0),
    ],
)
def test_process(record: dict[str, Any], crashing: bool, uptime: int) -> None:
    full = {"pm_uptime": 60_000, "restart_time": 3, "exit_code": 1, "pm_exec_path": "/srv/x/current/a.js", **record}
    process = Process.from_pm2({"pm_id": 1, "name": "x", "pid": 12, "pm2_env": full})
    assert read_process(process, now=100.0) == {
        "id": 1,
        "name": "x",
        "pid": 12,
        "status": record["status"],
        "restarts": 3,
        "uptime_seconds": uptime,
        "exit_code": 1,
        "crashing": crashing,
        "script": "/srv/x/current/a.js",
    }


def test_the_message_is_kept_and_the_frames_are_not() -> None:
    log = ["Error: the reactor is out", "    at Module.load (node:internal:1275:32)", "Node.js v20.19.2"]
    assert without_frames(log) == ["Error: the reactor is out", "Node.js v20.19.2"]
