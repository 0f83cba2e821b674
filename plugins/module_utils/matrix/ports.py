# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read ports and protocols, stricter than the tools that use them: nftables, for one, takes port 0 without a word."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from ..faults import Faults, show
from .model import PortRange, Protocol
from .vocabulary import HIGHEST_PORT, LOWEST_PORT, PROTOCOLS

_REMEDY = f"use an integer from {LOWEST_PORT} to {HIGHEST_PORT}"
_RANGE = re.compile(r"([0-9]+)-([0-9]+)")


def read_port(value: object, path: str, faults: Faults) -> int | None:
    """One port: an integer or a string of digits; ``None`` if it is wrong."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        if len(value) > 1 and value[0] == "0":
            right = value.lstrip("0")
            faults.error(path, value, f"{show(value)} has a leading zero", f"write {right}" if right else _REMEDY)
            return None
        number = int(value) if len(value) <= 5 else HIGHEST_PORT + 1
    elif isinstance(value, int) and not isinstance(value, bool):
        number = value
    else:
        number = 0
    if not LOWEST_PORT <= number <= HIGHEST_PORT:
        faults.error(path, value, f"{show(value)} is not a port", _REMEDY)
        return None
    return number


def read_ports(value: object, path: str, faults: Faults) -> tuple[PortRange, ...]:
    """The ports of a flow: a port, a range ``first-last``, or a list of these; sorted. Empty if anything is wrong."""
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Sequence):
        found = _read_range(value, path, faults)
        return () if found is None else (found,)
    if not value:
        faults.error(path, value, "names no port", "add a port or remove the row")
        return ()
    ranges: list[PortRange] = []
    complete = True
    for index, item in enumerate(value):
        found = _read_range(item, f"{path}[{index}]", faults)
        if found is None:
            complete = False
            continue
        ranges.append(found)
    ranges.sort()
    for lower, upper in pairwise(ranges):
        if upper.first <= lower.last:
            faults.error(path, value, f"{lower} and {upper} overlap", "name each port once")
            complete = False
    return tuple(ranges) if complete else ()


def _read_range(value: object, path: str, faults: Faults) -> PortRange | None:
    match = _RANGE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        port = read_port(value, path, faults)
        return None if port is None else PortRange(port, port)
    first, last = (read_port(end, path, faults) for end in match.groups())
    if first is None or last is None:
        return None
    if first > last:
        faults.error(path, value, f"{show(value)} is upside down", f"write {last}-{first}")
        return None
    return PortRange(first, last)


def read_protocols(value: object, path: str, faults: Faults) -> tuple[Protocol, ...]:
    """One protocol or a list of them, sorted; absent means tcp."""
    if value is None:
        return ("tcp",)
    several = isinstance(value, Sequence) and not isinstance(value, str)
    items: Sequence[object] = value if several and isinstance(value, Sequence) else [value]
    if not items:
        faults.error(path, value, "names no protocol", "use tcp, udp or [tcp, udp]")
    found: set[Protocol] = set()
    for index, item in enumerate(items):
        for protocol in PROTOCOLS:
            if item == protocol:
                found.add(protocol)
                break
        else:
            where = f"{path}[{index}]" if several else path
            faults.error(where, item, f"{show(item)} is not a protocol", "use tcp, udp or [tcp, udp]")
    if len(items) > len(found) and all(item in PROTOCOLS for item in items):
        faults.error(path, value, "names a protocol twice", "name each protocol once")
    return tuple(sorted(found))
