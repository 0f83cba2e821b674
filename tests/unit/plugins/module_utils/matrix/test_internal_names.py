# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""On every host the name of a component leads to where that host reaches it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.endpoint import endpoint
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.compile import host_view
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import parse_matrix
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import (
    SOUND,
    matrix_of,
    spoil,
)

COMPONENTS = ("sevastopol", "orchestrator", "mother", "etl")
ONE_SERVER = {"server": {"addresses": ["203.0.113.7", "2001:db8::7"], "components": ["nginx", *COMPONENTS]}}
SEVERAL = {
    "web": {"addresses": ["10.0.0.1", "203.0.113.7"], "components": ["nginx", "sevastopol"]},
    "api1": {"addresses": ["10.0.0.2"], "components": ["orchestrator"]},
    "api2": {"addresses": ["fd00::3", "10.0.0.3"], "components": ["orchestrator"]},
    "data": {"addresses": ["10.0.0.4"], "components": ["mother", "etl"]},
}


def names(hosts: dict[str, Any], host: str, *changes: tuple[str, object]) -> dict[str, list[str]]:
    """Where names lead on a host of the sample, in which components have names."""
    data = copy.deepcopy(SOUND)
    for key in COMPONENTS:
        spoil(data, f"network_components.{key}.hostname", f"{key}.internal")
    for path, value in (("hosts", hosts), *changes):
        spoil(data, path, value)
    view = host_view(parse_matrix(matrix_of(data)), host)
    found: dict[str, list[str]] = view["names"]
    for key, upstreams in view["upstreams"].items():
        ports = {upstream.rpartition(":")[2] for upstream in upstreams}
        reached = {endpoint(address, int(port)) for address in found.get(f"{key}.internal", ()) for port in ports}
        assert key == "nginx" or reached == set(upstreams), f"the name of {key} and network_view.upstreams differ"
    return found


def test_on_one_server_all_are_on_loopback_and_the_sites_name_is_left_to_dns() -> None:
    assert names(ONE_SERVER, "server") == {f"{key}.internal": ["127.0.0.1"] for key in sorted(COMPONENTS)}


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        # A caller of several nodes reaches them through the balancer of its host, which is on loopback.
        ("web", {"sevastopol": ["127.0.0.1"], "orchestrator": ["127.0.0.1"], "mother": ["10.0.0.4"], "etl": ["10.0.0.4"]}),
        # What listens on loopback there is not on the loopback of others.
        ("api1", {"sevastopol": ["10.0.0.1"], "orchestrator": ["10.0.0.2", "fd00::3"], "mother": ["10.0.0.4"],
                  "etl": ["10.0.0.4"]}),
        # What others reach listens on the host's address alone.
        ("data", {"sevastopol": ["10.0.0.1"], "orchestrator": ["10.0.0.2", "fd00::3"], "mother": ["10.0.0.4"],
                  "etl": ["127.0.0.1"]}),
    ],
)  # fmt: skip
def test_on_several_hosts_each_sees_them_from_where_it_stands(host: str, expected: dict[str, list[str]]) -> None:
    assert names(SEVERAL, host) == {f"{key}.internal": expected[key] for key in sorted(expected)}


def test_another_public_component_is_found_inside() -> None:
    mail = {"hostname": "mail.internal", "exposure": "public", "user": "mail", "ports": [{"port": 25}]}
    changes = (("network_components.mail", mail), ("hosts.web.components", ["nginx", "sevastopol", "mail"]))
    hosts = copy.deepcopy(SEVERAL)
    assert names(hosts, "web", *changes)["mail.internal"] == ["127.0.0.1"]
    assert names(hosts, "data", *changes)["mail.internal"] == ["10.0.0.1"]


def test_a_component_without_a_name_or_without_a_host_is_not_there() -> None:
    hosts = {"server": {"addresses": ["10.0.0.1"], "components": ["nginx", "sevastopol"]}}
    assert names(hosts, "server") == {"sevastopol.internal": ["127.0.0.1"]}
