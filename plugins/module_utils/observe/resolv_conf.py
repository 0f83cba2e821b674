# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which DNS servers a host asks."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

from .names import read_resolvers

RESOLV_CONF = Path("/etc/resolv.conf")
#: What systemd-resolved asks in its turn, where resolv.conf(5) names it (systemd-resolved.service(8)).
BEHIND = Path("/run/systemd/resolve/resolv.conf")


def name_servers() -> list[str]:
    """The DNS servers of the host, in the order in which they are asked; behind systemd-resolved, those that it asks."""
    asked = _read(RESOLV_CONF)
    return (_read(BEHIND) if all(map(_is_the_host, asked)) else []) or asked


def _read(path: Path) -> list[str]:
    try:
        return read_resolvers(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return []


def _is_the_host(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
