# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stand-in does for certbot what Cloudflare does: a record of type TXT is made, found and taken away, one request each."""

from __future__ import annotations

import json

from ansible_collections.nostromo.networking.plugins.plugin_utils.cloudflare_http import sender
from ansible_collections.nostromo.networking.tests.standins.cloudflare.cloud import Cloud, Token
from ansible_collections.nostromo.networking.tests.standins.cloudflare.contract import Contract
from ansible_collections.nostromo.networking.tests.standins.cloudflare.server import Server

TOKEN = "certbot-token-0123456789"
SMALLEST = frozenset({"zone:read", "dns_records:read", "dns_records:edit"})


def test_a_challenge_by_dns() -> None:
    cloud = Cloud(tokens={TOKEN: Token(scopes=SMALLEST)})
    records = f"/zones/{cloud.add_zone('nostromo.cl')}/dns_records"
    server, send = Server(cloud, Contract.at_hand()), sender(TOKEN)
    challenge = {"type": "TXT", "name": "_acme-challenge.nostromo.cl", "content": "x", "ttl": 120}
    send("POST", server.url + records, json.dumps(challenge).encode())
    query = "?type=TXT&name=_acme-challenge.nostromo.cl&content=x&per_page=1"
    (found,) = json.loads(send("GET", server.url + records + query, None).body)["result"]
    assert send("DELETE", f"{server.url}{records}/{found['id']}", None).status == 200
    assert json.loads(send("GET", server.url + records + query, None).body)["result"] == []
    assert send("GET", f"{server.url}{records.removesuffix('dns_records')}settings", None).status == 403
    server.close()
    assert server.violations == []
