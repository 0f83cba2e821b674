# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stand-in does for certbot what Cloudflare does: a record of type TXT is made, found and taken away, one request each."""

from __future__ import annotations

import json
import os
import socket
import struct
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


def texts(name: str, port: int) -> set[bytes]:
    """What records of type TXT a name has: behind the question, each with twelve bytes before its string."""
    asked = struct.pack("!6H", 7, 0x100, 1, 0, 0, 0)
    asked += b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + struct.pack("!x2H", 16, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.sendto(asked, ("127.0.0.1", port))
        answer, found = client.recv(512), set()
    rest = answer[len(asked) :]
    while rest:
        found.add(rest[13 : 13 + rest[12]])
        rest = rest[13 + rest[12] :]
    return found


def test_by_itself_it_says_how_it_is_asked_and_answers_over_dns() -> None:
    package = Cloud.__module__.rpartition(".")[0]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", package, "nostromo.cl", "--names", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / ".ansible" / "collections")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as served:
        assert served.stdout
        told = json.loads(served.stdout.readline())["network_cloudflare"]
        send = sender(told["token"])
        (zone,) = json.loads(send("GET", f"{told['api_url']}/zones?name=nostromo.cl", None).body)["result"]
        for content in ("one", "another"):
            record = {"type": "TXT", "name": "_acme-challenge.nostromo.cl", "content": content, "ttl": 120}
            send("POST", f"{told['api_url']}/zones/{zone['id']}/dns_records", json.dumps(record).encode())
        told_by_dns = texts("_acme-challenge.nostromo.cl", port)
        served.terminate()
    assert (zone["status"], told_by_dns) == ("active", {b"one", b"another"})
