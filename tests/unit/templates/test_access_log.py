# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a real nginx writes to the access log for the role's configuration."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.nginx.access_log import FIELDS, NOT_UTF8, line_pattern

from .real_nginx import serving


@pytest.fixture(scope="module")
def log_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[bytes], dict[str, Any]]]:
    """What is logged of a request with a header of these bytes."""
    asked = count(1)
    with serving(tmp_path_factory.mktemp("nginx")) as nginx:

        def record(header: bytes) -> dict[str, Any]:
            head = b"GET / HTTP/1.1\r\nHost: app.nostromo.cl\r\nConnection: close\r\n"
            nginx.ask(head + b"User-Agent: " + header + b"\r\nReferer: " + header + b"\r\n\r\n", tls=False)
            line: dict[str, Any] = json.loads(nginx.lines(next(asked))[-1])
            return line

        yield record


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


@pytest.mark.parametrize(
    ("sent", "logged"),
    [
        (b"", ""),
        (b"plain", "plain"),
        ("Ñandú € 😀 \u2028".encode(), "Ñandú € 😀 \u2028"),
        (b'"quoted" \\ {}', '"quoted" \\ {}'),
        (("ñ" * 7000).encode(), "ñ" * 7000),
        (b"a" * 14000, "a" * 14000),
        (b"a\xff", NOT_UTF8),
        (b"\xc3", NOT_UTF8),
        (b"\xc0\x80", NOT_UTF8),
        (b"\xed\xa0\x80", NOT_UTF8),
        (b"\xf4\x90\x80\x80", NOT_UTF8),
        ("\ufffd".encode(), NOT_UTF8),
        (b"a" * 14000 + b"\x80", NOT_UTF8),
    ],
    ids=range(13),
)
def test_every_line_is_utf_8(sent: bytes, logged: str, log_of_all: Callable[[bytes], dict[str, Any]]) -> None:
    record = log_of_all(sent)
    assert (record["user_agent"], record["referrer"]) == (logged, logged)


def test_host_and_address_are_utf_8_too(tmp_path: Path) -> None:
    with serving(tmp_path) as nginx:
        nginx.ask(b"GET /\xff HTTP/1.1\r\nHost: app\xff.nostromo.cl\r\nConnection: close\r\n\r\n", tls=False)
        (line,) = nginx.lines(1)
    record = json.loads(line)
    assert (record["host"], record["uri"], record["status"]) == (NOT_UTF8, NOT_UTF8, 444)


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
