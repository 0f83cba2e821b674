# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A service of two hosts is built on the first of them; the other has the same release, and nothing to build with."""

from __future__ import annotations

import bastion

NODES = ("app1", "app2")
TREE = "sudo sh -c 'cd /srv/orchestrator/current && find . -type f -exec sha256sum {} + | sort'"


def said(host: str, command: str) -> str:
    """What a command prints there."""
    done = bastion.ssh(host, command)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_both_serve_the_same_release() -> None:
    first, second = (said(host, "sudo readlink /srv/orchestrator/current") for host in NODES)
    assert first == second
    first, second = (said(host, TREE) for host in NODES)
    assert len(first.splitlines()) > 10
    assert first == second


def test_only_the_first_has_what_builds_need() -> None:
    assert [bastion.ssh(host, "command -v npm").returncode == 0 for host in NODES] == [True, False]
