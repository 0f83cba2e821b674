# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Components with several nodes are reached through a balancer on the caller's host, and in no other way."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.document.sticky import Sticky
from ansible_collections.nostromo.networking.plugins.module_utils.explain.answer import explain
from ansible_collections.nostromo.networking.plugins.module_utils.explain.question import Party, Question
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.balance.frontends import frontends
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.compile import host_view
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.decide import component_at, decide
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.model import Matrix
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import parse_matrix, read_matrix
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.validate import validate
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import (
    SOUND,
    matrix_of,
    row,
    spoil,
    variables_of,
)
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.test_validate import surroundings

HOSTS = {
    "web": {"addresses": ["10.0.0.10"], "components": ["nginx"]},
    "page": {"addresses": ["10.0.0.15"], "components": ["sevastopol"]},
    "app1": {"addresses": ["10.0.0.21"], "components": ["orchestrator"]},
    "app2": {"addresses": ["10.0.0.22"], "components": ["orchestrator"]},
    "db": {"addresses": ["10.0.0.31"], "components": ["mother", "etl"]},
}
STICKY = {"orchestrator": {"key": "header", "name": "X-Tenant"}}


def data_with(*changes: tuple[str, object], hosts: dict[str, Any] = HOSTS) -> dict[str, Any]:
    """The sample on several servers."""
    data = copy.deepcopy(SOUND) | {"hosts": copy.deepcopy(hosts)}
    for path, value in changes:
        spoil(data, path, value)
    return data


def matrix_with(*changes: tuple[str, object]) -> Matrix:
    """As hosts carry it out."""
    return parse_matrix(matrix_of(data_with(*changes)))


def told(*changes: tuple[str, object], hosts: dict[str, Any] = HOSTS) -> list[str]:
    """What validation says of them."""
    data = data_with(*changes, hosts=hosts)
    _document, _matrix, faults = validate(variables_of(data), surroundings(data))
    return [str(fault) for fault in faults.errors + faults.warnings if "the TTL" not in str(fault)]


def verdict(matrix: Matrix, start: str, sender: str, end: str, receiver: str, port: int) -> str:
    """Whether a component on a host reaches another on a host."""
    source, destination = component_at(start, matrix.hosts[sender]), component_at(end, matrix.hosts[receiver])
    return decide(matrix, source, destination, port).action


MATRIX = matrix_with()


def test_one_node_each_leaves_the_matrix_as_it_is_declared() -> None:
    data = matrix_of(SOUND)
    assert parse_matrix(data) == read_matrix(data, Faults())
    assert host_view(parse_matrix(data), "server")["balancer"] == []


def test_callers_have_a_balancer_and_nobody_else_has() -> None:
    assert [host.name for host in MATRIX.hosts_of("balancer")] == ["page", "web"]
    assert {name: bool(host_view(MATRIX, name)["balancer"]) for name in HOSTS} == {
        "web": True,
        "page": True,
        "app1": False,
        "app2": False,
        "db": False,
    }


def test_a_declared_row_is_carried_out_in_two_steps() -> None:
    found = [
        (one.name, one.source, one.destination, str(one.ports[0]))
        for one in MATRIX.flows
        if "balancer" in (one.source, one.destination)
    ]
    assert found == [
        ("Calls", "sevastopol", "balancer", "18000"),
        ("API", "nginx", "balancer", "18000"),
        ("Balancer to orchestrator", "balancer", "orchestrator", "8000"),
    ]
    assert not MATRIX.flows[-1].documented and MATRIX.flows[-1].reason


def test_nobody_goes_past_the_balancer_or_to_that_of_another_host() -> None:
    assert verdict(MATRIX, "nginx", "web", "orchestrator", "app1", 8000) == "deny"
    assert verdict(MATRIX, "nginx", "web", "balancer", "web", 18000) == "allow"
    assert verdict(MATRIX, "balancer", "web", "orchestrator", "app2", 8000) == "allow"
    assert verdict(MATRIX, "sevastopol", "page", "balancer", "web", 18000) == "deny"
    assert verdict(MATRIX, "server", "web", "balancer", "web", 18000) == "deny"
    web = host_view(MATRIX, "web")
    assert web["listen"]["balancer"]["addresses"] == ["127.0.0.1"]
    to_nodes = [
        one["users"] for one in web["firewall"]["egress"] if "8000" in one["ports"] and one["action"] == "allow"
    ]
    assert to_nodes == [("haproxy",)]
    assert [one["users"] for one in web["firewall"]["local"] if one["port"] == 18000] == [("haproxy", "www-data")]
    assert not [one for one in web["firewall"]["ingress"] if "18000" in one["ports"]]


