# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whom a real nginx takes for one client when it limits, behind a proxy that names the client's address."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from .real_nginx import serving

LIMIT = {"key": "$binary_remote_addr", "size": "1m", "rate": "1r/m", "burst": 2, "nodelay": True, "location": "/api/"}


@contextmanager
def limiting(home: Path, **limit: Any) -> Iterator[Callable[[str], int]]:
    """Asks as the client of an address, and gives the status."""
    with serving(
        home,
        nginx_rate_limits={"few": {**LIMIT, **limit}},
        nginx_trusted_proxies=["127.0.0.1"],
        nginx_client_address_header="CF-Connecting-IP",
    ) as nginx:
        yield lambda address: nginx.get("/api/health", headers={"CF-Connecting-IP": address})


@pytest.mark.parametrize(
    "addresses",
    [
        ["192.0.2.1"] * 4,
        ["2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2:a:b:c:d"],
        # However short they are written, and whatever bytes they have: a line feed, a backslash, none but zeros.
        ["2001:db8::1", "2001:db8:0:0:1::", "2001:db8::1:0:0:1", "2001:db8:0:0:1:2:3:4"],
        ["2001:db8:a0a:a5c::a", "2001:db8:a0a:a5c:a::", "2001:db8:a0a:a5c::5c", "2001:db8:a0a:a5c:a0a:a0a:a0a:a0a"],
        ["::1", "::2", "::1", "::a:0:0:1"],
    ],
    ids=["IPv4", "a network", "short forms", "odd bytes", "zeros"],
)
def test_one_client(addresses: Sequence[str], tmp_path: Path) -> None:
    with limiting(tmp_path) as ask:
        assert [ask(address) for address in addresses] == [200, 200, 200, 429]


def test_other_clients(tmp_path: Path) -> None:
    """Other networks, other addresses of IPv4, also in the clothes of IPv6, are not limited by what one has used up."""
    others = ["2001:db8:1:3::1", "2001:db8:2:2::1", "192.0.2.1", "192.0.2.2", "::ffff:192.0.2.3", "::ffff:192.0.2.4", "::1"]
    with limiting(tmp_path) as ask:
        for one in ("2001:db8:1:2::1", *others):
            assert [ask(one) for _number in range(4)] == [200, 200, 200, 429]


def test_addresses_by_themselves(tmp_path: Path) -> None:
    with limiting(tmp_path, ipv6_network=False) as ask:
        assert [ask(f"2001:db8::{number}") for number in range(1, 7)] == [200] * 6
        assert [ask("2001:db8::1") for _number in range(3)] == [200, 200, 429]


def test_a_network_in_a_key_of_ones_own(tmp_path: Path) -> None:
    with limiting(tmp_path, key="$server_name$client_network") as ask:
        assert [ask(f"2001:db8::{number}") for number in range(1, 5)] == [200, 200, 200, 429]
        assert [ask(f"192.0.2.{number}") for number in range(1, 5)] == [200] * 4
