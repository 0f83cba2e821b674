# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables that decide over packets beside ours, in the JSON of ``nft -j list ruleset``."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.conflicts import standing
from ansible_collections.nostromo.networking.plugins.module_utils.firewall_conflicts import (
    REMEDIES,
    Foreign,
    conflicts,
    foreign_tables,
    remedies,
)


def chain(table: str, name: str, **more: str) -> dict[str, Any]:
    family, _space, own = table.partition(" ")
    return {"chain": {"family": family, "table": own, "name": name, **more}}


def rule(table: str, *expr: Any) -> dict[str, Any]:
    family, _space, own = table.partition(" ")
    return {"rule": {"family": family, "table": own, "chain": "any", "expr": list(expr)}}


def test_tables_that_drop() -> None:
    ruleset = [
        {"metainfo": {"version": "1.1.3"}},
        {"table": {"family": "ip", "name": "filter"}},
        chain("inet nostromo", "inbound", hook="input", policy="drop"),
        rule("inet nostromo", {"drop": None}),
        chain("ip filter", "INPUT", hook="input", policy="drop"),
        chain("ip filter", "FORWARD", hook="forward", policy="drop"),
        chain("ip6 filter", "INPUT", hook="input", policy="accept"),
        rule("inet f2b", {"match": {}}, {"reject": None}),
        rule("ip6 filter", {"accept": None}),
    ]
    assert foreign_tables({"nftables": ruleset}, "nostromo") == {
        "inet f2b": {"how": "drops some packets", "chains": []},
        "ip filter": {"how": "drops by default", "chains": ["INPUT"]},
    }


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
    assert [*foreign_tables(ruleset, "nostromo")] == expected
    assert [*foreign_tables(ruleset, "nat")] == expected  # ours is of the family inet


DROPPING: Foreign = {"how": "drops by default", "chains": ["INPUT"]}
TURNING: Foreign = {"how": "translates addresses", "chains": []}
DROPPING_SOME: Foreign = {"how": "drops some packets", "chains": []}


def test_nothing_advised_removes_what_others_may_live_on() -> None:
    tables = {"ip filter": DROPPING, "ip nat": TURNING, "inet f2b": DROPPING_SOME}
    found = conflicts(list(REMEDIES), tables)
    said = list(found.values())
    assert len(said) == len(REMEDIES) + 2
    assert not [one for one in said if "delete" in one or "flush ruleset" in one]
    assert said[-2].endswith("or until then with: nft 'chain ip filter INPUT { policy accept; }'")
    assert standing(found, [*REMEDIES, "ip filter", "ip nat"]) == {}
    assert remedies("ip filter", DROPPING) == ("sudo nft chain ip filter INPUT '{ policy accept ; }'",)
    assert remedies("ip nat", TURNING) == ("sudo nft list table ip nat",)
