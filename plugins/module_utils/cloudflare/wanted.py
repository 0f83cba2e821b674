# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the document wants of a zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from ..document.cloudflare import SecurityHeader, ZoneSettings
from ..document.dns import AUTOMATIC_TTL, Dns, DnsRecord
from .model import LEADING, NAMES, Record, canonical

#: The types that have no more than a content and, for MX, a priority.
TYPES = ("A", "AAAA", "CNAME", "MX", "NS", "PTR", "TXT")
#: What a comment may hold on every plan (API error 9313).
_LONGEST_COMMENT = 100
_COLLECTION = "nostromo.networking"


def mark_of(environment: str) -> str:
    """What the comments of our records begin with, before a colon. Environments that share a zone keep apart by it."""
    return _COLLECTION if environment in ("", "all") else f"{_COLLECTION} {environment}"


def wanted_records(dns: Dns, domain: str, mark: str) -> tuple[Record, ...]:
    """The zone's records."""
    return tuple(_record(record, dns, domain, mark) for record in dns.records)


def is_proxied(record: DnsRecord, dns: Dns) -> bool:
    """Whether Cloudflare stands in front, which it does for those types alone that lead somewhere."""
    return record.type in LEADING and dns.is_proxied(record)


def wanted_settings(dns: Dns) -> dict[str, Any]:
    """Setting -> its value, as the API has it. Cloudflare may not raise ``ssl`` by itself, or nobody could say what it is."""
    found = {"ssl_automatic_mode": "custom", "ssl": dns.ssl_mode, "always_use_https": _switch(dns.always_use_https)}
    given = {one.name: getattr(dns.settings, one.name) for one in fields(ZoneSettings)}
    return {**found, **{name: _value(value) for name, value in given.items() if value is not None}}


def proxied_origins(records: tuple[Record, ...]) -> Mapping[str, str]:
    """Proxied name -> the address at which Cloudflare asks for it, as far as the records tell."""
    by_name: dict[str, Record] = {record.name: record for record in records if record.type in LEADING}
    found: dict[str, str] = {}
    for record in records:
        end: Record | None = record
        for _step in by_name:  # a CNAME may lead to another
            if end is None or end.type != "CNAME":
                break
            end = by_name.get(end.leads_to)
        if record.proxied and not record.name.startswith("*") and end is not None and end.type != "CNAME":
            found.setdefault(record.name, end.leads_to)
    return found


def _record(record: DnsRecord, dns: Dns, domain: str, mark: str) -> Record:
    proxied = is_proxied(record, dns)
    content = canonical(record.type, record.value) if record.type != "TXT" else record.value
    if record.type in NAMES and "." not in content:
        content = domain if content == "@" else f"{content}.{domain}"
    return Record(
        name=record.full_name(domain),
        type=record.type,
        content=content,
        ttl=AUTOMATIC_TTL if proxied else record.ttl,
        proxied=proxied,
        comment=_comment(mark, record.description),
        priority=record.priority if record.type == "MX" else None,
    )


def _comment(mark: str, description: str) -> str:
    whole = f"{mark}: {' '.join(description.split())}".rstrip()
    return whole if len(whole) <= _LONGEST_COMMENT else f"{whole[: _LONGEST_COMMENT - 1].rstrip()}…"


def _switch(on: bool) -> str:
    return "on" if on else "off"


def _value(value: Any) -> Any:
    if isinstance(value, SecurityHeader):
        return {"strict_transport_security": asdict(value)}
    return _switch(value) if isinstance(value, bool) else value
