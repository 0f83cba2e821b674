# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The bastion: one host's name becomes zones and rows, which everything else reads like any others.

Its rows start at the zone :data:`BASTION`, and speak of root and the administrators there alone: of all that may run on the
bastion, nobody else goes on to another host's SSH (:mod:`decide`, :mod:`firewall`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_network

from .check import ssh_listener
from .model import BASTION, PRIVATE, ROOT, SERVER, Bastion, Flow, Matrix, Network, PortRange

#: The variables of the document that make it; the rows stand where those do.
HOST, NETWORKS = "network_bastion", "network_private_addresses"


def with_bastion(matrix: Matrix, name: str, networks: Sequence[Network]) -> Matrix:
    """The matrix with the rows of its bastion; as it is where the data make none, see :func:`.behind.check_bastion`.

    The second row is for hosts that the bastion has not heard of: a new one needs no run of the bastion before its own.
    """
    host, listener = matrix.hosts.get(name), ssh_listener(matrix.components.get(SERVER))
    if host is None or listener is None or {BASTION, PRIVATE} & {*matrix.zones, *matrix.components}:
        return matrix
    bastion = Bastion(name, tuple(networks), tuple(sorted({ROOT, *host.administrators})))
    seen_as = tuple(ip_network(address) for address in host.addresses if bastion.leads_to([address]))
    if not seen_as:
        return matrix
    port = (PortRange(listener.port, listener.port),)
    reason = "administrators reach the other hosts through it"
    rows = (
        _row(HOST, "SSH through the bastion", SERVER, port, reason),
        _row(NETWORKS, "SSH through the bastion to new hosts", PRIVATE, port, f"{reason}, new ones as well"),
    )
    zones = {**matrix.zones, BASTION: seen_as, PRIVATE: bastion.networks}
    return replace(matrix, zones=zones, flows=(*matrix.flows, *rows), bastion=bastion)


def _row(path: str, name: str, destination: str, ports: tuple[PortRange, ...], reason: str) -> Flow:
    return Flow(
        path=path,
        name=name,
        source=BASTION,
        destination=destination,
        ports=ports,
        action="allow",
        table="internal",
        documented=False,
        reason=reason,
    )
