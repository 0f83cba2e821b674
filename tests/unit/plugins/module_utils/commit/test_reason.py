# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from collections.abc import Sequence

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.commit.reason import (
    failed_units,
    reasons,
    taken_ports,
    units_of,
)


def test_units_that_are_started_or_reloaded() -> None:
    commands = [
        ("systemctl", "daemon-reload"),
        ("systemctl", "--quiet", "enable", "--now", "a@1.service", "b"),
        ("systemctl", "reload-or-restart", "nginx"),
        ("systemctl", "restart", "nginx"),
        ("systemctl", "stop", "c"),
        ("nft", "-f", "restart"),
        (),
    ]
    assert units_of(commands) == ["a@1.service", "b", "nginx"]


def test_units_of_which_systemctl_says_that_they_failed() -> None:
    said = """sending the signal
Job for nginx.service failed because the control process exited with error code.
See "systemctl status nginx.service" and "journalctl -xeu nginx.service" for details.
"""
    assert failed_units(said) == ["nginx.service"]
    assert failed_units("nginx.service is not active, cannot reload.") == []


@pytest.mark.parametrize(
    ("line", "ports"),
    [
        ("nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)", [80]),
        ("nginx: [emerg] bind() to [::]:443 failed (98: Address already in use)", [443]),
        ("Error: listen EADDRINUSE: address already in use 127.0.0.1:8000", [8000]),
        ("Error: listen EADDRINUSE: address already in use :::8000", [8000]),
        ("error: Bind to port 22 on 0.0.0.0 failed: Address already in use.", [22]),
        ("OSError: [Errno 98] Address already in use", []),
        ("bind() to 0.0.0.0:80 failed (13: Permission denied)", []),
    ],
)
def test_ports_that_are_taken(line: str, ports: list[int]) -> None:
    assert taken_ports([line]) == ports


def test_why_a_unit_did_not_start() -> None:
    asked: list[Sequence[str]] = []

    def output(words: Sequence[str]) -> str:
        asked.append(words)
        if words[0] == "ss":
            return 'tcp LISTEN 0 511 *:80 *:* users:(("apache2",pid=4194305,fd=4),("apache2",pid=4194305,fd=6))\n'
        return "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n\n"

    assert reasons([("systemctl", "restart", "nginx")], 12.7, output) == [
        "nginx: nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)",
        "port 80 is held by apache2 (process 4194305, unit unknown)",
    ]
    assert "--since=@12" in asked[0]
