# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A run does not wait for the process that keeps an earlier run's connection open, when that hangs."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator

import network
import pytest
from network import changed

pytestmark = pytest.mark.one_release

#: How long a run with one role may take then, in seconds; without it, no time-out counts.
LONGEST = 40


def masters() -> set[int]:
    """The processes that keep connections to the lab's server open."""
    address = network.variables()["network_addresses"][0]
    listed = subprocess.run(["pgrep", "--full", "ssh: .*\\[mux\\]"], capture_output=True, text=True).stdout.split()
    printed = subprocess.run(["ss", "-Htnp", "dst", address], capture_output=True, text=True).stdout
    return {int(pid) for pid in listed if f"pid={pid}," in printed}


@pytest.fixture
def frozen() -> Iterator[set[int]]:
    """Those of a run just before, stopped."""
    changed(network.attempt("--tags", "firewall"))
    found = masters()
    for pid in found:
        os.kill(pid, signal.SIGSTOP)
    yield found
    for pid in found:
        os.kill(pid, signal.SIGKILL)


def test_a_connection_that_hangs_is_made_anew(frozen: set[int]) -> None:
    assert frozen, "no connection was kept open, so this would prove nothing"
    began = time.monotonic()
    done = network.attempt("--tags", "firewall")
    assert changed(done) == 0
    assert time.monotonic() - began < LONGEST
    assert "the SSH connection that was kept open hangs" in done.stdout + done.stderr
