# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documented matrix as hosts see it: on one server, and with Orchestrator and Mother in a private network."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.compile import host_view
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import parse_matrix

GROUP_VARS = Path(__file__).parents[5] / "inventories" / "group_vars" / "all"
COMPONENTS = ["etl", "mother", "nginx", "orchestrator", "sevastopol"]
ONE_SERVER = {"server": {"addresses": ["203.0.113.7", "2001:db8::7"], "components": COMPONENTS}}
PRIVATE_NETWORK = {
    "web": {"addresses": ["10.0.0.1"], "components": ["nginx", "sevastopol"]},
    "api1": {"addresses": ["10.0.0.2"], "components": ["orchestrator"]},
    "api2": {"addresses": ["10.0.0.3", "fd00::3"], "components": ["orchestrator"]},
    "data": {"addresses": ["10.0.0.4"], "components": ["mother", "etl"]},
}


def view(hosts: dict[str, Any], name: str) -> dict[str, Any]:
    """One host's view of the documented matrix."""
    data = yaml.safe_load((GROUP_VARS / "network.yml").read_text(encoding="utf-8"))
    filled_in = {"admins": ["192.0.2.0/24"], "cloudflare": ["198.41.128.0/17"], "resolvers": ["192.0.2.53"]}
    zones = {**data["network_zones"], **filled_in}
    matrix = {
        "components": data["network_components"],
        "zones": zones,
        "flows": data["network_flows"],
        "baseline_flows": data["network_baseline_flows"],
        "hosts": hosts,
    }
    return host_view(parse_matrix(matrix), name)


def listens(hosts: dict[str, Any], name: str) -> dict[str, list[str]]:
    """``address:port`` of each component on a host."""
    return {
        key: [f"{address}:{port}" for address in entry["addresses"] for port in entry["ports"]]
        for key, entry in view(hosts, name)["listen"].items()
    }


def test_on_one_server_only_nginx_and_ssh_leave_loopback() -> None:
    assert listens(ONE_SERVER, "server") == {
        "mother": ["127.0.0.1:5432"],
        "nginx": ["0.0.0.0:80", "0.0.0.0:443", ":::80", ":::443"],
        "orchestrator": ["127.0.0.1:8000"],
        "server": ["0.0.0.0:22", ":::22"],
        "sevastopol": ["127.0.0.1:4321"],
    }


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("web", {"sevastopol": ["127.0.0.1:4321"]}),
        ("api1", {"orchestrator": ["10.0.0.2:8000"]}),
        ("api2", {"orchestrator": ["10.0.0.3:8000"]}),
        ("data", {"mother": ["10.0.0.4:5432"]}),
    ],
)
def test_in_a_private_network_what_others_reach_binds_to_the_internal_address(
    host: str, expected: dict[str, list[str]]
) -> None:
    bound = listens(PRIVATE_NETWORK, host)
    assert {key: bound[key] for key in expected} == expected


def test_of_several_instances_the_balancer_of_the_own_host_is_the_upstream() -> None:
    upstreams = view(PRIVATE_NETWORK, "web")["upstreams"]
    assert {name: servers for name, servers in upstreams.items() if servers} == {
        "orchestrator": ["127.0.0.1:18000"],
        "sevastopol": ["127.0.0.1:4321"],
    }
    assert view(ONE_SERVER, "server")["upstreams"]["mother"] == ["127.0.0.1:5432"]


@pytest.mark.parametrize(
    ("hosts", "host", "expected"),
    [
        (ONE_SERVER, "server", {"etl": ["127.0.0.1/32"], "orchestrator": ["127.0.0.1/32"]}),
        (
            PRIVATE_NETWORK,
            "data",
            {"etl": ["10.0.0.4/32"], "orchestrator": ["10.0.0.2/32", "10.0.0.3/32", "fd00::3/128"]},
        ),
    ],
)
def test_the_database_admits_exactly_the_documented_clients(
    hosts: dict[str, Any], host: str, expected: dict[str, list[str]]
) -> None:
    clients = view(hosts, host)["clients"]["mother"]
    assert {client["component"]: client["addresses"] for client in clients} == expected


