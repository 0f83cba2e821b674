# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Cloudflare is told of a zone besides its records, and how it is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from ..faults import Faults, show
from .kinds import Choice, Count, Many, Matching, Switch
from .options import Option, Plain
from .origin_pulls import OriginPulls
from .record import Record, says
from .schema import Schema, choice, text
from .words import DNS_NAME

TlsVersion = Literal["1.0", "1.1", "1.2", "1.3"]
Word = TypeVar("Word", bound=str)
#: What RFC 6750, section 2.1, lets a token be made of.
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{20,}=*")
#: The token is sent in clear to nobody but this machine itself.
_API = Matching(
    r"""https://[^\s"'`\\<>?#]+|http://(127[.]0[.]0[.]1|localhost)(:[0-9]+)?(/[^\s"'`\\<>?#]*)?""",
    "an https address",
    "use one such as https://api.cloudflare.com/client/v4",
)
_ZONE_ID = Matching(
    r"[0-9a-f]{32}", "the ID of a zone", "copy the 32 characters from the zone's overview at Cloudflare"
)
_TWO_YEARS = 63072000


class Version(Generic[Word]):
    """One of a few versions, which YAML reads as numbers where they are not in quotes."""

    def __init__(self, what: str, *versions: Word) -> None:
        self._what = what
        self._versions = versions

    def read(self, value: object, path: str, faults: Faults) -> Word | None:
        """Reads it."""
        for version in self._versions:
            if not isinstance(value, bool) and str(value) == version:
                return version
        faults.error(
            path, value, f"{show(value)} is not a version of {self._what}", f"use {' or '.join(self._versions)}"
        )
        return None

    def schema(self) -> Schema:
        """Its schema."""
        return choice([*self._versions, *(float(one) if "." in one else int(one) for one in self._versions)])

    def option(self) -> Option:
        """Its option."""
        return {"type": "str", "choices": list(self._versions)}


class Token(Plain):
    """A token, which is shown to nobody; empty for none."""

    def read(self, value: object, path: str, faults: Faults) -> str | None:
        """Reads it; no fault tells what it is."""
        if isinstance(value, str) and (not value or _TOKEN.fullmatch(value)):
            return value
        reason = (
            "is not a token: those of Cloudflare have 40 letters, digits, - or _, and neither spaces nor line breaks"
        )
        faults.error(path, None, reason, "copy it anew from My Profile, API Tokens, without a line break at its end")
        return None

    def schema(self) -> Schema:
        """Its schema."""
        return text()

    def option(self) -> Option:
        """Its option."""
        return {"type": "str", "no_log": True}


@dataclass(frozen=True)
class SecurityHeader(Record):
    """HTTP Strict Transport Security (RFC 6797)."""

    enabled: bool = says("Whether Cloudflare sends the header.", Switch(), default=True)
    max_age: int = says("For how long browsers keep to HTTPS, in seconds.", Count(0, _TWO_YEARS), required=True)
    include_subdomains: bool = says("Whether it holds for all names below as well.", Switch(), default=False)
    preload: bool = says("Whether browsers may ship with the domain in their list.", Switch(), default=False)
    nosniff: bool = says("Whether X-Content-Type-Options: nosniff is sent besides.", Switch(), default=False)


@dataclass(frozen=True)
class ZoneSettings(Record):
    """Settings of the zone by the names that Cloudflare's API has for them. Those that are not there are not touched."""

    automatic_https_rewrites: bool | None = says("Whether http:// in pages becomes https://.", Switch())
    http3: bool | None = says("Whether HTTP/3 is offered.", Switch())
    ipv6: bool | None = says("Whether proxied names have IPv6 addresses.", Switch())
    min_tls_version: TlsVersion | None = says(
        "The lowest version of TLS that clients may speak.", Version("TLS", "1.0", "1.1", "1.2", "1.3")
    )
    opportunistic_encryption: bool | None = says("Whether HTTP/2 over TLS is announced to http:// clients.", Switch())
    origin_max_http_version: Literal["1", "2"] | None = says(
        "The highest version of HTTP that Cloudflare speaks to the server.", Version("HTTP", "1", "2")
    )
    pseudo_ipv4: Literal["off", "add_header", "overwrite_header"] | None = says(
        "What Cloudflare makes of IPv6 clients' addresses, off in quotes; overwrite_header breaks limits by address.",
        Choice("off", "add_header", "overwrite_header"),
    )
    security_header: SecurityHeader | None = says("HTTP Strict Transport Security.", SecurityHeader)
    websockets: bool | None = says("Whether WebSockets come through.", Switch())


@dataclass(frozen=True)
class Cloudflare(Record):
    """How the zone at Cloudflare is made to obey."""

    token: str = says("The API's token, from the vault; without one Cloudflare is left as it is.", Token(), default="")
    certbot_token: str = says(
        "Another token, from the vault, by which certbot proves names (challenge: dns); it is kept on the hosts of the sites.",
        Token(),
        default="",
    )
    zone_id: str = says(
        "The zone's ID, where the token may not look it up by name, or several zones have it.", _ZONE_ID, default=""
    )
    take_over: tuple[str, ...] = says(
        "Names of records, as in network_dns.records, under which what was made by hand and differs may be replaced.",
        Many(DNS_NAME),
        default=(),
    )
    confirm_deletions: int = says(
        "How many records a run deletes where that is more than 3, or 30 % of the zone: exactly so many are.",
        Count(0, 1000000),
        default=0,
    )
    origin_pulls: OriginPulls | None = says(
        "Authenticated origin pulls with a certificate of one's own; without it neither Cloudflare nor Nginx is told of any.",
        OriginPulls,
    )
    api_url: str = says("Where the API is.", _API, default="https://api.cloudflare.com/client/v4")

    @classmethod
    def read(cls, value: object, path: str, faults: Faults) -> Cloudflare | None:
        """The record; what stands in its place may be a token, and is shown to nobody."""
        if isinstance(value, Mapping):
            return super().read(value, path, faults)
        faults.error(path, None, "is not a mapping", "write a mapping with token")
        return None
