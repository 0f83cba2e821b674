# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables that decide over packets beside ours, in the JSON of ``nft -j list ruleset``."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.firewall_conflicts import (
    conflicts,
    foreign_tables,
    remedies,
)


def chain(
    table: str, name: str, hook: str | None = None, policy: str | None = None, family: str = "ip"
) -> dict[str, Any]:
    base = {"hook": hook, "policy": policy} if hook else {}
    return {"chain": {"family": family, "table": table, "name": name, **base}}


def rule(table: str, *expressions: Any, family: str = "ip") -> dict[str, Any]:
    return {"rule": {"family": family, "table": table, "chain": "any", "expr": list(expressions)}}


RULESETS: list[tuple[list[dict[str, Any]], dict[str, Any]]] = [
    ([{"metainfo": {}}, {"table": {"family": "ip", "name": "filter"}}], {}),
    ([chain("filter", "INPUT", "input", "drop")], {"ip filter": {"how": "drops by default", "chains": ["INPUT"]}}),
    ([chain("filter", "FORWARD", "forward", "drop"), chain("filter", "INPUT", "input", "accept")], {}),
    ([chain("nostromo", "input", "input", "drop", "inet"), rule("nostromo", {"drop": None}, family="inet")], {}),
    ([chain("nostromo", "input", "input", "drop")], {"ip nostromo": {"how": "drops by default", "chains": ["input"]}}),
    (
        [
            chain("nat", "DOCKER"),
            rule("nat", {"match": {}}, {"counter": {}}, {"dnat": {"addr": "172.17.0.2", "port": 80}}),
        ],
        {"ip nat": {"how": "translates addresses", "chains": []}},
    ),
    ([rule("nat", {"redirect": {"port": 3128}})], {"ip nat": {"how": "translates addresses", "chains": []}}),
    ([rule("f2b", {"reject": None})], {"ip f2b": {"how": "drops some packets", "chains": []}}),
    ([rule("nat", {"masquerade": None}), rule("filter", {"accept": None})], {}),
]


@pytest.mark.parametrize(("ruleset", "found"), RULESETS)
def test_foreign_tables(ruleset: list[dict[str, Any]], found: dict[str, Any]) -> None:
    assert foreign_tables({"nftables": ruleset}, "nostromo") == found


def test_what_stands_in_the_way_and_what_does_not() -> None:
    tables = foreign_tables({"nftables": [one for ruleset, _found in RULESETS for one in ruleset]}, "nostromo")
    found = conflicts(["ufw"], tables, ["ip nostromo"])
    assert [text.partition(";")[0] for text in found] == [
        "ufw is enabled",
        "the table ip filter drops by default",
        "the table ip nat translates addresses",
    ]


def test_a_remedy_destroys_nothing() -> None:
    filter_, nat = ({"how": "drops by default", "chains": ["INPUT"]}, {"how": "translates addresses", "chains": []})
    assert remedies("ip filter", filter_) == ("sudo nft chain ip filter INPUT '{ policy accept ; }'",)
    assert remedies("ip nat", nat) == ("sudo nft list table ip nat",)
