# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find what else filters or turns packets on a host, past our rules.

An accept in one nftables table does not override a drop in another. What is translated before it is routed (DNAT) travels the
forward path, where no rule of the matrix sees it: so it is refused unless it is tolerated by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

REMEDIES = {
    "ufw": "ufw is enabled; disable it (ufw disable)",
    "firewalld": "firewalld is active; stop and disable it (systemctl disable --now firewalld)",
    "nftables": "the distribution's nftables.service is active and flushes every table when it stops; disable it "
    "(systemctl disable nftables, and clear its rules with care)",
    "docker": "Docker is active, and whatever it publishes (-p) is open to the world past every row of the matrix; stop and "
    "disable it (systemctl disable --now docker.socket docker.service)",
}


#: What gives a packet another destination: statements, and the targets of iptables (libnftables-json(5)).
_STATEMENTS = ("dnat", "redirect", "tproxy")
_TARGETS = ("DNAT", "REDIRECT", "TPROXY", "NETMAP")


def dropping_chains(ruleset: Mapping[str, Any], own: str) -> list[tuple[str, str]]:
    """Chains of other tables than ``inet own`` that drop by default what comes in or goes out: (``family table``, chain).

    :param ruleset: the output of ``nft -j list ruleset``, see libnftables-json(5).
    """
    return sorted(
        (f"{chain['family']} {chain['table']}", chain["name"])
        for chain in _of_others(ruleset, "chain", own)
        if chain.get("policy") == "drop" and chain.get("hook") in ("input", "output")
    )


def dropping_tables(ruleset: Mapping[str, Any], own: str) -> list[str]:
    """Tables that have such chains, as ``family name``, sorted."""
    return sorted({table for table, _chain in dropping_chains(ruleset, own)})


def translating_tables(ruleset: Mapping[str, Any], own: str) -> list[str]:
    """Tables other than ``inet own`` that give packets from outside another destination, as ``family name``, sorted."""
    hooked = {
        (chain["family"], chain["table"])
        for chain in _of_others(ruleset, "chain", own)
        if chain.get("hook") == "prerouting"
    }
    found = {
        (rule["family"], rule["table"])
        for rule in _of_others(ruleset, "rule", own)
        if any(_translates(statement) for statement in rule.get("expr", []))
    }
    return sorted(f"{family} {table}" for family, table in hooked & found)


def _of_others(ruleset: Mapping[str, Any], kind: str, own: str) -> list[Mapping[str, Any]]:
    items = (item[kind] for item in ruleset.get("nftables", []) if kind in item)
    return [item for item in items if (item["family"], item["table"]) != ("inet", own)]


def _translates(statement: Mapping[str, Any]) -> bool:
    target = statement.get("xt") or {}
    return any(name in statement for name in _STATEMENTS) or target.get("name") in _TARGETS


def conflicts(
    services: Iterable[str],
    chains: Iterable[tuple[str, str]],
    tolerated: Iterable[str],
    translating: Iterable[str] = (),
) -> list[str]:
    """What stands in the way and how to mend it, a sentence each. Nothing advised removes rules, which others may live on."""
    accepted = set(tolerated)
    found = [REMEDIES[service] for service in services if service not in accepted]
    found += [
        f"the chain {chain} of the table {table} drops by default; see whose it is (nft list table {table}), and have it accept "
        f"by default there, or until then with: nft 'chain {table} {chain} {{ policy accept; }}'"
        for table, chain in chains
        if table not in accepted
    ]
    found += [
        f"the table {table} gives packets another destination, as Docker's -p does, and so past every row of the matrix; see "
        f"whose it is (nft list table {table}) and have it published on 127.0.0.1 behind the proxy, or not at all"
        for table in translating
        if table not in accepted
    ]
    return found
