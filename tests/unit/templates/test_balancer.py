# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The balancer's configuration is one that HAProxy takes."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from .conftest import Render
from .tools import tool

NODES = [
    {"name": f"app{number}", "endpoint": f"127.0.0.1:{9500 + number}", "number": place}
    for number, place in ((1, 710001), (2, 120345), (3, 990123))
]
KEYS: list[dict[str, str]] = [
    {},
    {"key": "header", "name": "X-Tenant"},
    {"key": "cookie", "name": "tenant"},
    {"key": "host", "name": ""},
]


def frontend(**changes: Any) -> dict[str, Any]:
    """What the view says of a component."""
    told = {"component": "orchestrator", "address": "127.0.0.1", "port": 18000, "nodes": NODES, "sticky": {}}
    return {**told, "health": "/health", "host": "orchestrator.internal", **changes}


@pytest.mark.parametrize("sticky", KEYS, ids=lambda one: one.get("key", "none"))
@pytest.mark.parametrize("health", ["/health", ""])
def test_haproxy_takes_it(sticky: dict[str, str], health: str, render: Render, tmp_path: Path) -> None:
    program = tool("haproxy", "-v")
    told = [frontend(sticky=sticky, health=health), frontend(component="pages", port=14321)]
    text = render("balancer", "haproxy.cfg.j2", balancer_frontends=told)
    file = tmp_path / "haproxy.cfg"
    file.write_text(text.replace("/run/haproxy", str(tmp_path)), encoding="utf-8")
    judged = subprocess.run([program, "-c", "-f", file], capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stderr
    assert "WARNING" not in judged.stderr, judged.stderr


def test_a_node_that_comes_or_goes_starts_nothing_anew(render: Render) -> None:
    told = frontend()
    unit = render("balancer", "service.conf.j2", balancer_frontends=[told])
    assert [one for one in unit.splitlines() if one.startswith("SocketBind")] == ["SocketBindDeny=any", "SocketBindAllow=tcp:18000"]
    assert render("balancer", "service.conf.j2", balancer_frontends=[{**told, "nodes": NODES[:1]}]) == unit
