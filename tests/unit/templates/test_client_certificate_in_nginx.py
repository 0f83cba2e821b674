# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whom a real nginx serves that asks the proxy in front of it for a certificate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe.run import run
from ansible_collections.nostromo.networking.plugins.module_utils.observe.uncertified import observe
from ansible_collections.nostromo.networking.tests.unit.certificates import Signed, signed_by_itself

from .real_nginx import Nginx, serving

#: The same host, and an address that is not the one that is asked.
ITSELF, ELSEWHERE = "127.0.0.1", "127.0.0.2"


@contextmanager
def asking(home: Path, mode: str, known: Signed) -> Iterator[Nginx]:
    with serving(home, nginx_client_certificate=mode, nginx_client_authorities=known.certificate) as nginx:
        yield nginx


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    return signed_by_itself(tmp_path_factory.mktemp("known"))


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    return signed_by_itself(tmp_path_factory.mktemp("foreign"))


def test_required(tmp_path: Path, known: Signed, foreign: Signed) -> None:
    with asking(tmp_path, "required", known) as nginx:
        assert nginx.get("/api/health", source=ELSEWHERE, shown=known.file) == 200
        assert nginx.get("/api/health", source=ELSEWHERE) == 400
        assert nginx.get("/api/health", source=ELSEWHERE, shown=foreign.file) == 400
        assert nginx.get("/api/health", source=ITSELF) == 200
        assert nginx.get("/.well-known/acme-challenge/x", source=ELSEWHERE, tls=False) == 404
        assert observe(run, "app.nostromo.cl", nginx.https) == 400


def test_a_header_makes_nobody_the_host_itself(tmp_path: Path, known: Signed) -> None:
    with serving(
        tmp_path,
        nginx_client_certificate="required",
        nginx_client_authorities=known.certificate,
        nginx_trusted_proxies=["127.0.0.0/8"],
        nginx_client_address_header="CF-Connecting-IP",
    ) as nginx:
        claim = {"CF-Connecting-IP": ITSELF}
        assert nginx.get("/api/health", source=ELSEWHERE, headers=claim) == 400
        assert nginx.get("/api/health", source=ITSELF, headers={"CF-Connecting-IP": "192.0.2.1"}) == 200


def test_log(tmp_path: Path, known: Signed, foreign: Signed) -> None:
    with asking(tmp_path, "log", known) as nginx:
        assert nginx.get("/api/1", source=ELSEWHERE, tls=False) == 301
        for shown in (known.file, None, foreign.file):
            assert nginx.get("/api/health", source=ELSEWHERE, shown=shown) == 200
        assert nginx.get("/api/health", source=ITSELF) == 200
        nginx.lines(5)
    found = [json.loads(line) for line in (tmp_path / "uncertified.log").read_text().splitlines()]
    assert [(one["peer"], one["certificate"].partition(":")[0]) for one in found] == [
        (ELSEWHERE, "NONE"),
        (ELSEWHERE, "FAILED"),
    ]


@pytest.mark.parametrize("mode", ["log", "required"])
def test_one_that_has_expired_is_refused_either_way(tmp_path: Path, mode: str) -> None:
    ended = signed_by_itself(tmp_path, days=-1)
    with asking(tmp_path, mode, ended) as nginx:
        assert nginx.get("/api/health", source=ELSEWHERE, shown=ended.file) == 400


def test_disabled(tmp_path: Path) -> None:
    with serving(tmp_path) as nginx:
        assert nginx.get("/api/health", source=ELSEWHERE) == 200
    assert not (tmp_path / "uncertified.log").exists()
