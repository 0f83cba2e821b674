# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Processes replaced one after the other."""

from __future__ import annotations

import time
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.client import Client
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.compare import Plan
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.model import Process
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.proving import UnprovenError
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.rolling import Rolling
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.pm2.samples import API, PATH, process


class Daemon(Client):
    """A PM2 that does what it is told, but for what becomes of a process that is replaced."""

    def __init__(self, **becomes: Any) -> None:
        super().__init__(API.name, API.user)
        self.called: list[tuple[str, object]] = []
        self.held = [process(number=0), process(number=1, status="stopped")]
        self.becomes = becomes

    def processes(self) -> tuple[Process, ...]:
        return tuple(self.held)

    def call(self, method: str, argument: object, timeout: float = 15) -> Any:
        number = argument["id"] if isinstance(argument, dict) else argument
        self.called.append((method, number))
        if method == "reloadProcessId":
            self.held[int(str(number))] = process(number=int(str(number)), **self.becomes)


def rolling(daemon: Client, left: float = 45) -> Rolling:
    return Rolling(API, PATH, daemon, time.monotonic() + left, 45)


def test_one_that_runs_is_reloaded_and_one_that_does_not_is_stopped_first() -> None:
    daemon = Daemon()
    rolling(daemon).carry_out(Plan(step="reload", stale=(0, 1), missing=1))
    assert daemon.called == [
        ("reloadProcessId", 0),
        ("stopProcessId", 1),
        ("reloadProcessId", 1),
        ("duplicateProcessId", 0),
    ]


@pytest.mark.parametrize(
    ("becomes", "text"),
    [
        ({"status": "errored", "restart_time": 3}, "process 0 crashes: started 3 times"),
        ({"restart_time": 2, "exit_code": 9}, "process 0 crashes: started 2 times, last exit status 9"),
    ],
)
def test_one_that_does_not_come_up_leaves_the_others(becomes: dict[str, Any], text: str) -> None:
    daemon = Daemon(**becomes)
    with pytest.raises(UnprovenError, match=f"^{text}$"):
        rolling(daemon).carry_out(Plan(step="reload", stale=(0, 1)))
    assert daemon.called == [("reloadProcessId", 0)]


def test_what_is_gone_is_said_to_be() -> None:
    with pytest.raises(UnprovenError, match="^process 7 is gone$"):
        rolling(Daemon()).carry_out(Plan(step="reload", stale=(7,)))


def test_what_is_left_of_the_time_is_all_that_anything_gets() -> None:
    with pytest.raises(UnprovenError, match="not replaced within 45 s"):
        rolling(Daemon(), left=-1).call("reloadProcessId", 0)
