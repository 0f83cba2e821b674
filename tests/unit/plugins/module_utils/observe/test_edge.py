# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is seen of names behind Cloudflare: real TLS and HTTP, and resolvers that are not there."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

from ansible_collections.nostromo.networking.plugins.module_utils.observe.edge import (
    leads_in_a_circle,
    observe,
    resolve,
    through,
)
from ansible_collections.nostromo.networking.plugins.module_utils.probe.site import PATH
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.observe.edge_server import (
    Said,
    edge_server,
)

HERE = "127.0.0.1"
RAY = {"CF-RAY": "8a1b2c3d4e5f-SCL", "Server": "cloudflare"}
ANSWERS = {
    "app.test": Said(200, RAY),
    "bad.test": Said(526, RAY),
    "loop.test": Said(301, {**RAY, "Location": f"https://loop.test{PATH}"}),
    "www.test": Said(301, {**RAY, "Location": f"https://app.test{PATH}"}),
    "past.test": Said(200, {}),
    "localhost": Said(200, RAY),
}


def test_what_is_answered(tmp_path: Path) -> None:
    with edge_server(tmp_path, ANSWERS) as (authority, port):
        context = ssl.create_default_context(cafile=str(authority))
        seen = {name: through(name, HERE, context, port) for name in ANSWERS}
        assert seen["app.test"] == {"address": HERE, "status": 200, "location": "", "ray": RAY["CF-RAY"]}
        assert (seen["bad.test"]["status"], seen["past.test"]["ray"]) == (526, "")
        assert [name for name in ANSWERS if leads_in_a_circle(name, seen[name])] == ["loop.test"]
        other = through("other.test", HERE, context, port)
        assert other["distrusted"] and "Hostname mismatch" in other["error"]
        found = observe(["localhost"], [], authority.read_text(), port)
        assert found["through"]["localhost"]["status"] == 200


def test_nobody_is_there() -> None:
    with socket.socket() as free:
        free.bind((HERE, 0))
        port = free.getsockname()[1]
        found = through("app.test", HERE, ssl.create_default_context(), port)
        assert found == {"address": HERE, "error": "no connection: [Errno 111] Connection refused", "distrusted": False}
    assert through("app.test", "", ssl.create_default_context()) == {"error": "it has no address", "distrusted": False}


def test_a_resolver_that_is_not_there() -> None:
    assert resolve("127.0.0.9", "app.nostromo.cl") == {"addresses": [], "problem": "Connection refused", "reached": False}
