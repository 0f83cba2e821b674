# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The firewall: whether the rules in the kernel are those of the file, and what else drops packets."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import TypedDict

from ..firewall_conflicts import Foreign, foreign_tables
from .run import Run, output
from .units import Unit, states

UNIT = "nostromo-firewall.service"
RULES = "/etc/nostromo/firewall.nft"
SETTINGS = "/etc/sysctl.d/nostromo-firewall.conf"
TABLE = "nostromo"
_OTHERS = {"firewalld": "firewalld.service", "nftables": "nftables.service", "docker": "docker.service"}


class Firewall(TypedDict):
    """``unit``, ``loaded`` (whether the kernel has our table), ``missing`` and ``surplus`` (rules of the file that the kernel
    lacks, and the other way round), ``services`` and ``tables``: other firewalls that are active, and foreign tables that
    decide over packets, with how; ``forwards``: the families of which packets of others are sent on.
    """

    unit: Unit
    loaded: bool
    missing: list[str]
    surplus: list[str]
    services: list[str]
    tables: dict[str, Foreign]
    forwards: list[str]


#: What says so, by family.
_FORWARDING = {"ipv4": "/proc/sys/net/ipv4/ip_forward", "ipv6": "/proc/sys/net/ipv6/conf/all/forwarding"}


def observe(run: Run) -> Firewall:
    """Our firewall, and others."""
    units = states(run, UNIT, *_OTHERS.values())
    ruleset = json.loads(output(run, "nft", "--json", "--stateless", "list", "ruleset"))
    done = run(["nft", "--stateless", "--guid", "list", "table", "inet", TABLE])
    missing, surplus = compare(_wanted(run), done.out) if Path(RULES).exists() and done.status == 0 else ([], [])
    return {
        "unit": units[UNIT],
        "loaded": done.status == 0,
        "missing": missing,
        "surplus": surplus,
        "services": [name for name, unit in _OTHERS.items() if units[unit]["active"] == "active"] + _ufw(),
        "tables": foreign_tables(ruleset, TABLE),
        "forwards": [family for family, path in _FORWARDING.items() if _read(path).strip() not in ("", "0")],
    }


def compare(wanted: str, loaded: str) -> tuple[list[str], list[str]]:
    """Lines of the table that are wanted and not loaded, and that are loaded and not wanted."""
    want, have = (Counter(line.strip() for line in text.splitlines()) for text in (wanted, loaded))
    return sorted((want - have).elements()), sorted((have - want).elements())


def _wanted(run: Run) -> str:
    """The file's rules in nft's own words: loaded into an empty network namespace, and listed there."""
    script = f"nft -f {RULES} && nft --stateless --guid list table inet {TABLE}"
    return output(run, "unshare", "--net", "sh", "-c", script)


def _ufw() -> list[str]:
    return ["ufw"] if re.search(r"^ENABLED=yes", _read("/etc/ufw/ufw.conf"), re.MULTILINE) else []


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""
