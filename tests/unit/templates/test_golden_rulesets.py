# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whole firewalls to look at: what the documented rows become on each host of a few topologies (tests/golden).

After a change that is meant: ``pytest tests/unit/templates/test_golden_rulesets.py --write-golden``, and read the difference.
"""

from __future__ import annotations

import re
import subprocess

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.forward import host_rules

from .conftest import REPOSITORY, Render
from .tools import tool
from .topologies import TOPOLOGIES, matrix_on

GOLDEN = REPOSITORY / "tests" / "golden"
HOSTS = [(topology, host) for topology, hosts in TOPOLOGIES.items() for host in hosts]


@pytest.mark.parametrize(("topology", "host"), HOSTS)
def test_ruleset(topology: str, host: str, render: Render, pytestconfig: pytest.Config) -> None:
    matrix = matrix_on(topology)
    view = {"firewall": host_rules(matrix, matrix.hosts[host])}
    text = render("firewall", "firewall.nft.j2", inventory_hostname=host, network_view=view)
    golden = GOLDEN / topology / f"{host}.nft"
    if pytestconfig.getoption("write_golden"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(("topology", "host"), HOSTS)
def test_nft_accepts_it(topology: str, host: str) -> None:
    nft = tool("nft", "--version")
    rules = (GOLDEN / topology / f"{host}.nft").read_text(encoding="utf-8")
    # The users are the host's; here numbers stand for them. The kernel is asked in a network namespace of its own.
    here = re.sub(r"(?<=skuid )(!= )?\{[^}]*\}", r"\g<1>{ 1, 2 }", rules)
    assert '"orchestrator"' not in here
    done = subprocess.run(
        ["unshare", "--map-root-user", "--net", nft, "--check", "--file", "-"],
        input=here,
        capture_output=True,
        text=True,
        check=False,
    )
    if "Operation not permitted" in done.stderr:
        pytest.skip(f"this machine gives no network namespace: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr


def test_every_golden_file_is_a_host_s() -> None:
    assert {path.relative_to(GOLDEN) for path in GOLDEN.rglob("*.nft")} == {
        GOLDEN.joinpath(topology, f"{host}.nft").relative_to(GOLDEN) for topology, host in HOSTS
    }
