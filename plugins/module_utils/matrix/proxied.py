# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cloudflare in front: whether the data agree that it is."""

from __future__ import annotations

from ..document.variables import Document
from ..faults import Faults


def check_proxied(document: Document, faults: Faults) -> None:
    """Note where Cloudflare stands in front by one variable and not by another."""
    if not document.dns_proxied:
        return
    dns = document.dns
    if dns and dns.records and not any(map(dns.is_proxied, dns.records)):
        reason = "network_dns_proxied says that Cloudflare stands in front, and no record does"
        faults.warning("network_dns.proxied", dns.proxied, reason, "set it to the variable, or that to false")
