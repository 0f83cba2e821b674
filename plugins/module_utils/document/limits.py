# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Request limits of Nginx, and what their numbers mean. Sources: ngx_http_limit_req_module.c, ngx_slab.c.

Stricter than Nginx, which takes a rate without unit, or one that overflows, without a word.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..faults import Faults, show
from ..nginx.variables import CLIENT_NETWORK, REFERENCE, referenced
from .kinds import Count, MapOf, Matching, Named, Switch, Text
from .options import Plain
from .record import Record, says
from .schema import Schema, matching, text
from .words import ROUTE

_PAGE_BYTES = 4096
_PAGE_DESCRIPTOR_BYTES = 24
_POOL_HEADER_BYTES = 512
# A state takes one slot of 128 bytes while its key has at most 48, else one of 256.
_SHORT_STATES_PER_PAGE, _LONG_STATES_PER_PAGE = 32, 16
# One page goes to the zone's own bookkeeping, one slot to its name.
_PAGES_TAKEN, _SLOTS_TAKEN = 1, 1
# Variables whose value never exceeds 48 bytes: an address, as bytes or as text.
SHORT_VARIABLES = frozenset({"binary_remote_addr", "remote_addr", "realip_remote_addr", "server_addr", CLIENT_NETWORK})
#: The keys that are the client's address and nothing else.
ADDRESSES = ("$binary_remote_addr", "$remote_addr")


_SIZE = re.compile(r"([1-9][0-9]*)([kKmM])")
_RATE = re.compile(r"([1-9][0-9]*)r/([sm])")
_UNIT_BYTES = {"k": 1024, "m": 1024 * 1024}
_SMALLEST_SIZE_BYTES = 32 * 1024  # eight pages
_LARGEST_SIZE_BYTES = 1024 * 1024 * 1024
_UNIT_SECONDS = {"s": 1, "m": 60}
_HIGHEST_RATE = 100_000
_REQUESTS = Count(1, 100_000, "a number of requests")
_ZONE = Matching(
    r"[A-Za-z_][A-Za-z0-9_]{0,62}", "the name of a zone", "use letters, digits and _, at most 63, not a digit first"
)


class Key(Plain):
    """What tells clients apart: Nginx variables."""

    def read(self, value: object, path: str, faults: Faults) -> str | None:
        """Reads it."""
        remedy = "use $binary_remote_addr"
        if not isinstance(value, str) or not value.strip():
            faults.error(path, value, f"{show(value)} is no key", remedy)
        elif re.search(r"[\s;{}\"'#`\\\\]", REFERENCE.sub("", value)):
            faults.error(path, value, f"{show(value)} holds a space, a quote or one of ; {{ }} # ` \\", remedy)
        elif not referenced(value) or "$" in REFERENCE.sub("", value):
            reason = f"{show(value)} names no variable: all clients would share one limit"
            faults.error(path, value, reason, remedy)
        else:
            return value
        return None

    def schema(self) -> Schema:
        """Its schema."""
        return text(pattern=REFERENCE.pattern, examples=["$binary_remote_addr"])


class Size(Plain):
    """Memory, in bytes."""

    def read(self, value: object, path: str, faults: Faults) -> int | None:
        """Reads it."""
        match = _SIZE.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            faults.error(path, value, f"{show(value)} is not a size", "use a number with k or m, such as 10m")
            return None
        size = int(match[1]) * _UNIT_BYTES[match[2].lower()] if len(match[1]) < 10 else _LARGEST_SIZE_BYTES + 1
        if size < _SMALLEST_SIZE_BYTES:
            remedy = "use at least 32k; 10m holds 80,000 clients"
            faults.error(path, value, f"{show(value)} is too small for Nginx", remedy)
            return None
        if size > _LARGEST_SIZE_BYTES:
            faults.error(path, value, f"{show(value)} is more memory than a limit needs", "use at most 1024m")
            return None
        return size

    def schema(self) -> Schema:
        """Its schema."""
        return matching(_SIZE, remedy="use a number with k or m, such as 10m")


class Rate(Plain):
    """Requests per second."""

    def read(self, value: object, path: str, faults: Faults) -> float | None:
        """Reads it."""
        match = _RATE.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            digits = str(value)
            if not isinstance(value, bool) and digits.isascii() and digits.isdigit():
                faults.error(path, value, f"{show(value)} has no unit", f"write {digits}r/s or {digits}r/m")
            else:
                remedy = "use a whole number from 1 per second or minute, such as 10r/s or 30r/m"
                faults.error(path, value, f"{show(value)} is not a rate", remedy)
            return None
        if len(match[1]) > 9 or int(match[1]) > _HIGHEST_RATE:
            remedy = f"use at most {_HIGHEST_RATE}: Nginx counts wrongly when the number overflows"
            faults.error(path, value, f"{show(value)} limits nothing", remedy)
            return None
        return int(match[1]) / _UNIT_SECONDS[match[2]]

    def schema(self) -> Schema:
        """Its schema."""
        return matching(_RATE, remedy="use a whole number per second or minute, such as 10r/s or 30r/m")


