# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a gateway forwards, as its kernel says."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.checks import firewall
from ansible_collections.nostromo.networking.plugins.module_utils.checks.intent import Intent
from ansible_collections.nostromo.networking.plugins.module_utils.checks.model import Look, Scene
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import parse_matrix
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import (
    behind,
    matrix_of,
    spoil,
)

TITLE = "packets of the hosts behind the gateway are forwarded"


def found(host: str, forwards: list[str]) -> list[tuple[str, str]]:
    data = behind()
    spoil(data, "network_gateway", "edge")
    matrix = parse_matrix(matrix_of(data))
    seen: Any = {"firewall": {"unit": {"enabled": "enabled", "load": "loaded"}, "loaded": True, "missing": [], "surplus": [],
                              "services": [], "tables": {}, "forwards": forwards}}  # fmt: skip
    scene = Scene(Intent(matrix=matrix), matrix.hosts[host], Look(seen), 0.0)
    return [(one.verdict, one.reason) for one in firewall.judge(scene) if one.title == TITLE]


@pytest.mark.parametrize(
    ("host", "forwards", "verdicts"),
    [
        ("edge", ["ipv4"], [("passed", "")]),
        ("edge", ["ipv6"], [("failed", "the kernel forwards no ipv4: nobody gets out by way of edge")]),
        ("app", [], []),
    ],
)
def test_the_kernel_has_to_forward(host: str, forwards: list[str], verdicts: list[tuple[str, str]]) -> None:
    assert found(host, forwards) == verdicts
