# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A zone as the data would have it: to begin with one that is there already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from ..document.cloudflare import ZoneSettings
from ..document.dns import AUTOMATIC_TTL
from .model import LEADING, Held, Setting, State
from .wanted import TYPES

#: Ours by these names in the data; the rest of the settings stands below ``settings``.
_SSL, _HTTPS = "ssl", "always_use_https"


def settings_to_read() -> list[str]:
    """The settings that data can have."""
    return [_SSL, _HTTPS, *(one.name for one in fields(ZoneSettings))]


def as_data(state: State, mark: str) -> tuple[dict[str, Any], list[str]]:
    """``network_dns`` as the zone has it, and the records that it cannot have, each in words."""
    ours = [one for one in state.records if one.record.type in TYPES and not one.read_only]
    proxied = all(one.record.proxied for one in ours if one.record.type in LEADING)
    found: dict[str, Any] = {
        "nameservers": list(state.zone.name_servers),
        "proxied": proxied,
        "ssl_mode": state.settings[_SSL].value,
        "always_use_https": state.settings[_HTTPS].value == "on",
        "settings": _settings(state.settings),
        "records": [_record(one, state.zone.name, proxied, mark) for one in _sorted(ours)],
    }
    rest = [
        f"{one.record.name} {one.record.type} {one.record.content}" for one in _sorted(state.records) if one not in ours
    ]
    return {key: value for key, value in found.items() if value not in ([], {})}, rest


def _sorted(records: Sequence[Held]) -> list[Held]:
    return sorted(records, key=lambda one: (one.record.name, one.record.type, one.record.content))


def _settings(there: Mapping[str, Setting]) -> dict[str, Any]:
    names = [one.name for one in fields(ZoneSettings)]
    return {name: _value(name, there[name].value) for name in names if name in there}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        inner = value["strict_transport_security"]
        return {
            key: inner[key]
            for key in ("enabled", "max_age", "include_subdomains", "preload", "nosniff")
            if key in inner
        }
    return (
        value if name == "pseudo_ipv4" else {"on": True, "off": False}.get(value, value)
    )  # which has other values than two


def _record(one: Held, domain: str, proxied: bool, mark: str) -> dict[str, Any]:
    record = one.record
    name = "@" if record.name == domain else record.name.removesuffix(f".{domain}")
    found: dict[str, Any] = {"name": name, "type": record.type, "value": record.content}
    if record.priority is not None:
        found["priority"] = record.priority
    if record.ttl != AUTOMATIC_TTL:
        found["ttl"] = record.ttl
    if record.type in LEADING and record.proxied != proxied:
        found["proxied"] = record.proxied
    description = record.comment.removeprefix(f"{mark}:").strip()
    return {**found, "description": description} if description else found
