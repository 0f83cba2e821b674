# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find what else filters packets on a host. An accept in one nftables table does not override a drop in another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

REMEDIES = {
    "ufw": "ufw is enabled; disable it (ufw disable)",
    "firewalld": "firewalld is active; stop and disable it (systemctl disable --now firewalld)",
    "nftables": "the distribution's nftables.service is active and flushes every table when it stops; disable it "
    "(systemctl disable nftables, and clear its rules with care)",
}


#: Verdicts and statements by which a rule decides over packets or where they go (libnftables-json(5)).
_FILTERS = frozenset({"drop", "reject", "queue"})
_TRANSLATES = frozenset({"dnat", "redirect", "tproxy"})
DROPS, TRANSLATES, FILTERS = "drops by default", "translates addresses", "drops some packets"


class Foreign(TypedDict):
    """``how`` a table decides over packets, and the ``chains`` that drop by default."""

    how: str
    chains: list[str]


def foreign_tables(ruleset: Mapping[str, Any], own: str) -> dict[str, Foreign]:
    """Tables other than ``inet own`` that decide over packets, by ``family name``: how, the gravest of :data:`DROPS`,
    :data:`TRANSLATES` and :data:`FILTERS`.

    What a rule translates passes ours by: it reaches a container, say, over the forward path.

    :param ruleset: the output of ``nft -j list ruleset``, see libnftables-json(5).
    """
    dropping: dict[str, list[str]] = {}
    deciding: dict[str, set[str]] = {}
    for item in ruleset.get("nftables", []):
        chain, rule = item.get("chain"), item.get("rule")
        if chain and _drops(chain):
            dropping.setdefault(f"{chain['family']} {chain['table']}", []).append(str(chain["name"]))
        if rule:
            deciding.setdefault(f"{rule['family']} {rule['table']}", set()).update(_of_rule(rule))
    found: dict[str, Foreign] = {}
    for table in sorted({*dropping, *deciding} - {f"inet {own}"}):
        ways = deciding.get(table, set()) | ({DROPS} if table in dropping else set())
        if ways:
            how = next(way for way in (DROPS, TRANSLATES, FILTERS) if way in ways)
            found[table] = {"how": how, "chains": dropping.get(table, [])}
    return found


def remedies(table: str, foreign: Foreign) -> tuple[str, ...]:
    """What takes a table's say from it and destroys nothing that lives in it; or shows what it is for."""
    policies = tuple(f"sudo nft chain {table} {chain} '{{ policy accept ; }}'" for chain in foreign["chains"])
    return policies or (f"sudo nft list table {table}",)


def _drops(chain: Mapping[str, Any]) -> bool:
    return chain.get("policy") == "drop" and chain.get("hook") in ("prerouting", "input", "output", "postrouting")


def _of_rule(rule: Mapping[str, Any]) -> set[str]:
    statements = {key for statement in rule.get("expr", ()) if isinstance(statement, Mapping) for key in statement}
    return {how for how, words in ((FILTERS, _FILTERS), (TRANSLATES, _TRANSLATES)) if statements & words}


def conflicts(services: Iterable[str], tables: Mapping[str, Foreign], tolerated: Iterable[str]) -> list[str]:
    """What stands in the way and how to mend it, a sentence each. That a table drops some packets stands in nobody's way."""
    accepted = set(tolerated)
    found = [REMEDIES[service] for service in services if service not in accepted]
    found += [
        f"the table {table} {foreign['how']}; end what sets it up, or see: {' && '.join(remedies(table, foreign))}"
        for table, foreign in tables.items()
        if table not in accepted and foreign["how"] != FILTERS
    ]
    return found
