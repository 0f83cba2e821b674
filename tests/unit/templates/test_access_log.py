# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a real nginx writes to the access log for the role's configuration."""

from __future__ import annotations

import json
import re
from pathlib import Path

from ansible_collections.nostromo.networking.plugins.module_utils.nginx.access_log import FIELDS, line_pattern

from .real_nginx import serving

LIMIT = {"key": "$binary_remote_addr", "size": "1m", "rate": "1r/m", "burst": 4, "nodelay": True, "location": "/api/"}


def test_each_answer_is_logged_with_its_route_whoever_gives_it(tmp_path: Path) -> None:
    with serving(tmp_path, nginx_rate_limits={"few": LIMIT}) as nginx:
        asked = [
            (nginx.get("/api/health"), "/api/"),
            (nginx.get("/api/404"), "/api/"),
            (nginx.get("/api/503"), "/api/"),
            (nginx.get("/"), "/"),
            (nginx.get("/_astro/x.js"), "/_astro/"),
            (nginx.get("/.nostromo/unavailable.html"), "-"),
            (nginx.get("/.well-known/acme-challenge/x", tls=False), "/.well-known/acme-challenge/"),
            (nginx.get("/", tls=False), "redirect"),
            (nginx.get("/api/", name="www.nostromo.cl"), "redirect"),
            (nginx.get("/elsewhere", name="api.nostromo.cl"), "-"),
            (nginx.get("/", name="stranger.example", tls=False) or 444, "-"),
        ]
        while nginx.get("/api/") != 429:
            asked.append((200, "/api/"))
        asked.append((429, "/api/"))
        lines = nginx.lines(len(asked))
    statuses = [status for status, _route in asked]
    assert statuses[:11] == [200, 404, 503, 502, 502, 404, 404, 301, 301, 404, 444]
    assert [(record["status"], record["route"]) for record in map(json.loads, lines)] == asked


def test_the_pattern_is_that_of_the_lines(tmp_path: Path) -> None:
    names = [field.name for field in FIELDS]
    with serving(tmp_path) as nginx:
        nginx.get('/api/"x"\\?{"status":200}')
        nginx.get("/")
        nginx.ask(b"\x16\x03garbage\r\n\r\n", tls=False)
        lines = nginx.lines(3)
    for line in lines:
        found = re.match(line_pattern(names), line)
        assert found is not None, line
        values = json.loads(line)
        assert list(values) == names
        assert [json.loads(f'"{text}"') for text in found.groups()] == [
            f"{value:.3f}" if name == "duration" else str(value) for name, value in values.items()
        ]
        assert re.match(line_pattern([]), line[:-1]) is None
