# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a gateway's rules do to packets between an inside and an outside, in network namespaces."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.compile import host_view
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import parse_matrix
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import (
    behind,
    matrix_of,
    spoil,
)

from .conftest import Render
from .tools import tool

PROGRAM = Path(__file__).parent / "gateway_traffic.py"
#: From where, to what address and port, from which address if it is not the usual one; and as whom it is to be seen.
CASES: list[tuple[tuple[Any, ...], str]] = [
    # The server's row: every host.
    (("inside1", "203.0.113.50", 443), "203.0.113.7"),
    (("inside1", "203.0.113.50", 80), "203.0.113.7"),
    (("inside2", "203.0.113.50", 443), "203.0.113.7"),
    (("inside1", "2001:db8::50", 443), "2001:db8::7"),
    # The row of a component that runs on the first alone, and the refusal of another's there.
    (("inside1", "203.0.113.50", 8000), "203.0.113.7"),
    (("inside2", "203.0.113.50", 8000), "none"),
    (("inside2", "2001:db8::50", 8000), "none"),
    # No row.
    (("inside1", "203.0.113.50", 6667), "none"),
    (("inside1", "2001:db8::50", 6667), "none"),
    # Who is not declared.
    (("guest", "203.0.113.50", 443), "none"),
    (("guest", "2001:db8::50", 443), "none"),
    # What begins outside, and what says to be from inside.
    (("outside", "10.0.0.21", 443), "none"),
    (("outside", "10.0.0.31", 8000), "none"),
    (("outside", "fd00::21", 443), "none"),
    (("spoofer", "203.0.113.50", 443, "10.0.0.21"), "none"),
    # From one inside to another, though it is documented: not by this way.
    (("inside1", "10.0.0.31", 5432), "none"),
    (("inside2", "10.0.0.21", 8000), "none"),
    # Again, after all that.
    (("inside1", "203.0.113.50", 443), "203.0.113.7"),
]


def gateway() -> dict[str, Any]:
    """The sample behind a gateway, in both families; the orchestrator may send where etl, beside it, may not."""
    data = behind()
    spoil(data, "network_gateway", "edge")
    spoil(data, "network_private_addresses", ["10.0.0.0/24", "fd00::/64"])
    spoil(data, "hosts.edge.addresses", ["10.0.0.10", "203.0.113.7", "fd00::10", "2001:db8::7"])
    for host, number in (("app", 21), ("db", 31)):
        spoil(data, f"hosts.{host}.addresses", [f"10.0.0.{number}", f"fd00::{number}"])
    for name, source, action in (("Partners", "orchestrator", "allow"), ("No partners", "etl", "deny")):
        row = {"name": name, "source": source, "destination": "internet", "port": 8000, "action": action}
        data["network_flows"].append(row)
    return data


def rules(render: Render, data: dict[str, Any]) -> str:
    """The gateway's, with numbers for users."""
    view = host_view(parse_matrix(matrix_of(data)), "edge")
    text = render("firewall", "firewall.nft.j2", inventory_hostname="edge", network_view=view)
    return re.sub(r"(?<=skuid )(!= )?\{[^}]*\}", r"\g<1>{ 0, 1 }", text)


def what_becomes_of(given: str, cases: list[Any]) -> dict[str, Any]:
    """The program's answer. Skips where the machine gives no namespaces."""
    for name in ("nft", "ip", "unshare"):
        tool(name, "--version" if name != "ip" else "-V")
    alone = ["unshare", "--map-root-user", "--net", "--mount"]
    probe = subprocess.run([*alone, "mount", "-t", "tmpfs", "tmpfs", "/run"], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        pytest.skip(f"this machine gives no namespaces: {probe.stderr.strip()}")
    done = subprocess.run(
        [*alone, sys.executable, str(PROGRAM)],
        input=json.dumps({"rules": given, "cases": cases}),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_what_gets_through(render: Render) -> None:
    answer = what_becomes_of(rules(render, gateway()), [case for case, _expected in CASES])
    wrong = [
        (case, expected, found)
        for (case, expected), found in zip(CASES, answer["found"], strict=True)
        if found != expected
    ]
    assert wrong == [], answer["listing"]


def test_without_the_chain_all_of_that_gets_through(render: Render) -> None:
    """The networks are as they seem: what stops a packet is the chain alone."""
    data = gateway()
    spoil(data, "network_gateway", "")
    text = rules(render, data)
    assert "forward" not in text
    ways = [
        ("inside1", "203.0.113.50", 6667),
        ("guest", "2001:db8::50", 443),
        ("outside", "10.0.0.21", 443),
        ("outside", "fd00::21", 443),
        ("inside1", "10.0.0.31", 5432),
    ]
    found = what_becomes_of(text, ways)["found"]
    assert found[2:] == ["203.0.113.50", "2001:db8::50", "10.0.0.21"]
    assert found[1] != "none" and found[0] != "none"
