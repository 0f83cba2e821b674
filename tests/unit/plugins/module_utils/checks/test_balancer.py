# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is said of the nodes behind a balancer."""

from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.checks.balancer import CHECK
from ansible_collections.nostromo.networking.plugins.module_utils.checks.intent import Intent
from ansible_collections.nostromo.networking.plugins.module_utils.checks.model import Look, Scene
from ansible_collections.nostromo.networking.plugins.module_utils.observe.balancer import Balancer, Node
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.balance.test_balance import MATRIX

UP: Node = {"endpoint": "10.0.0.21:8000", "status": "UP"}
TOO: Node = {"endpoint": "10.0.0.22:8000", "status": "UP"}


def said(nodes: dict[str, Node], answer: str = "") -> list[str]:
    """What fails on the host of Nginx, and that the rest holds."""
    seen: Balancer = {"nodes": {"orchestrator": nodes}, "answers": {"orchestrator": answer}}
    scene = Scene(Intent(MATRIX), MATRIX.hosts["web"], Look({"balancer": seen}), 0.0)
    found = list(CHECK.judge(scene))
    assert [one.title for one in found] == [
        "requests for orchestrator go to each of its 2 nodes",
        "orchestrator answers through the balancer",
    ]
    return [one.reason for one in found if one.verdict == "failed"]


def test_callers_ask_as_themselves() -> None:
    asked = CHECK.needs(Intent(MATRIX), MATRIX.hosts["page"])["balancer"]["callers"]
    assert asked == {"orchestrator": {"user": "sevastopol", "address": "127.0.0.1", "port": 18000, "path": "/health"}}
    assert CHECK.needs(Intent(MATRIX), MATRIX.hosts["db"]) == {}


@pytest.mark.parametrize(
    ("nodes", "reason"),
    [
        ({"app1": UP}, "app2 gets none, for the balancer does not know it"),
        ({"app1": UP, "app2": {**TOO, "status": "DOWN (no route)"}}, "app2 gets none: DOWN (no route)"),
        ({"app1": UP, "app2": {**TOO, "status": "MAINT"}}, "app2 gets none: MAINT"),
        ({"app1": UP, "app2": {**UP}}, "app2 is asked at 10.0.0.21:8000, and is at 10.0.0.22:8000"),
        ({"app1": UP, "app2": TOO, "app9": UP}, "app9 (10.0.0.21:8000) gets some, and is no node of the document's"),
    ],
)  # fmt: skip
def test_a_node_that_differs_is_named(nodes: dict[str, Node], reason: str) -> None:
    assert said(nodes) == [reason]


def test_all_is_well() -> None:
    assert said({"app1": UP, "app2": {**TOO, "status": "UP 1/2 (Layer7 check passed)"}}) == []


def test_no_answer_is_told() -> None:
    assert said({"app1": UP, "app2": TOO}, "status 503") == ["status 503"]
