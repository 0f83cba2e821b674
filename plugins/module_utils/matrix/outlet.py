# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A gateway against the hosts: whether it has an inside, an outside, and somebody to take out."""

from __future__ import annotations

from ..document.variables import Document
from .bastion import NETWORKS
from .check import Checker
from .gateway import HOST
from .model import PRIVATE, Gateway
from .zones import ZoneIndex


def check_gateway(checker: Checker, document: Document) -> None:
    """Note what keeps a host from being the gateway, or from being of use as one."""
    matrix, faults, name = checker.matrix, checker.faults, document.gateway
    if not name or not matrix.hosts or any(fault.path.startswith((HOST, NETWORKS)) for fault in faults.errors):
        return
    if name not in matrix.hosts:
        faults.unknown(HOST, name, f"{name} is not a managed host of this environment", matrix.hosts)
        return
    networks = document.private_addresses
    if not networks:
        reason = f"is missing: {name} is the gateway, and nobody says which network it leads out of"
        faults.error(NETWORKS, None, reason, "name the network in which the hosts reach each other, as in [10.0.0.0/24]")
        return
    if ZoneIndex({PRIVATE: networks}).worlds:
        reason = f"holds the internet: nothing would be outside, where {name} leads"
        faults.error(NETWORKS, ", ".join(map(str, networks)), reason, "name the hosts' own network alone")
        return
    _check_addresses(checker, Gateway(name, networks, frozenset()))
    gateway = matrix.gateway
    if gateway is not None and not any(gateway.leads_out(host) for host in matrix.hosts.values()):
        reason = f"nobody gets out by {name}: no other host is in the private network alone"
        faults.warning(HOST, name, reason, f"remove {HOST}, or the addresses elsewhere of hosts that have no use for them")


def _check_addresses(checker: Checker, gateway: Gateway) -> None:
    """It is in the private network, and not in that alone."""
    host = checker.matrix.hosts[gateway.host]
    path, where = f"hostvars.{host.name}.network_addresses", ", ".join(map(str, gateway.networks))
    if not host.addresses or any(fault.path == path for fault in checker.faults.errors):
        return
    addresses = ", ".join(map(str, host.addresses))
    inside = [gateway.is_inside(one) for one in host.addresses]
    if not any(inside):
        reason = f"{addresses} is not in the private network ({where}): nobody there has {host.name}, the gateway, on the way"
        checker.faults.error(path, addresses, reason, f"name its address in that network, or correct {NETWORKS}")
    elif all(inside):
        reason = f"{addresses} is in the private network ({where}) alone: nothing leads out by {host.name}, the gateway"
        checker.faults.error(path, addresses, reason, f"name its public address as well, or another host in {HOST}")
