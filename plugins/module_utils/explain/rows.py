# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rows of the matrix as plain data, for queries and for programs."""

from __future__ import annotations

from typing import Any

from ..matrix.model import Flow, PortRange


def plain_row(flow: Flow) -> dict[str, Any]:
    """A row; a single port is an integer, a range the text ``8000-8010``."""
    return {
        "path": flow.path,
        "name": flow.name,
        "source": flow.source,
        "destination": flow.destination,
        "ports": [_plain_ports(ports) for ports in flow.ports],
        "protocols": list(flow.protocols),
        "action": flow.action,
        "table": flow.table,
        "documented": flow.documented,
        "reason": flow.reason,
    }


def _plain_ports(ports: PortRange) -> int | str:
    return ports.first if ports.first == ports.last else str(ports)
