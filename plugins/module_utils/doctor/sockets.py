# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who listens where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any

from .model import Scene

_EVERYWHERE = ("0.0.0.0", "::")


def listener(scene: Scene, address: str, port: int) -> Mapping[str, Any] | None:
    """The TCP socket that takes connections to an address and a port of the host; none if nobody listens."""
    sockets: Sequence[Mapping[str, Any]] = scene.seen.get("sockets", ())
    fitting = [
        one for one in sockets if one["protocol"] == "tcp" and one["port"] == port and _serves(one["address"], address)
    ]
    return min(fitting, key=lambda one: str(one["address"]) in _EVERYWHERE, default=None)


def _serves(bound: str, address: str) -> bool:
    if bound in (address, "::"):
        return True
    return bound == "0.0.0.0" and ip_address(address).version == 4
