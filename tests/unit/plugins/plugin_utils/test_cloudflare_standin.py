# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stand-in does for certbot what Cloudflare does: a record of type TXT is made, found and taken away, one request each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from ansible_collections.nostromo.networking.plugins.plugin_utils.cloudflare_http import sender
from ansible_collections.nostromo.networking.tests.standins.cloudflare.cloud import Cloud, Token
from ansible_collections.nostromo.networking.tests.standins.cloudflare.contract import Contract
from ansible_collections.nostromo.networking.tests.standins.cloudflare.server import Server

ROOT = Path(__file__).resolve().parents[4]
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


def test_by_itself_it_says_how_it_is_asked() -> None:
    package = Cloud.__module__.rpartition(".")[0]
    command = [sys.executable, "-m", package, "nostromo.cl"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / ".ansible" / "collections")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as served:
        assert served.stdout
        told = json.loads(served.stdout.readline())["network_cloudflare"]
        answer = json.loads(sender(told["token"])("GET", f"{told['api_url']}/zones?name=nostromo.cl", None).body)
        served.terminate()
    assert [one["status"] for one in answer["result"]] == ["active"]
