# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a report's flows start from and lead to, in the order in which people see them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..matrix.model import ANY, SERVER

#: A check as it stands in a report, with its ``number`` among the faults; 0 for what is none.
PlainCheck = Mapping[str, Any]

_SHOWN = 2


class Ends:
    """The components, zones and other outsiders of a report."""

    def __init__(self, report: Mapping[str, Any], checks: Sequence[PlainCheck]) -> None:
        system = report["system"]
        self.components: Mapping[str, Mapping[str, Any]] = system["components"]
        self.zones: Mapping[str, Sequence[str]] = system["zones"]
        self.hosts: Mapping[str, Sequence[str]] = system["hosts"]
        self.rows: Sequence[Mapping[str, Any]] = report["rows"]
        self.flows = [check for check in checks if check["subject"] == "flow"]

    def sources(self) -> list[str]:
        """Every component, then every zone that a row or a try starts from."""
        return self._ordered("source", [*self.components])

    def destinations(self) -> list[str]:
        """Every component that listens, then every zone that a row or a try leads to."""
        return self._ordered("destination", [key for key, one in self.components.items() if one["ports"]])

    def title(self, name: str) -> str:
        """How people call an end."""
        if name in self.components:
            return str(self.components[name]["title"])
        return "Anybody" if name == ANY else name

    def detail(self, name: str) -> str:
        """How the data call a component, and where it runs unless all do on one host; a zone's networks."""
        if name not in self.components:
            return shortened(self.zones.get(name, ()))
        hosts = self.components[name]["hosts"]
        if not hosts:
            return f"{name}, on no host"
        if len(self.hosts) == 1:
            return name
        return f"{name}, on {'every host' if name == SERVER else shortened(hosts)}"

    def _ordered(self, end: str, components: list[str]) -> list[str]:
        tried = [check[end] for check in self.flows]
        named = {*tried, *(row[end] for row in self.rows)}
        return list(dict.fromkeys([*components, *(zone for zone in self.zones if zone in named), *tried]))


def shortened(values: Sequence[str]) -> str:
    """The first of some values, and how many more there are."""
    more = len(values) - _SHOWN
    return ", ".join(values[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def ports_text(ports: Sequence[str]) -> str:
    """``80, 443`` for TCP, ``123/udp``, and ``53/tcp+udp`` for both; in the order of the numbers."""
    protocols: dict[str, list[str]] = {}
    for port in sorted({*ports}, key=lambda port: (int(re.split("[-/]", port)[0]), port)):
        number, _slash, protocol = port.partition("/")
        protocols.setdefault(number, []).append(protocol)
    return ", ".join(
        number if found == ["tcp"] else f"{number}/{'+'.join(sorted(found))}" for number, found in protocols.items()
    )
