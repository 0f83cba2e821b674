# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find what else filters packets on a host. An accept in one nftables table does not override a drop in another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

REMEDIES = {
    "ufw": "ufw is enabled; disable it (ufw disable)",
    "firewalld": "firewalld is active; stop and disable it (systemctl disable --now firewalld)",
    "nftables": "the distribution's nftables.service is active and flushes every table when it stops; disable it "
    "(systemctl disable nftables, and clear its rules with care)",
}


def dropping_tables(ruleset: Mapping[str, Any], own: str) -> list[str]:
    """Tables other than ``inet own`` that drop by default what comes in or goes out, as ``family name``, sorted.

    :param ruleset: the output of ``nft -j list ruleset``, see libnftables-json(5).
    """
    chains = (item["chain"] for item in ruleset.get("nftables", []) if "chain" in item)
    return sorted(
        {
            f"{chain['family']} {chain['table']}"
            for chain in chains
            if chain.get("policy") == "drop"
            and chain.get("hook") in ("input", "output")
            and (chain["family"], chain["table"]) != ("inet", own)
        }
    )


def conflicts(services: Iterable[str], tables: Iterable[str], tolerated: Iterable[str]) -> list[str]:
    """What stands in the way and how to mend it, a sentence each."""
    accepted = set(tolerated)
    found = [REMEDIES[service] for service in services if service not in accepted]
    found += [
        f"the table {table} drops by default; remove it (nft delete table {table})"
        for table in tables
        if table not in accepted
    ]
    return found
