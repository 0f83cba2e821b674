# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who gets out by way of a gateway, and what keeps a host from being one."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.explain.question import read_question
from ansible_collections.nostromo.networking.plugins.module_utils.explain.rules import rules_between
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.module_utils.firewall.nft import chain_lines
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.compile import host_view
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


def sample(*changes: tuple[str, object]) -> dict[str, Any]:
    """The sample behind a gateway, without a bastion."""
    data = behind()
    for path, value in (("network_bastion", ""), ("network_gateway", "edge"), *changes):
        spoil(data, path, value)
    return data


def told(*changes: tuple[str, object]) -> list[str]:
    data = sample(*changes)
    _document, _matrix, faults = validate(variables_of(data), surroundings(data))
    return [str(fault) for fault in faults.errors + faults.warnings if "the TTL" not in str(fault)]


def gateway(*changes: tuple[str, object], host: str = "edge") -> dict[str, Any]:
    found: dict[str, Any] = host_view(parse_matrix(matrix_of(sample(*changes))), host)["firewall"]["gateway"]
    return found


def lines(*changes: tuple[str, object]) -> dict[str, list[str]]:
    """The chains of the gateway's senders."""
    return {one["name"]: chain_lines("sender", one["rules"]) for one in gateway(*changes)["senders"]}


EVERYBODY = 'tcp dport { 80, 443 } counter accept comment "Updates"'
TO_APP = ("network_flows[11]", row("orchestrator", "admins", 8000))


def test_each_host_behind_it_sends_what_rows_let_a_component_there_send() -> None:
    found = gateway(TO_APP)
    assert [(one["name"], one["components"], one["addresses"]) for one in found["senders"]] == [
        ("orchestrator", "orchestrator", ("10.0.0.21/32",)),
        ("server", "server", ("10.0.0.21/32", "10.0.0.31/32")),
    ]
    assert lines(TO_APP) == {
        "orchestrator": ['ip daddr @admins_ipv4 tcp dport { 8000 } counter accept comment "New"'],
        "server": [EVERYBODY],
    }
    assert chain_lines("forward", found["senders"]) == [
        "ip saddr { 10.0.0.21/32 } jump forward_orchestrator",
        "ip saddr { 10.0.0.21/32, 10.0.0.31/32 } jump forward_server",
        'counter drop comment "default"',
    ]
    assert chain_lines("postrouting", found["translated"]) == ["ip saddr { 10.0.0.21/32, 10.0.0.31/32 } masquerade"]
    sets = host_view(parse_matrix(matrix_of(sample(TO_APP))), "edge")["firewall"]["sets"]
    assert {"zone": "admins", "family": "ipv4", "addresses": ["192.0.2.0/24"]} in sets
    assert found["families"] == ["ipv4"]


def test_what_one_may_not_send_another_may() -> None:
    rows: Changes = [
        ("network_flows[11]", {**row("etl", "admins", 443, "deny"), "name": "No"}),
        ("network_flows[12]", row("etl", "internet", 443)),
    ]
    assert lines(*rows) == {
        "etl": [
            'ip daddr @admins_ipv4 tcp dport { 443 } counter return comment "No"',
            'tcp dport { 443 } counter accept comment "New"',
        ],
        "server": [EVERYBODY],
    }
    assert "etl" not in lines(rows[0])  # that it may not send opens nothing


def test_nothing_is_sent_on_to_the_inside_to_hosts_or_to_what_clouds_tell() -> None:
    (inside,) = gateway()["inside"]
    assert {"10.0.0.0/24", "169.254.0.0/16", "203.0.113.7/32"} <= {*inside["addresses"]}


def test_others_forward_nothing() -> None:
    assert gateway(host="app") == {} == gateway(("network_gateway", ""))


def test_who_has_an_address_outside_gets_out_by_itself() -> None:
    found = gateway(("hosts.app.addresses", ["10.0.0.21", "203.0.113.8"]))
    assert [one["addresses"] for one in found["senders"]] == [("10.0.0.31/32",)]


