# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a bastion opens, to whom, and what keeps a host from being one."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.checks.tries import allowed_connections
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.compile import host_view
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.decide import Endpoint, component_at, decide
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.model import Matrix
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import parse_matrix
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.validate import validate
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import (
    REMOVED,
    behind,
    matrix_of,
    row,
    spoil,
    variables_of,
)
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.test_validate import surroundings

Changes = list[tuple[str, object]]
MATRIX = parse_matrix(matrix_of(behind()))
ROWS = ("SSH through the bastion", "SSH through the bastion to new hosts")


def told(*changes: tuple[str, object]) -> list[str]:
    """What is said of the sample behind its bastion."""
    data = behind()
    for path, value in changes:
        spoil(data, path, value)
    _document, _matrix, faults = validate(variables_of(data), surroundings(data))
    return [str(fault) for fault in faults.errors + faults.warnings if "the TTL" not in str(fault)]


def rules(host: str, chain: str, matrix: Matrix = MATRIX) -> list[tuple[Any, ...]]:
    """What the bastion's rows make of a host's firewall."""
    view = host_view(matrix, host)["firewall"]
    return [(one["zone"] or one["addresses"], one["users"], one["ports"]) for one in view[chain] if one["name"] in ROWS]


def test_the_bastion_lets_root_and_administrators_out_to_the_network_alone() -> None:
    users = ("ripley", "root")
    assert rules("edge", "egress") == [(("10.0.0.21/32", "10.0.0.31/32"), users, ("22",)), ("private", users, ("22",))]
    assert rules("edge", "ingress") == []
    view = host_view(MATRIX, "edge")
    assert view["administrators"] == ["ripley", "root"]
    assert {"zone": "private", "family": "ipv4", "addresses": ["10.0.0.0/24"]} in view["firewall"]["sets"]


def test_other_addresses_of_a_host_are_left_alone() -> None:
    data = behind()
    spoil(data, "hosts.app.addresses", ["10.0.0.21", "203.0.113.8"])
    matrix = parse_matrix(matrix_of(data))
    assert rules("edge", "egress", matrix) == rules("edge", "egress")
    app = matrix.hosts["app"]
    assert not matrix.is_behind(app) and matrix.is_behind(matrix.hosts["db"])
    public = Endpoint("server", (ip_address("203.0.113.8"),))
    assert decide(matrix, component_at("server", matrix.hosts["edge"]), public, 22).action == "deny"


def test_its_rows_go_before_those_of_the_server_itself() -> None:
    data = behind()
    spoil(data, "network_flows[11]", row("server", "server", 22, "deny"))
    spoil(data, "network_flows[12]", {**row("server", "internet", 22, "deny"), "name": "Other"})
    matrix = parse_matrix(matrix_of(data))
    egress = host_view(matrix, "edge")["firewall"]["egress"]
    order = [one["name"] for one in egress if one["name"] in (*ROWS, "New", "Other")]
    assert order.index(ROWS[0]) < order.index("New") and order.index(ROWS[1]) < order.index("Other")
    edge, app = matrix.hosts["edge"], matrix.hosts["app"]
    assert decide(matrix, component_at("server", edge), component_at("server", app), 22).action == "allow"
    ingress = host_view(matrix, "app")["firewall"]["ingress"]
    assert [one["addresses"] for one in ingress if one["name"] == "New"] == [("10.0.0.31/32",)]


def test_hosts_behind_it_let_it_in_by_its_private_address() -> None:
    for host in ("app", "db"):
        assert rules(host, "ingress") == [("bastion", (), ("22",))] and rules(host, "egress") == []
        view = host_view(MATRIX, host)
        assert view["administrators"] == []
        assert {"zone": "bastion", "family": "ipv4", "addresses": ["10.0.0.10/32"]} in view["firewall"]["sets"]


@pytest.mark.parametrize(
    ("source", "host", "destination", "port", "row_path"),
    [
        ("server", "edge", "app", 22, "network_bastion"),
        ("server", "edge", "10.0.0.99", 22, "network_private_addresses"),
        ("server", "edge", "10.0.1.99", 22, None),
        ("server", "edge", "app", 23, None),
        ("nginx", "edge", "app", 22, None),
        ("nginx", "edge", "10.0.0.99", 22, None),
        ("server", "app", "db", 22, None),
        ("server", "app", "edge", 22, None),
        ("server", "app", "10.0.0.99", 22, None),
        ("orchestrator", "app", "db", 22, None),
    ],
)
def test_who_reaches_ssh(source: str, host: str, destination: str, port: int, row_path: str | None) -> None:
    known = MATRIX.hosts.get(destination)
    end = component_at("server", known) if known else Endpoint(addresses=(ip_address(destination),))
    found = decide(MATRIX, component_at(source, MATRIX.hosts[host]), end, port)
    assert (found.action, found.flow and found.flow.path) == (("allow", row_path) if row_path else ("deny", None))


