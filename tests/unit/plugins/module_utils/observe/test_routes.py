# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a host gets out, by the kernel's tables and by looking for a route."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe import routes

HEADING = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
OWN = "eth0\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
OUT = "eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
UNREACHABLE = "*\t00000000\t00000000\t0201\t0\t0\t0\t00000000\t0\t0\t0\n"
NOWHERE, SOMEWHERE = "0" * 32, "fd42" + "0" * 27 + "1"
#: The kernel's own last route, which refuses.
LAST = f"{NOWHERE} 00 {NOWHERE} 00 {NOWHERE} ffffffff 00000001 00000000 00200200       lo\n"
OUT6 = f"{NOWHERE} 00 {NOWHERE} 00 {SOMEWHERE} 00000400 00000001 00000000 00000003     eth0\n"
OWN6 = f"{SOMEWHERE} 40 {NOWHERE} 00 {NOWHERE} 00000100 00000001 00000000 00000001     eth0\n"


@pytest.mark.parametrize(
    ("four", "six", "is_there"),
    [
        (HEADING + OWN, OWN6 + LAST, False),
        (HEADING + OUT + OWN, LAST, True),
        (HEADING + UNREACHABLE, LAST, False),
        (HEADING + OWN, OUT6 + LAST, True),
        (HEADING, None, False),
    ],
)
def test_a_default_route_of_either_family(tmp_path: Path, four: str, six: str | None, is_there: bool) -> None:
    (tmp_path / "route").write_text(four)
    if six is not None:
        (tmp_path / "ipv6_route").write_text(six)
    assert routes.has_default_route(tmp_path) is is_there


def test_only_sources_on_other_hosts_have_one() -> None:
    sources = ["http://deb.debian.org/debian/", "file:/srv/mirror", "http://[fd42::1]:3142/debian", "http://deb.debian.org/debian-security/"]
    assert routes.hosts_of(sources) == ["deb.debian.org", "fd42::1"]


def test_a_host_in_the_own_network_is_reached_without_a_default_route(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "has_default_route", lambda: False)
    said = {routes._PROXIES: [], routes._SOURCES: ["http://127.0.0.1/debian", "http://name.invalid/debian"]}
    monkeypatch.setattr(routes, "_said", said.__getitem__)
    assert routes.out_of_reach() == ["name.invalid"]
    monkeypatch.setattr(routes, "_said", lambda _command: ["http://proxy:3128"])
    assert routes.out_of_reach() == []
