# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Programs that answer, fail, do not end or say too much."""

from __future__ import annotations

import time

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe import run as module
from ansible_collections.nostromo.networking.plugins.module_utils.observe.run import ObservationError, Output, run


def test_what_a_program_says() -> None:
    assert run(["sh", "-c", "printf 'a\\377'; echo b >&2; exit 3"]) == Output(3, "a\ufffd", "b\n")


def test_no_such_program() -> None:
    with pytest.raises(ObservationError, match="the host has no rooms-none"):
        run(["rooms-none"])


@pytest.mark.parametrize("script", ["exec sleep 30", "sleep 3 & exit", "exec >&- 2>&-; exec sleep 30"])
def test_one_that_does_not_end(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setattr(module, "TIMEOUT_SECONDS", 0.3)
    began = time.monotonic()
    with pytest.raises(ObservationError, match="did not end within 0.3 s"):
        run(["sh", "-c", script])
    assert time.monotonic() - began < 2


def test_one_that_says_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 1024 * 1024)
    with pytest.raises(ObservationError, match="yes says more than 1 MiB"):
        run(["yes"])
