# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The programs of monitoring are confined, and asked by nobody but whom the matrix names."""

from __future__ import annotations

import network
import pytest
from testinfra.host import Host
from watch import UNITS

PORTS = {component: network.listen(component)["port"] for component in UNITS}


@pytest.mark.parametrize("unit", UNITS.values())
def test_each_is_confined(server: Host, unit: str) -> None:
    rating = server.check_output(f"systemd-analyze security --no-pager {unit} | tail --lines 1")
    assert float(rating.partition(".service: ")[2].split()[0]) <= 2, rating


@pytest.mark.parametrize(
    ("user", "admitted"),
    [
        ("www-data", set()),
        ("orchestrator", set()),
        ("sevastopol", set()),
        ("etl", set()),
        ("postgres", set()),
        ("mtail", {"log_metrics"}),
        ("blackbox", {"blackbox"}),
        ("alertmanager", {"alertmanager"}),
        ("prometheus", set(PORTS)),
        # As everybody who is no component: people look at it over SSH.
        ("nobody", {"prometheus"}),
    ],
)
def test_only_whom_the_matrix_names_may_ask(server: Host, user: str, admitted: set[str]) -> None:
    ask = f"runuser -u {user} -- curl --silent --output /dev/null --max-time 2 http://127.0.0.1:"
    assert {component for component, port in PORTS.items() if server.run(f"{ask}{port}/metrics").rc == 0} == admitted


def test_nothing_of_it_is_open_from_outside(outside: Host) -> None:
    for port in PORTS.values():
        for address in network.variables()["network_addresses"]:
            assert outside.run("curl --silent --max-time 1 http://%s", network_address(address, port)).rc in (7, 28)


def network_address(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