def test_other_ports_of_a_row_stay_open_without_it() -> None:
    ports = [{"port": port} for port in (8000, 8005)]
    matrix = matrix_with(
        ("network_components.orchestrator.ports", ports),
        ("network_flows[10].port", "7990-8010"),
        ("network_flows[10].protocol", ["tcp", "udp"]),
    )
    rows = [one for one in matrix.flows if one.name == "API"]
    assert [(one.destination, tuple(map(str, one.ports)), one.protocols) for one in rows] == [
        ("balancer", ("18000",), ("tcp",)),
        ("orchestrator", ("7990-7999", "8001-8010"), ("tcp", "udp")),
        ("orchestrator", ("8000",), ("udp",)),
    ]
    assert verdict(matrix, "nginx", "web", "orchestrator", "app1", 8005) == "allow"


def test_monitoring_asks_each_node_itself() -> None:
    blackbox = {"user": "blackbox", "ports": [{"port": 9115, "application": "Blackbox exporter"}]}
    matrix = matrix_with(
        ("network_components.blackbox", blackbox),
        ("network_flows[11]", row("blackbox", "orchestrator", 8000)),
        ("hosts.db.components", ["mother", "etl", "blackbox"]),
    )
    assert verdict(matrix, "blackbox", "db", "orchestrator", "app2", 8000) == "allow"
    assert [host.name for host in matrix.hosts_of("balancer")] == ["page", "web"]


def test_a_balancer_beside_a_node_has_a_port_of_its_own() -> None:
    other = {"user": "other", "ports": [{"port": 18000}]}
    matrix = matrix_with(("hosts.app1.components", ["orchestrator", "sevastopol"]), ("network_components.other", other))
    view = host_view(matrix, "app1")
    assert view["upstreams"]["orchestrator"] == ["127.0.0.1:18001"]
    assert {one["port"]: one["users"] for one in view["firewall"]["local"] if one["port"] != 22} == {
        8000: ("haproxy", "orchestrator"),
        18001: ("haproxy", "sevastopol"),
        4321: ("sevastopol",),
    }


def test_the_number_of_a_node_depends_on_its_name_alone() -> None:
    matrix = matrix_with(("network_sticky", STICKY))
    assert matrix.sticky == {"orchestrator": Sticky(key="header", name="X-Tenant")}
    nodes = {"app1": "10.0.0.21:8000", "app2": "10.0.0.22:8000"}
    (found,) = frontends(matrix, {"orchestrator": nodes}, "127.0.0.1")
    (more,) = frontends(matrix, {"orchestrator": {"app0": "10.0.0.20:8000", **nodes}}, "127.0.0.1")
    assert found["nodes"] == more["nodes"][1:]
    assert found["sticky"] == STICKY["orchestrator"] and (found["health"], found["host"]) == ("/health", "orchestrator")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], []),
        ([("network_sticky", {"orchestrator": {"key": "host"}})], []),
        ([("network_sticky", STICKY)], ["network_sticky.orchestrator.name: the header is whatever a client sends"]),
        ([("network_sticky", {"orchestrator": {"key": "cookie"}})], ["network_sticky.orchestrator.name: is missing"]),
        ([("network_sticky", {"orchestrator": {"key": "address"}})], ["network_sticky.orchestrator.key"]),
        (
            [("network_sticky", {"orchestrator": {"key": "header", "name": "a b"}})],
            ['network_sticky.orchestrator.name: "a b" is not'],
        ),
        (
            [("network_sticky", {"orchestrator": {"key": "host", "name": "X"}})],
            ["network_sticky.orchestrator.name: says nothing"],
        ),
        (
            [("network_sticky", {"orchestratr": {"key": "host"}})],
            ["network_sticky.orchestratr: orchestratr is not a component"],
        ),
        ([("network_sticky", {"mother": {"key": "host"}})], ["network_sticky.mother: mother does not speak HTTP"]),
        (
            [("network_components.etl.user", "haproxy")],
            ["network_components.etl.user: haproxy is the user of the balancer"],
        ),
        (
            [("network_zones.balancer", ["10.1.0.0/24"])],
            ["network_zones.balancer: balancer is the name of the component"],
        ),
    ],
)
def test_what_validation_says(changes: list[tuple[str, object]], expected: list[str]) -> None:
    found = told(*changes)
    assert len(found) == len(expected), found
    for one in expected:
        assert any(one in text for text in found), found


def test_with_one_node_nothing_is_warned_of() -> None:
    assert told(("network_sticky", STICKY), hosts=SOUND["hosts"]) == []


def test_explain_says_that_a_row_is_carried_out_through_the_balancer() -> None:
    orchestrator = Party("orchestrator", component="orchestrator")
    direct = explain(MATRIX, Question(Party("nginx", component="nginx"), orchestrator, 8000))
    assert direct.verdict == "allow"
    assert [(one.sender, one.receiver, one.decision.flow and one.decision.flow.path) for one in direct.routes] == [
        ("web", "web", "network_flows[10]")
    ]
    assert str(direct.question) == "nginx → orchestrator, port 8000/tcp"
    assert direct.notes[0] == "orchestrator has several nodes: it is asked through the balancer of the caller's own host"
    assert not any(
        "balancer" in note
        for note in explain(MATRIX, Question(Party("etl", component="etl"), orchestrator, 8000)).notes
    )
