# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From where Cloudflare comes, and since when that is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ..faults import Faults, show
from .addresses import IPNetwork, Network
from .kinds import Many, Text
from .options import Plain
from .record import Record, says
from .schema import Schema, matching

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_REMEDY = "write year, month and day, such as 2026-11-27"


class Day(Plain):
    """A day, in quotes or not."""

    def read(self, value: object, path: str, faults: Faults) -> date | None:
        """Reads it."""
        try:
            if _DAY.fullmatch(str(value)):
                return date.fromisoformat(str(value))
        except ValueError:
            pass  # such as February 30th
        faults.error(path, value, f"{show(value)} is not a day", _REMEDY)
        return None

    def schema(self) -> Schema:
        """Its schema."""
        return matching(_DAY, remedy=_REMEDY)


@dataclass(frozen=True)
class Ranges(Record):
    """Cloudflare's address ranges as its API told them."""

    fetched: date = says("When the API was asked last.", Day(), required=True)
    etag: str = says("What the API calls this list.", Text(), default="")
    addresses: tuple[Network, ...] = says(
        "The ranges.",
        Many(IPNetwork(), empty=("names no range", "take it from https://www.cloudflare.com/ips/")),
        required=True,
    )
