# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A neighbour cannot have the server's packets go through it: redirects are tried with real packets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from probes import address_of
from testinfra.host import Host
from web import eventually

pytestmark = pytest.mark.one_release

REMOTE = Path(__file__).parent / "remote"
ECHO, REDIRECT = ((REMOTE / name).read_text() for name in ("echo.py", "redirect.py"))
#: Somewhere behind the router that answers nobody (TEST-NET-3, RFC 5737).
FAR = "203.0.113.9"
IDENTIFIER = "4242"
IS_LOADED = "/usr/local/lib/nostromo/firewall-is-loaded"
SETTINGS = [f"/proc/sys/net/ipv4/conf/{name}/accept_redirects" for name in ("all", "eth0")]


def router_to(server: Host, address: str) -> str:
    """Through whom the server sends to an address."""
    return json.loads(server.check_output("ip -json route get %s", address))[0]["gateway"]


def led_astray(server: Host, neighbour: Host) -> bool:
    """Whether the server sends through a neighbour after that one told it to in the router's name."""
    server.check_output("ip route flush cache")
    router, own = router_to(server, FAR), address_of(neighbour, 4)
    assert router != own
    with_socket = "systemd-run --quiet --collect --unit=redirect-test python3 -c %s %s %s 10"
    server.check_output(with_socket, ECHO, FAR, IDENTIFIER)
    try:
        # At the first the kernel only looks where the new router is.
        return eventually(lambda: tell(server, neighbour, router) == own, seconds=3)
    finally:
        server.check_output("systemctl stop redirect-test; ip route flush cache")


def tell(server: Host, neighbour: Host, router: str) -> str:
    told = (router, address_of(server, 4), FAR, address_of(neighbour, 4), IDENTIFIER)
    neighbour.check_output("python3 -c %s %s %s %s %s %s", REDIRECT, *told)
    return router_to(server, FAR)


@pytest.fixture
def gullible(server: Host) -> Iterator[None]:
    """The server as the kernel has it by default."""
    server.check_output(f"echo 1 | tee {' '.join(SETTINGS)}")
    yield
    server.check_output("/usr/lib/systemd/systemd-sysctl /etc/sysctl.d/nostromo-firewall.conf")


def test_a_redirect_that_the_kernel_heeds_passes_the_rules(server: Host, outside: Host, gullible: None) -> None:
    """Without this the next test proves nothing; and the next run would notice."""
    assert led_astray(server, outside)
    noticed = server.run(IS_LOADED)
    assert (noticed.rc, noticed.stderr) == (1, f"not 0: {' '.join(SETTINGS)}\n")


def test_a_redirect_changes_nothing(server: Host, outside: Host) -> None:
    assert server.run(IS_LOADED).rc == 0
    assert not led_astray(server, outside)