def test_whom_it_may_not_lose() -> None:
    found = [(one["user"], one["address"]) for one in allowed_connections(MATRIX, "edge", {}) if one["port"] == 22]
    assert found == [("root", "10.0.0.21"), ("ripley", "10.0.0.21"), ("root", "10.0.0.31"), ("ripley", "10.0.0.31")]
    assert [one for one in allowed_connections(MATRIX, "app", {}) if one["port"] == 22] == []
    through = {one["port"] for one in allowed_connections(MATRIX, "edge", {}) if one["through"]}
    assert through == {22} and not any(one["through"] for one in allowed_connections(MATRIX, "app", {}))


def test_without_a_name_there_is_none() -> None:
    data = behind()
    spoil(data, "network_bastion", "")
    matrix = parse_matrix(matrix_of(data))
    assert matrix.bastion is None and not {"bastion", "private"} & {*matrix.zones}
    assert len(matrix.flows) == len(data["network_flows"])


def test_ansible_is_admitted_through_it() -> None:
    assert told(("controllers", ["10.0.0.10"])) == []
    assert told(("controllers", ["192.0.2.9"])) == []


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ([], []),
        (
            [("network_bastion", "egde")],
            ["network_bastion: egde is not a managed host of this environment; did you mean edge?"],
        ),
        (
            [("network_private_addresses", REMOVED)],
            [
                "network_private_addresses: is missing: edge is the bastion, and nobody says which network it leads to;"
                " name the network in which the hosts reach each other, as in [10.0.0.0/24]"
            ],
        ),
        (
            [("network_private_addresses", ["10.0.0.0/24", "::/0"])],
            [
                "network_private_addresses: holds the internet: whoever administers edge could go on to SSH anywhere;"
                " name the hosts' own network alone"
            ],
        ),
        (
            [("hosts.edge.addresses", ["203.0.113.7"])],
            [
                "hostvars.edge.network_addresses: 203.0.113.7 is not in the private network (10.0.0.0/24): nothing leads from"
                " edge, the bastion, there; name its address in that network, or correct network_private_addresses"
            ],
        ),
        (
            [("hosts.db.addresses", ["10.0.1.31"])],
            [
                "hostvars.db.network_addresses: 10.0.1.31 is not in the private network (10.0.0.0/24): nothing leads to db"
                " there; name its address in that network, or correct network_private_addresses"
            ],
        ),
        (
            [("hosts.edge.administrators", [])],
            [
                "network_bastion: nobody is known who administers edge, so that nobody could go on from it; name people in"
                " ssh_hardening_admins, or ansible_user, for edge"
            ],
        ),
        (
            [("hosts.edge.administrators", ["ripley", "sevastopol"])],
            [
                "network_bastion: sevastopol administers edge and is the user of sevastopol, which could go on to every"
                " host's SSH; give people users of their own"
            ],
        ),
        (
            [("network_zones.private", ["10.0.0.0/24"]), ("network_flows[11]", row("private", "nginx", 80))],
            [
                "network_zones.private: private is the name of a zone that network_bastion makes; use another name",
                "network_flows[11]: adds nothing, network_flows[0] (HTTP) already covers it; remove one of them",
            ],
        ),
        (
            [("network_zones.admins[2]", "10.0.0.10")],
            [
                "network_zones.admins: admins holds 10.0.0.10, by which edge is seen: network_flows[2] (SSH) opens SSH of"
                " every host to all users there; take it out; network_bastion lets in its administrators alone"
            ],
        ),
        (
            [("network_flows[2].action", "deny"), ("network_flows[2].source", "office")],
            [
                "network_flows: no row lets an administrator in to server on port 22: every host would be locked out; add a"
                " row from a zone of administrators"
            ],
        ),
    ],
)
def test_what_is_wrong_with_one(changes: Changes, messages: list[str]) -> None:
    assert told(*changes) == messages


def test_the_remedy_for_a_way_that_is_none_opens_nothing_to_services() -> None:
    assert told(("network_bastion", ""), ("controllers", ["10.0.0.10"])) == [
        "network_bastion: Ansible is connected through edge (10.0.0.10), which is no bastion: it would lock itself out; write"
        " network_bastion: edge, and its network in network_private_addresses"
    ]
