# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Jobs done at the same time end with their own results, and with nothing of one another."""

from __future__ import annotations

import os
import time

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.side_by_side import side_by_side


def test_results_come_back_by_name() -> None:
    assert side_by_side({}) == {}
    jobs = {name: (lambda name=name: [name, os.getpid()]) for name in ("one", "two", "three")}
    found = side_by_side(jobs)
    assert [*found] == ["one", "two", "three"]
    assert [found[name][0] for name in found] == [*found]
    assert len({process for _name, process in found.values()}) == 3
    assert found["three"][1] == os.getpid()


def test_they_wait_together() -> None:
    began = time.monotonic()
    side_by_side({name: lambda: time.sleep(0.3) for name in "abcd"})
    assert time.monotonic() - began < 0.9


def test_much_is_told() -> None:
    assert side_by_side({"much": lambda: "x" * 1_000_000, "little": lambda: 1}) == {
        "much": "x" * 1_000_000,
        "little": 1,
    }


def test_a_job_that_fails_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match=r"bad ended without a result \(1\)"):
        side_by_side({"bad": lambda: 1 / 0, "good": lambda: 1})


def test_without_room_for_processes_all_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", no_room)
    assert side_by_side({"a": os.getpid, "b": os.getpid}) == {"a": os.getpid(), "b": os.getpid()}
