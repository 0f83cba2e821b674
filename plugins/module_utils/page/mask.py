# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Addresses as the page may show them."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_network

# Of a zone with many addresses the page shows the first.
_SHOWN = 6


class Mask:
    """Replaces addresses by words. Loopback and the whole internet are no secret; a word that waits for one stays."""

    def __init__(self, external: str, hidden: bool) -> None:
        self._external = external
        self._hidden = hidden

    def host(self, address: str) -> str:
        """The address of a server."""
        return self._shown(address, "EXTERNAL_IP" if address == self._external else "INTERNAL_IP")

    def record(self, value: str) -> str:
        """What a DNS record holds: an address, or a name."""
        return self._shown(value, "EXTERNAL_IP")

    def zone(self, label: str, addresses: Iterable[str]) -> str:
        """Who is meant by a zone: its name on the page, and its addresses where they may be shown."""
        found = list(addresses)
        if all(address.endswith("/0") for address in found):
            return label
        if self._hidden or label in found:
            return label
        more = ["…"] if len(found) > _SHOWN else []
        return f"{label} ({', '.join(found[:_SHOWN] + more)})"

    def _shown(self, value: str, word: str) -> str:
        return word if self._hidden and _is_private(value) else value


def _is_private(value: str) -> bool:
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        return False
    return not network.is_loopback
