# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is made of a client that goes on through a host, by a program in the client's place."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.ssh.client import Target
from ansible_collections.nostromo.networking.plugins.plugin_utils.fresh_connection import FreshConnection


@pytest.mark.parametrize(
    ("script", "failure"),
    [
        ("echo SSH-2.0-OpenSSH_10.0", None),
        ("echo SSH-2.0-OpenSSH_10.0; exit 255", None),  # the other host hangs up on who says nothing
        ("echo stdio forwarding failed >&2; exit 255", "ripley: stdio forwarding failed"),
        ("echo HTTP/1.1 400 Bad Request", "ripley: no output"),
        ("sleep 5", "ripley: no answer within 1 s"),
    ],
)
def test_who_gets_through_hears_the_other_host(script: str, failure: str | None, tmp_path: Path) -> None:
    client = tmp_path / "ssh"
    client.write_text(f"#!/bin/sh\n{script}\n")
    client.chmod(0o755)
    fresh = FreshConnection.__new__(FreshConnection)
    fresh.target = Target("192.0.2.10", executable=str(client), timeout_seconds=1)
    assert fresh.failure_onward("ripley", "10.0.0.21", 22) == failure
