# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read ports and protocols, stricter than the tools that use them: nftables, for one, takes port 0 without a word."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from ..faults import Faults, show
from .options import Plain
from .schema import Schema, choice, either, integer, matching, sequence

Protocol = Literal["tcp", "udp"]

PROTOCOLS: tuple[Protocol, ...] = ("tcp", "udp")
_LOWEST, _HIGHEST = 1, 65535
_REMEDY = f"use an integer from {_LOWEST} to {_HIGHEST}"
_RANGE = re.compile(r"([0-9]+)-([0-9]+)")
# A port as text, without a leading zero; and a range of them.
_WRITTEN = re.compile(r"[1-9][0-9]{0,4}")
_WRITTEN_RANGE = re.compile(r"[1-9][0-9]{0,4}-[1-9][0-9]{0,4}")


@dataclass(frozen=True, order=True)
class PortRange:
    """Ports ``first`` to ``last``, both included; a single port has ``first == last``."""

    first: int
    last: int

    def __contains__(self, port: int) -> bool:
        return self.first <= port <= self.last

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


class Port(Plain):
    """One port."""

    ansible_type = "int"

    def read(self, value: object, path: str, faults: Faults) -> int | None:
        """Reads it."""
        return read_port(value, path, faults)

    def schema(self) -> Schema:
        """Its schema."""
        return either(integer(_LOWEST, _HIGHEST), matching(_WRITTEN, remedy=_REMEDY))


class Ports(Plain):
    """A port, a range such as 8000-8010, or a list of these."""

    ansible_type = "raw"

    def read(self, value: object, path: str, faults: Faults) -> tuple[PortRange, ...] | None:
        """Reads it."""
        return read_ports(value, path, faults) or None

    def schema(self) -> Schema:
        """Its schema."""
        remedy = f"{_REMEDY}, a range such as 8000-8010, or a list of these"
        one = either(integer(_LOWEST, _HIGHEST), matching(_WRITTEN, _WRITTEN_RANGE, remedy=remedy))
        return either(*one["anyOf"], sequence(one, least=1))


class Protocols(Plain):
    """tcp, udp, or a list of both."""

    ansible_type = "raw"

    def read(self, value: object, path: str, faults: Faults) -> tuple[Protocol, ...] | None:
        """Reads it."""
        return read_protocols(value, path, faults) or None

    def schema(self) -> Schema:
        """Its schema."""
        one = choice(PROTOCOLS)
        return either(one, {**sequence(one, least=1), "uniqueItems": True})


def read_port(value: object, path: str, faults: Faults) -> int | None:
    """One port: an integer or a string of digits; ``None`` if it is wrong."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        if len(value) > 1 and value[0] == "0":
            right = value.lstrip("0")
            faults.error(path, value, f"{show(value)} has a leading zero", f"write {right}" if right else _REMEDY)
            return None
        number = int(value) if len(value) <= 5 else _HIGHEST + 1
    elif isinstance(value, int) and not isinstance(value, bool):
        number = int(value)  # Ansible's own kind of integer is looked for in a range number by number
    else:
        number = 0
    if not _LOWEST <= number <= _HIGHEST:
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
