# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The gateway: a host by which others, that have none of their own, get out of the private network.

It makes no rows: what goes out by it is what rows let the sending host send (:mod:`forward`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .model import Gateway, Matrix, Network, within

#: The variable of the document that names it.
HOST = "network_gateway"


def with_gateway(matrix: Matrix, name: str, networks: Sequence[Network]) -> Matrix:
    """The matrix with its gateway; as it is where the data make none, see :func:`.outlet.check_gateway`."""
    host = matrix.hosts.get(name)
    if host is None or not networks:
        return matrix
    inside = [one for one in host.addresses if any(within(one, network) for network in networks)]
    versions = frozenset(one.version for one in host.addresses if one not in inside)
    if not inside or not versions:
        return matrix
    return replace(matrix, gateway=Gateway(name, tuple(networks), versions))
