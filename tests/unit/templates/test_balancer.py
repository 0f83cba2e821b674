# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The balancer's configuration is one that HAProxy takes."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import REPOSITORY, Render, load
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
    text = render("balancer", "haproxy.cfg.j2", balancer_frontends=told, balancer_read_timeouts={"pages": 90})
    file = tmp_path / "haproxy.cfg"
    file.write_text(text.replace("/run/haproxy", str(tmp_path)), encoding="utf-8")
    judged = subprocess.run([program, "-c", "-f", file], capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stderr
    assert "WARNING" not in judged.stderr, judged.stderr


def test_a_node_that_comes_or_goes_starts_nothing_anew(render: Render) -> None:
    told = frontend()
    unit = render("balancer", "service.conf.j2", balancer_frontends=[told])
    bound = [line for line in unit.splitlines() if line.startswith("SocketBind")]
    assert bound == ["SocketBindDeny=any", "SocketBindAllow=tcp:18000"]
    assert render("balancer", "service.conf.j2", balancer_frontends=[{**told, "nodes": NODES[:1]}]) == unit


def test_a_component_may_take_as_long_as_the_longest_of_its_routes(render: Render) -> None:
    routes = [{"component": "orchestrator", "read_timeout": after} for after in ("5m", "2m")]
    sites = [{"hostname": f"{number}.nostromo.cl", "routes": {"/api/": route}} for number, route in enumerate(routes)]
    sites.append({"hostname": "pages.nostromo.cl", "routes": {"/": {"component": "pages", "read_timeout": "10s"}}})
    told = [frontend(), frontend(component="pages", port=14321)]
    text = render("balancer", "haproxy.cfg.j2", balancer_frontends=told, network_sites=sites)
    defaults, *backends = text.split("\nbackend ")
    assert "timeout server 65s" in defaults and "hard-stop-after 305s" in defaults
    assert [one.split()[0] for one in backends if "timeout server 305s" in one] == [
        "orchestrator_nodes",
        "orchestrator_writes",
        "orchestrator_unchecked",
    ]
    assert text.count("timeout server") == 4
    usual = render("balancer", "haproxy.cfg.j2", balancer_frontends=told)
    assert usual.count("timeout server") == 1 and "hard-stop-after 65s" in usual


def test_argument_specs_describe_every_default(role_files: Callable[[str], tuple[set[str], set[str]]]) -> None:
    defaults, options = role_files("balancer")
    assert defaults == options


def test_its_unit_is_watched() -> None:
    """An alert (``UnitFailed``) tells when one of these fails."""
    watched = load(REPOSITORY / "roles" / "monitoring" / "defaults" / "main.yml")["monitoring_units"]
    assert re.fullmatch(watched, "haproxy.service")
