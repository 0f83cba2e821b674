# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stand-ins for what is not filled in yet, so that the matrix can be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..fields import is_placeholder

# Of the block that is reserved for future use, which no host has.
_PREFIX = "240.0.0"


def without_placeholders(matrix: Mapping[str, Any]) -> dict[str, Any]:
    """The matrix with an address of its own in the place of each placeholder."""
    count = 0

    def replaced(value: Any) -> Any:
        nonlocal count
        if not is_placeholder(value):
            return value
        count += 1
        return f"{_PREFIX}.{count}"

    zones = {
        name: [replaced(address) for address in ([addresses] if isinstance(addresses, str) else addresses)]
        for name, addresses in matrix["zones"].items()
    }
    hosts = {
        name: {**host, "addresses": [replaced(address) for address in host["addresses"]]}
        for name, host in matrix["hosts"].items()
    }
    return {**matrix, "zones": zones, "hosts": hosts}
