# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DNS of the domain at Cloudflare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..faults import Faults, show
from ..fields import note_placeholder
from .addresses import read_address
from .cloudflare import ZoneSettings
from .kinds import Choice, Count, Many, Matching, Switch, Text
from .options import Plain
from .record import Record, says
from .schema import Schema, choice, either, integer
from .words import DNS_NAME, DNS_TYPE

#: How Cloudflare speaks to the server; ``strict`` is what its dashboard calls Full (strict).
SslMode = Literal["off", "flexible", "full", "strict"]

#: Seconds; what Cloudflare's API writes for "auto".
AUTOMATIC_TTL = 1
#: Those below 60 are for Enterprise alone.
_LOWEST_TTL, _HIGHEST_TTL = 60, 86400
_TYPES_WITH_ADDRESS = {"A": 4, "AAAA": 6}
_TYPES_WITH_NAME = ("CNAME", "MX", "NS", "PTR")
_NAMESERVER = Matching(DNS_NAME.pattern.pattern, "a host name", "use one such as app.example.org", meant="a host name")


class Ttl(Plain):
    """How long a record may be kept, in seconds."""

    ansible_type = "raw"

    def read(self, value: object, path: str, faults: Faults) -> int | None:
        """Reads it."""
        if value in (AUTOMATIC_TTL, str(AUTOMATIC_TTL), "auto") and not isinstance(value, bool):
            return AUTOMATIC_TTL
        if isinstance(value, int) and not isinstance(value, bool) and _LOWEST_TTL <= value <= _HIGHEST_TTL:
            return value
        remedy = f"use seconds from {_LOWEST_TTL} to {_HIGHEST_TTL}, or {AUTOMATIC_TTL} for automatic"
        faults.error(path, value, f"{show(value)} is not a TTL", remedy)
        return None

    def schema(self) -> Schema:
        """Its schema."""
        return either(integer(_LOWEST_TTL, _HIGHEST_TTL), choice([AUTOMATIC_TTL, str(AUTOMATIC_TTL), "auto"]))


@dataclass(frozen=True)
class DnsRecord(Record):
    """A record; ``proxied`` is ``None`` where it is as for all of them."""

    path: str = ""
    name: str = says("Name, relative to network_domain or complete; @ for the domain itself.", DNS_NAME, default="@")
    type: str = says("Type, such as A, AAAA or CNAME.", DNS_TYPE, required=True)
    value: str = says("An address for A and AAAA, a host name for CNAME.", Text(), required=True)
    ttl: int = says(
        "Seconds from 60 to 86400, or 1 for automatic, as a proxied record always has.", Ttl(), default=AUTOMATIC_TTL
    )
    priority: int | None = says("Priority of an MX record.", Count(0, 65535, "a priority"))
    proxied: bool | None = says("Whether Cloudflare stands in front of this record.", Switch())
    description: str = says("What the record is for.", Text(), default="")

    @classmethod
    def check_together(cls, given: Mapping[str, object], path: str, faults: Faults) -> None:
        """The value is one for the type."""
        kind, value, where = given.get("type"), given.get("value"), f"{path}.value"
        if not isinstance(value, str) or not isinstance(kind, str):
            return
        if kind not in _TYPES_WITH_ADDRESS:
            if not note_placeholder(value, where, faults, "the real value") and kind in _TYPES_WITH_NAME:
                DNS_NAME.read(value, where, faults)
            return
        address = read_address(value, where, faults)
        if address is not None and address.version != _TYPES_WITH_ADDRESS[kind]:
            reason = f"{show(value)} is an IPv{address.version} address, which no {kind} record can hold"
            faults.error(where, value, reason, f"use type {'A' if address.version == 4 else 'AAAA'}")

    def full_name(self, domain: str) -> str:
        """The complete name, without a dot at its end."""
        name = self.name.removesuffix(".").lower()
        if name == "@":
            return domain
        return name if not domain or name == domain or name.endswith(f".{domain}") else f"{name}.{domain}"


@dataclass(frozen=True)
class Dns(Record):
    """The zone."""

    nameservers: tuple[str, ...] = says("Cloudflare's name servers for the domain.", Many(_NAMESERVER), default=())
    proxied: bool = says(
        "Whether Cloudflare stands in front of the records (orange cloud), where a record does not say otherwise.",
        Switch(),
        default=False,
    )
    ssl_mode: SslMode = says(
        "How Cloudflare speaks to the server; strict is Full (strict).",
        Choice("off", "flexible", "full", "strict"),
        default="strict",
    )
    always_use_https: bool = says("Whether Cloudflare redirects HTTP to HTTPS.", Switch(), default=True)
    settings: ZoneSettings = says(
        "Further settings of the zone by the API's names; those that are not there are not touched.",
        ZoneSettings,
        default=ZoneSettings(),
    )
    records: tuple[DnsRecord, ...] = says("The records of the domain.", Many(DnsRecord), default=())

    @classmethod
    def check_together(cls, given: Mapping[str, object], path: str, faults: Faults) -> None:
        """One name server is none when it is down."""
        servers = given.get("nameservers")
        if isinstance(servers, list) and len(servers) == 1 and isinstance(servers[0], str):
            reason = "is one name server, and a domain needs two at least (RFC 1034, section 4.1)"
            faults.warning(f"{path}.nameservers", servers, reason, "add the other")

    def is_proxied(self, record: DnsRecord) -> bool:
        """Whether Cloudflare stands in front of a record."""
        return self.proxied if record.proxied is None else record.proxied
