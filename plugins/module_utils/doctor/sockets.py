# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who listens where."""

from __future__ import annotations

from ..endpoint import EVERY_FAMILY, serves
from ..observe.sockets import Socket
from .model import Scene

_EVERYWHERE = ("0.0.0.0", "::", EVERY_FAMILY)


def listener(scene: Scene, address: str, port: int) -> Socket | None:
    """The TCP socket that takes connections to an address and a port of the host; none if nobody listens."""
    sockets = scene.seen.get("sockets", [])
    fitting = [
        one for one in sockets if one["protocol"] == "tcp" and one["port"] == port and serves(one["address"], address)
    ]
    return min(fitting, key=lambda one: str(one["address"]) in _EVERYWHERE, default=None)
