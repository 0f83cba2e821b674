# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""On which ports of this host anything listens, as the kernel tells everybody (proc_net(5) in proc(5))."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_TABLES = ("tcp", "tcp6", "udp", "udp6")
#: States of sockets that take what comes: TCP_LISTEN, and of an unconnected datagram socket TCP_CLOSE.
_WAITING = {"tcp": "0A", "udp": "07"}


def listening(tables: Path = Path("/proc/self/net")) -> set[tuple[str, int]]:
    """Protocol and port. A family that the host does not have has no table."""
    return {
        (name[:3], port)
        for name in _TABLES
        if (path := tables / name).exists()
        for port in _ports(path.read_text(encoding="ascii"), _WAITING[name[:3]])
    }


def _ports(table: str, state: str) -> Iterator[int]:
    for line in table.splitlines()[1:]:
        words = line.split()
        if words[3] == state:
            yield int(words[1].rpartition(":")[2], 16)