@dataclass(frozen=True)
class RateLimit(Record, Named):
    """A ``limit_req_zone`` with the ``limit_req`` that uses it.

    ``rate_per_second`` is the sustained rate of each client. ``burst`` requests beyond it are admitted; of these, the
    first ``delay`` are answered at once (all with ``nodelay``) and the others queue.
    """

    zone: str = ""
    path: str = ""
    key: str = says(
        "What tells clients apart: Nginx variables, $binary_remote_addr for the client's address.",
        Key(),
        required=True,
        default="",
    )
    size_bytes: int = says(
        "Memory for the zone, with k or m; 10m remembers 80,000 clients.",
        Size(),
        required=True,
        default=_LARGEST_SIZE_BYTES,
        key="size",
    )
    rate_per_second: float = says(
        "Sustained requests of each client, per second (10r/s) or minute (30r/m).",
        Rate(),
        required=True,
        default=math.inf,
        key="rate",
    )
    burst: int = says("Requests beyond the rate that are admitted.", _REQUESTS, default=0)
    nodelay: bool = says("Whether these are answered at once instead of being queued.", Switch(), default=False)
    delay: int = says("How many of these are answered at once; the others queue.", _REQUESTS, default=0)
    location: str = says(
        "The path to which the limit applies: a route of network_sites.", ROUTE, required=True, default=""
    )
    ipv6_network: bool = says(
        "Whether all addresses of an IPv6 network (/64), which one client has as a whole, have the limit together as well,"
        " where the key is the client's address alone.",
        Switch(),
        default=True,
    )
    description: str = says("A remark.", Text(), default="")

    @classmethod
    def check_together(cls, given: Mapping[str, object], path: str, faults: Faults) -> None:
        """``burst``, ``delay`` and ``nodelay`` go together."""
        nodelay, delay = given.get("nodelay") is True, given.get("delay")
        if nodelay and delay is not None:
            faults.error(f"{path}.delay", delay, "contradicts nodelay, which queues nothing", "remove one of them")
        elif given.get("burst") is None:
            for name, there in (("nodelay", nodelay), ("delay", delay is not None)):
                if there:
                    reason = "has no effect without burst: nothing beyond the rate is admitted"
                    faults.error(f"{path}.{name}", given[name], reason, "add burst, or remove it")
        elif delay is not None:
            unheard = Faults()
            admitted, at_once = (_REQUESTS.read(one, path, unheard) for one in (given["burst"], delay))
            if admitted is not None and at_once is not None and at_once > admitted:
                reason = f"{at_once} is more than burst, {admitted}, so it queues nothing"
                faults.error(f"{path}.delay", delay, reason, f"use at most {admitted}, or nodelay: true")

    def named(self, name: str) -> RateLimit:
        """With its zone."""
        return replace(self, zone=name)

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables in its key, without ``$``."""
        return referenced(self.key)

    @property
    def network_zone(self) -> str:
        """The zone in which networks are counted besides; empty where none are."""
        return f"{self.zone}_network" if self.ipv6_network and self.key in ADDRESSES else ""

    @property
    def clients(self) -> int:
        """How many clients the zone remembers; when it is full, the one that was silent longest is forgotten."""
        pages = (self.size_bytes - _POOL_HEADER_BYTES) // (_PAGE_BYTES + _PAGE_DESCRIPTOR_BYTES) - _PAGES_TAKEN
        short = len(self.variables) == 1 and self.variables[0] in SHORT_VARIABLES
        return max(0, pages * (_SHORT_STATES_PER_PAGE if short else _LONG_STATES_PER_PAGE) - _SLOTS_TAKEN)

    @property
    def admitted_requests(self) -> int:
        """How many of any number of simultaneous requests are not refused."""
        return 1 + self.burst

    @property
    def immediate_requests(self) -> int:
        """How many of these are answered without queueing."""
        return 1 + (self.burst if self.nodelay else min(self.delay, self.burst))

    @property
    def longest_delay_ms(self) -> int:
        """How long the last admitted request queues."""
        queued = self.admitted_requests - self.immediate_requests
        return round(queued * 1000 / self.rate_per_second)


LIMITS = MapOf(RateLimit, _ZONE)
