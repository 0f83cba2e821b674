# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.firewall_conflicts import (
    REMEDIES,
    conflicts,
    dropping_chains,
    dropping_tables,
    translating_tables,
)


def chain(table: str, name: str, **more: str) -> dict[str, Any]:
    family, _space, own = table.partition(" ")
    return {"chain": {"family": family, "table": own, "name": name, **more}}


def rule(table: str, *expr: dict[str, Any]) -> dict[str, Any]:
    family, _space, own = table.partition(" ")
    return {"rule": {"family": family, "table": own, "chain": "any", "expr": list(expr)}}


def test_chains_that_drop_by_default() -> None:
    ruleset = {
        "nftables": [
            {"metainfo": {"version": "1.1.3"}},
            chain("inet nostromo", "inbound", hook="input", policy="drop"),
            chain("ip filter", "INPUT", hook="input", policy="drop"),
            chain("ip filter", "FORWARD", hook="forward", policy="drop"),
            chain("ip6 filter", "INPUT", hook="input", policy="accept"),
        ]
    }
    assert dropping_chains(ruleset, "nostromo") == [("ip filter", "INPUT")]
    assert dropping_tables(ruleset, "nostromo") == ["ip filter"]


@pytest.mark.parametrize(
    ("statement", "hook", "expected"),
    [
        ({"dnat": {"addr": "172.17.0.2", "port": 80}}, "prerouting", ["ip nat"]),
        ({"redirect": {"port": 8080}}, "prerouting", ["ip nat"]),
        ({"redirect": None}, "prerouting", ["ip nat"]),
        ({"tproxy": {"port": 8080}}, "prerouting", ["ip nat"]),
        ({"xt": {"type": "target", "name": "DNAT"}}, "prerouting", ["ip nat"]),
        ({"xt": {"type": "target", "name": "MASQUERADE"}}, "prerouting", []),
        ({"xt": None}, "prerouting", []),
        ({"masquerade": None}, "prerouting", []),
        ({"dnat": {"addr": "127.0.0.11"}}, "output", []),  # for the host's own packets only
    ],
)
def test_tables_that_turn_packets(statement: dict[str, Any], hook: str, expected: list[str]) -> None:
    ruleset = {"nftables": [chain("ip nat", "base", hook=hook, type="nat"), rule("ip nat", {"counter": {}}, statement)]}
    assert translating_tables(ruleset, "nostromo") == expected
    assert translating_tables(ruleset, "nat") == expected  # ours is of the family inet


def test_nothing_advised_removes_what_others_may_live_on() -> None:
    said = conflicts(list(REMEDIES), [("ip filter", "INPUT")], [], ["ip nat"])
    assert len(said) == len(REMEDIES) + 2
    assert not [one for one in said if "delete" in one or "flush ruleset" in one]
    assert said[-2].endswith("or until then with: nft 'chain ip filter INPUT { policy accept; }'")
    assert conflicts(["docker"], [("ip filter", "INPUT")], ["docker", "ip filter", "ip nat"], ["ip nat"]) == []