@pytest.mark.parametrize(
    ("prefix", "translated"), [("fd00:", ["ipv4", "ipv6"]), ("2a01:4f8:0:1:", ["ipv4"])]
)
def test_of_ipv6_only_unique_local_addresses_are_translated(prefix: str, translated: list[str]) -> None:
    found = gateway(
        ("network_private_addresses", ["10.0.0.0/24", f"{prefix}:/64"]),
        ("hosts.edge.addresses", ["10.0.0.10", "203.0.113.7", f"{prefix}:10", "2001:db8::7"]),
        ("hosts.app.addresses", ["10.0.0.21", f"{prefix}:21"]),
    )
    assert found["families"] == ["ipv4", "ipv6"]
    assert [one["family"] for one in found["translated"]] == translated


def test_a_family_without_an_outside_is_not_forwarded() -> None:
    found = gateway(
        ("network_private_addresses", ["10.0.0.0/24", "fd00::/64"]),
        ("hosts.edge.addresses", ["10.0.0.10", "203.0.113.7", "fd00::10"]),
        ("hosts.app.addresses", ["10.0.0.21", "fd00::21"]),
    )
    assert found["families"] == ["ipv4"]


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ([], []),
        ([("network_bastion", "edge")], []),
        (
            [("network_gateway", "egde")],
            ["network_gateway: egde is not a managed host of this environment; did you mean edge?"],
        ),
        (
            [("network_private_addresses", REMOVED)],
            [
                "network_private_addresses: is missing: edge is the gateway, and nobody says which network it leads out of;"
                " name the network in which the hosts reach each other, as in [10.0.0.0/24]"
            ],
        ),
        (
            [("network_private_addresses", ["0.0.0.0/0"])],
            [
                "network_private_addresses: holds the internet: nothing would be outside, where edge leads; name the hosts'"
                " own network alone"
            ],
        ),
        (
            [("hosts.edge.addresses", ["10.0.0.10"])],
            [
                "hostvars.edge.network_addresses: 10.0.0.10 is in the private network (10.0.0.0/24) alone: nothing leads out"
                " by edge, the gateway; name its public address as well, or another host in network_gateway"
            ],
        ),
        (
            [("hosts.edge.addresses", ["203.0.113.7"])],
            [
                "hostvars.edge.network_addresses: 203.0.113.7 is not in the private network (10.0.0.0/24): nobody there has"
                " edge, the gateway, on the way; name its address in that network, or correct network_private_addresses"
            ],
        ),
        (
            [("hosts.app.addresses", ["10.0.0.21", "203.0.113.8"]), ("hosts.db.addresses", ["203.0.113.9"])],
            [
                "network_gateway: nobody gets out by edge: no other host is in the private network alone; remove"
                " network_gateway, or the addresses elsewhere of hosts that have no use for them"
            ],
        ),
    ],
)
def test_what_is_wrong_with_one(changes: Changes, messages: list[str]) -> None:
    assert told(*changes) == messages


@pytest.mark.parametrize(
    ("source", "destination", "kinds"),
    [
        ("server", "internet", ["egress", "forward"]),
        ("etl", "internet", ["egress"]),
        ("server", "10.0.0.99", ["egress"]),
    ],
)
def test_explain_shows_the_gateways_rule(source: str, destination: str, kinds: list[str]) -> None:
    matrix = parse_matrix(matrix_of(sample()))
    question = read_question(matrix, source, destination, 443, "tcp", Faults())
    assert question is not None
    found = rules_between(matrix, question, matrix.hosts["app"], None)
    assert list(dict.fromkeys(one.kind for one in found)) == kinds
    forwarded = [(one.host, one.action, one.line) for one in found if one.kind == "forward"]
    assert forwarded == ([("edge", "allow", EVERYBODY)] if "forward" in kinds else [])