def test_the_database_knows_the_accounts_of_its_own_host() -> None:
    def accounts(hosts: dict[str, Any], host: str) -> dict[str, str]:
        return {client["component"]: client["account"] for client in view(hosts, host)["clients"]["mother"]}

    assert accounts(ONE_SERVER, "server") == {"etl": "etl", "orchestrator": "orchestrator"}
    assert accounts(PRIVATE_NETWORK, "data") == {"etl": "etl", "orchestrator": ""}


def test_on_one_server_each_port_takes_its_documented_users() -> None:
    local = view(ONE_SERVER, "server")["firewall"]["local"]
    assert {rule["port"]: (rule["users"], rule["others"]) for rule in local} == {
        4321: (("sevastopol", "www-data"), False),
        5432: (("etl", "orchestrator", "postgres"), False),
        8000: (("orchestrator", "sevastopol", "www-data"), False),
        22: ((), True),
    }
    rows = {rule["port"]: {row["name"]: row["users"] for row in rule["rows"]} for rule in local}
    assert rows[5432] == {
        "Data ingestion": ("etl",),
        "DB queries": ("orchestrator",),
        "Mother (PostgreSQL)": ("postgres",),
    }


def test_on_one_server_each_port_answers_by_its_component_alone() -> None:
    owners = view(ONE_SERVER, "server")["firewall"]["owners"]
    assert {owner["port"]: (owner["users"], owner["cookies"]) for owner in owners} == {
        80: (("root", "www-data"), True),
        443: (("root", "www-data"), True),
        4321: (("root", "sevastopol"), False),
        5432: (("root", "postgres"), False),
        8000: (("root", "orchestrator"), False),
    }


def test_builds_may_fetch_from_public_addresses_and_from_no_others() -> None:
    data = yaml.safe_load((GROUP_VARS / "network.yml").read_text(encoding="utf-8"))
    registries = [ip_network(network) for network in data["network_zones"]["registries"]]
    inside = (
        "1.1.1.1 99.255.255.255 126.1.1.1 172.15.0.1 172.32.0.1 192.167.0.1 192.169.0.1 223.255.255.254 2606:4700::1"
    )
    outside = (
        "0.1.1.1 10.0.0.1 100.64.0.1 100.127.255.254 127.0.0.1 169.254.169.254 172.16.0.1 172.31.255.254 192.168.1.1"
        " 224.0.0.1 255.255.255.255 ::1 fd00::1 fe80::1 ff02::1"
    )
    for addresses, expected in ((inside, True), (outside, False)):
        for address in map(ip_address, addresses.split()):
            assert any(address in network for network in registries) == expected, address


def test_ingress_of_the_one_server_is_the_inbound_table() -> None:
    ingress = view(ONE_SERVER, "server")["firewall"]["ingress"]
    assert [(rule["name"], rule["action"], rule["zone"], rule["ports"]) for rule in ingress] == [
        ("Public HTTP", "allow", "", ("80",)),
        ("Public HTTPS", "allow", "", ("443",)),
        ("SSH admin access", "allow", "admins", ("22",)),
        ("DHCPv6 replies", "allow", "link_local", ("546",)),
        ("Backend NO público", "deny", "", ("8000",)),
        ("DB NO pública", "deny", "", ("5432",)),
    ]


def test_in_a_private_network_a_flow_stands_on_both_ends() -> None:
    out = [rule for rule in view(PRIVATE_NETWORK, "api1")["firewall"]["egress"] if rule["name"] == "DB queries"]
    into = [rule for rule in view(PRIVATE_NETWORK, "data")["firewall"]["ingress"] if rule["name"] == "DB queries"]
    assert [(rule["users"], rule["addresses"], rule["ports"]) for rule in out] == [
        (("orchestrator",), ("10.0.0.4/32",), ("5432",))
    ]
    assert [(rule["family"], rule["addresses"]) for rule in into] == [
        ("ipv4", ("10.0.0.2/31",)),
        ("ipv6", ("fd00::3/128",)),
    ]


def test_unknown_host_is_an_error() -> None:
    with pytest.raises(KeyError):
        view(ONE_SERVER, "elsewhere")
