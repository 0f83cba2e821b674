# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A zone at the stand-in, and runs over it by real HTTP on loopback."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare import restore, zone
from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare.api import Api
from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare.check import complete
from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare.model import State
from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare.plan import Plan, Wanted, plan
from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare.wanted import (
    mark_of,
    wanted_records,
    wanted_settings,
)
from ansible_collections.nostromo.networking.plugins.module_utils.document.dns import Dns
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.plugin_utils.cloudflare_http import sender
from ansible_collections.nostromo.networking.tests.standins.cloudflare.cloud import Cloud, Token
from ansible_collections.nostromo.networking.tests.standins.cloudflare.contract import Contract
from ansible_collections.nostromo.networking.tests.standins.cloudflare.server import Server

DOMAIN = "nostromo.cl"
TOKEN = "cloudflare-token-that-nobody-may-see-0123"
MARK = mark_of("all")
#: Three records and, with that which Cloudflare may no longer choose itself, four settings.
DATA: dict[str, Any] = {
    "proxied": True,
    "ssl_mode": "strict",
    "always_use_https": True,
    "settings": {"min_tls_version": "1.2"},
    "records": [
        {"name": "app", "type": "A", "value": "203.0.113.7", "ttl": 300, "description": "Frontend público"},
        {"name": "api", "type": "CNAME", "value": "app.nostromo.cl.", "description": "API"},
        {"name": "www", "type": "CNAME", "value": "app", "description": "Redirect a app"},
    ],
}
CONTRACT = Contract.at_hand()


def dns_of(data: dict[str, Any]) -> Dns:
    """Data as they are read."""
    faults = Faults()
    found = Dns.read(data, "network_dns", faults)
    assert found and not faults.errors, faults.summary()
    return found


def wanted_of(data: dict[str, Any], take_over: Sequence[str] = (), confirmed: int = 0) -> Wanted:
    """What data want."""
    dns = dns_of(data)
    return Wanted(wanted_records(dns, DOMAIN, MARK), wanted_settings(dns), MARK, complete(take_over, DOMAIN), confirmed)


@dataclass
class Trial:
    """A zone and the runs over it."""

    server: Server
    zone: str
    kept: list[State] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls) -> Trial:
        """A new zone, in which others have a few records."""
        cloud = Cloud(tokens={TOKEN: Token()})
        zone_id = cloud.add_zone(DOMAIN)
        cloud.put(zone_id, {"type": "MX", "name": "@", "content": "mail.example.net", "priority": 10})
        cloud.put(zone_id, {"type": "TXT", "name": "@", "content": '"v=spf1 -all"'})
        return cls(Server(cloud, CONTRACT), zone_id)

    @property
    def cloud(self) -> Cloud:
        """What the stand-in holds."""
        return self.server.cloud

    @property
    def records(self) -> set[tuple[Any, ...]]:
        """What the zone has."""
        found = self.cloud.records[self.zone].values()
        return {tuple(one[key] for key in ("name", "type", "content", "proxied", "comment")) for one in found}

    def put(self, name: str, kind: str, content: str, **more: Any) -> str:
        """A record that somebody makes."""
        return str(self.cloud.put(self.zone, {"name": name, "type": kind, "content": content, **more})["id"])

    def api(self, token: str = TOKEN) -> Api:
        """As a run has it, but for the time that it waits."""
        return Api(self.server.url, sender(token), lambda seconds, _reason: self.waits.append(seconds))

    def state(self) -> State:
        """As a run reads it."""
        return zone.read(self.api(), DOMAIN, "", list(wanted_settings(dns_of(DATA))))

    def run(
        self,
        data: dict[str, Any] | None = None,
        *,
        check: bool = False,
        zone_id: str = "",
        token: str = TOKEN,
        back_to: str = "",
        **said: Any,
    ) -> zone.Outcome:
        """One run."""
        wanted = wanted_of(DATA if data is None else data, **said)
        api, names = self.api(token), list(wanted.settings)

        def planned(state: State) -> Plan:
            return restore.way_back(back_to, state, MARK) if back_to else plan(wanted, state)

        around = zone.Around(
            self.kept.append, lambda: self.unproven, lambda seconds, _reason: self.waits.append(seconds)
        )
        look = lambda: zone.read(api, DOMAIN, zone_id, names)  # noqa: E731
        return zone.conduct(look, planned, api, around, check, backwards=bool(back_to))

    def since(self, number: int) -> list[str]:
        """The requests after the first few."""
        return self.server.requests[number:]


def changed(**values: Any) -> dict[str, Any]:
    """The data with other values."""
    return {**json.loads(json.dumps(DATA)), **values}
