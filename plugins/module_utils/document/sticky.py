# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What keeps the requests of one tenant on one node of a component."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..faults import Faults
from .kinds import Choice, MapOf, Matching
from .record import Record, says
from .words import FREE_KEY

#: What a request carries under a name, and what it always has.
NAMED, HOST_KEY = ("header", "cookie"), "host"
#: A token (RFC 9110, section 5.6.2; RFC 6265, section 4.1.1), without the signs that mean something to HAProxy.
_TOKEN = Matching(
    r"[A-Za-z0-9_-]{1,64}",
    "the name of a header or cookie",
    "use letters, digits, - and _, at most 64, as in X-Tenant",
    meant="the header or cookie that carries the tenant",
)


@dataclass(frozen=True)
class Sticky(Record):
    """What of a request says to which node it goes: requests alike in it go to the same, as long as that is well."""

    key: Literal["header", "cookie", "host"] = says(
        "Where the tenant stands: in a header, a cookie, or the host name that is asked for.",
        Choice(*NAMED, HOST_KEY),
        required=True,
    )
    name: str = says("The name of the header or cookie.", _TOKEN, default="")

    @classmethod
    def check_together(cls, given: Mapping[str, object], path: str, faults: Faults) -> None:
        """A header and a cookie have a name, the host has none."""
        key, name = given.get("key"), given.get("name")
        if key in NAMED and not name:
            faults.error(f"{path}.name", name, f"is missing: which {key} carries the tenant", "name it, as in X-Tenant")
        if key == HOST_KEY and name:
            faults.error(f"{path}.name", name, "says nothing: a request has one host name", "remove it")


STICKY = MapOf(Sticky, FREE_KEY)
