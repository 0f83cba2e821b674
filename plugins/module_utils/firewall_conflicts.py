# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find what else filters or turns packets on a host, past our rules.

An accept in one nftables table does not override a drop in another. What is translated before it is routed (DNAT) travels the
forward path, where no rule of the matrix sees it: so it is refused unless it is tolerated by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

REMEDIES = {
    "ufw": "ufw is enabled; disable it (ufw disable)",
    "firewalld": "firewalld is active; stop and disable it (systemctl disable --now firewalld)",
    "nftables": "the distribution's nftables.service is active and flushes every table when it stops; disable it "
    "(systemctl disable nftables, and clear its rules with care)",
    "docker": "Docker is active, and whatever it publishes (-p) is open to the world past every row of the matrix; stop and "
    "disable it (systemctl disable --now docker.socket docker.service)",
}

#: Verdicts by which a rule decides over packets, and what gives them another destination: statements, and the targets of
#: iptables (libnftables-json(5)).
_FILTERS = frozenset({"drop", "reject", "queue", "DROP", "REJECT", "NFQUEUE"})
_TRANSLATES = frozenset({"dnat", "redirect", "tproxy", "DNAT", "REDIRECT", "TPROXY", "NETMAP"})
DROPS, TRANSLATES, FILTERS = "drops by default", "translates addresses", "drops some packets"


class Foreign(TypedDict):
    """``how`` a table decides over packets, and the ``chains`` that drop by default."""

    how: str
    chains: list[str]


def foreign_tables(ruleset: Mapping[str, Any], own: str) -> dict[str, Foreign]:
    """Tables other than ``inet own`` that decide over packets, by ``family name``: how, the gravest of :data:`DROPS`,
    :data:`TRANSLATES` (what comes from outside) and :data:`FILTERS`.

    :param ruleset: the output of ``nft -j list ruleset``, see libnftables-json(5).
    """
    chains, rules = _by_table(ruleset, "chain", own), _by_table(ruleset, "rule", own)
    found: dict[str, Foreign] = {}
    for table in sorted({*chains, *rules}):
        dropping = sorted(str(chain["name"]) for chain in chains.get(table, ()) if _drops(chain))
        words = {word for rule in rules.get(table, ()) for word in _words(rule)}
        from_outside = any(chain.get("hook") == "prerouting" for chain in chains.get(table, ()))
        ways = {DROPS: dropping, TRANSLATES: from_outside and words & _TRANSLATES, FILTERS: words & _FILTERS}
        how = next((way for way, there in ways.items() if there), "")
        if how:
            found[table] = {"how": how, "chains": dropping}
    return found


def remedies(table: str, foreign: Foreign) -> tuple[str, ...]:
    """What takes a table's say from it and destroys nothing that lives in it; or shows what it is for."""
    policies = tuple(f"sudo nft chain {table} {chain} '{{ policy accept ; }}'" for chain in foreign["chains"])
    return policies or (f"sudo nft list table {table}",)


def _by_table(ruleset: Mapping[str, Any], kind: str, own: str) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for item in ruleset.get("nftables", []):
        if kind in item and (item[kind]["family"], item[kind]["table"]) != ("inet", own):
            found.setdefault(f"{item[kind]['family']} {item[kind]['table']}", []).append(item[kind])
    return found


def _drops(chain: Mapping[str, Any]) -> bool:
    return chain.get("policy") == "drop" and chain.get("hook") in ("prerouting", "input", "output", "postrouting")


def _words(rule: Mapping[str, Any]) -> set[str]:
    """The statements of a rule, and the names of targets of iptables."""
    statements = [one for one in rule.get("expr", ()) if isinstance(one, Mapping)]
    return {word for one in statements for word in (*one, str((one.get("xt") or {}).get("name", "")))}


def conflicts(services: Iterable[str], tables: Mapping[str, Foreign]) -> dict[str, str]:
    """What stands in the way, service or table -> how to mend it. Nothing advised removes rules, which others may live on.

    That a table drops some packets stands in nobody's way.
    """
    found = {service: REMEDIES[service] for service in services}
    return found | {table: _advice(table, one) for table, one in tables.items() if one["how"] != FILTERS}


def _advice(table: str, foreign: Foreign) -> str:
    dropping = [
        f"the chain {chain} of the table {table} drops by default; see whose it is (nft list table {table}), and have it "
        f"accept by default there, or until then with: nft 'chain {table} {chain} {{ policy accept; }}'"
        for chain in foreign["chains"]
    ]
    return "; ".join(dropping) or (
        f"the table {table} gives packets another destination, as Docker's -p does, and so past every row of the matrix; see "
        f"whose it is (nft list table {table}) and have it published on 127.0.0.1 behind the proxy, or not at all"
    )
