# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a balancer is told: for each component where requests for it come in, and which nodes there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from ..model import Matrix

# Of a node's number HAProxy takes the lower bits alone for its places in the hash (chash.c: id * SRV_EWGHT_RANGE, in 32 bits).
_NUMBERS = 2**20


def frontends(matrix: Matrix, nodes: Mapping[str, Mapping[str, str]], address: str) -> list[dict[str, Any]]:
    """As plain data: ``component``, where the balancer listens (``address``, ``port``), ``nodes`` (``name``, ``endpoint``,
    ``number``), the ``health`` path and the ``host`` name that is asked for there, and what is ``sticky``; empty for none.

    :param nodes: component -> its hosts, and where each is reached.
    """
    found = []
    for key, port in matrix.balanced.items():
        component, sticky = matrix.components[key], matrix.sticky.get(key)
        numbers = _numbers(nodes[key])
        found.append(
            {
                "component": key,
                "address": address,
                "port": port,
                "nodes": [
                    {"name": name, "endpoint": where, "number": numbers[name]} for name, where in nodes[key].items()
                ],
                "health": component.health or "",
                "host": component.hostname or key,
                "sticky": {"key": sticky.key, "name": sticky.name} if sticky else {},
            }
        )
    return found


def _numbers(names: Mapping[str, str]) -> dict[str, int]:
    """A number for each node that no other node changes: it decides which tenants are the node's, on every balancer alike."""
    found: dict[str, int] = {}
    for name in sorted(names):
        number = crc32(name.encode()) % _NUMBERS
        while number in found.values() or number == 0:
            number = (number + 1) % _NUMBERS
        found[name] = number
    return found
