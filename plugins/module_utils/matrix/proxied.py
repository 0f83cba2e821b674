# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cloudflare in front: whether the data agree that it is, and know by which addresses it comes."""

from __future__ import annotations

from ipaddress import ip_network

from ..document.addresses import Network
from ..document.variables import Document
from ..faults import Faults

#: https://www.cloudflare.com/ips/, unchanged since April 2021.
CLOUDFLARE = (
    "173.245.48.0/20", "103.21.244.0/22", "103.22.200.0/22", "103.31.4.0/22", "141.101.64.0/18", "108.162.192.0/18",
    "190.93.240.0/20", "188.114.96.0/20", "197.234.240.0/22", "198.41.128.0/17", "162.158.0.0/15", "104.16.0.0/13",
    "104.24.0.0/14", "172.64.0.0/13", "131.0.72.0/22", "2400:cb00::/32", "2606:4700::/32", "2803:f800::/32",
    "2405:b500::/32", "2405:8100::/32", "2a06:98c0::/29", "2c0f:f248::/32",
)  # fmt: skip


def check_proxied(document: Document, faults: Faults) -> None:
    """Note where Cloudflare stands in front by one variable and not by another, or by addresses that are not known."""
    if not document.dns_proxied:
        return
    dns = document.dns
    if dns and dns.records and not any(map(dns.is_proxied, dns.records)):
        reason = "network_dns_proxied says that Cloudflare stands in front, and no record does"
        faults.warning("network_dns.proxied", dns.proxied, reason, "set it to the variable, or that to false")
    held = document.cloudflare_addresses
    for known in CLOUDFLARE if held else ():
        if not any(_holds(network, known) for network in held):
            reason = f"lacks {known}, from which Cloudflare comes: who comes through it is taken for Cloudflare itself"
            faults.warning("network_cloudflare_addresses", known, reason, "add it, unless Cloudflare gave it up")


def _holds(network: Network, known: str) -> bool:
    inner = ip_network(known)
    return network.version == inner.version and inner.subnet_of(network)  # type: ignore[arg-type]
