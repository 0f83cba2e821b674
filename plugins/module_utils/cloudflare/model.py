# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A zone at Cloudflare: its records, its settings, and whose they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

#: The types that lead somewhere: beside a CNAME none of the others may stand (API error 81053).
LEADING = ("A", "AAAA", "CNAME")
#: The types whose content is a name.
NAMES = ("CNAME", "MX", "NS", "PTR")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Record:
    """A record, its name complete; ``ttl`` is 1 where Cloudflare chooses it."""

    name: str
    type: str
    content: str
    ttl: int
    proxied: bool
    comment: str
    priority: int | None = None

    @property
    def leads_to(self) -> str:
        """Its content in the one way in which it can be compared."""
        return canonical(self.type, self.content)

    def same_but_comment(self, other: Record) -> bool:
        """Whether resolvers and clients see no difference."""
        return (self.name, self.type, self.leads_to, self.ttl, self.proxied, self.priority) == (
            other.name, other.type, other.leads_to, other.ttl, other.proxied, other.priority,
        )  # fmt: skip

    def for_api(self) -> dict[str, Any]:
        """As the API takes it."""
        found = {
            "type": self.type,
            "name": self.name,
            "content": self.content,
            "ttl": self.ttl,
            "comment": self.comment,
        }
        if self.type in LEADING:
            found["proxied"] = self.proxied
        return found if self.priority is None else {**found, "priority": self.priority}


@dataclass(frozen=True)
class Held:
    """A record that the zone has. ``read_only``: it belongs to a service of Cloudflare's, which alone can change it."""

    id: str
    record: Record
    read_only: bool
    answer: Mapping[str, Any]

    def is_of(self, mark: str) -> bool:
        """Whether it carries our mark."""
        return self.record.comment.startswith(f"{mark}:")


@dataclass(frozen=True)
class Setting:
    """A setting of the zone, and whether the zone's plan lets it be changed."""

    value: Any
    editable: bool = True


@dataclass(frozen=True)
class Zone:
    """A zone as the API shows it. ``permissions`` of the token, where it tells them."""

    id: str
    name: str
    status: str = "active"
    paused: bool = False
    name_servers: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()


@dataclass(frozen=True)
class State:
    """All that is compared with the data."""

    zone: Zone
    records: tuple[Held, ...]
    settings: Mapping[str, Setting]


def canonical(kind: str, content: str) -> str:
    """The content of a record in the one way in which it can be compared, however it was written."""
    if kind in ("A", "AAAA"):
        try:
            return str(ip_address(content))
        except ValueError:
            return content
    if kind in NAMES:
        return content.removesuffix(".").lower()
    if kind == "TXT" and content.startswith('"'):
        return "".join(re.sub(r"\\(.)", r"\1", part) for part in _QUOTED.findall(content))
    return content


def held(answer: Mapping[str, Any]) -> Held:
    """A record of the API's answer."""
    record = Record(
        name=str(answer["name"]).lower(),
        type=answer["type"],
        content=answer.get("content") or "",
        ttl=answer.get("ttl") or 1,
        proxied=bool(answer.get("proxied")),
        comment=answer.get("comment") or "",
        priority=answer.get("priority") if answer["type"] == "MX" else None,
    )
    return Held(str(answer["id"]), record, bool((answer.get("meta") or {}).get("read_only")), answer)
