# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Answers about the matrix: verdict, row, the firewall's own lines, and edits that really give the opposite."""

from __future__ import annotations

import copy
from itertools import product
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.explain.answer import Answer, explain, plain_answer
from ansible_collections.nostromo.networking.plugins.module_utils.explain.change import decisions
from ansible_collections.nostromo.networking.plugins.module_utils.explain.question import read_question
from ansible_collections.nostromo.networking.plugins.module_utils.explain.text import answer_text
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import parse_matrix
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.validate import Surroundings, validate
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import (
    SOUND,
    document_of,
    locked,
    matrix_of,
)

ONE_SERVER: dict[str, Any] = matrix_of(SOUND)
TWO_HOSTS: dict[str, Any] = {
    **ONE_SERVER,
    "hosts": {
        "web": {"addresses": ["203.0.113.7", "fd00::1"], "components": ["nginx", "sevastopol", "etl"]},
        "data": {"addresses": ["10.0.0.4", "fd00::4"], "components": ["mother", "orchestrator"]},
    },
}


def answer_of(data: dict[str, Any], source: str, destination: str, port: int, protocol: str = "tcp") -> Answer:
    """The answer to a question that is sound."""
    matrix, faults = parse_matrix(data), Faults()
    question = read_question(matrix, source, destination, port, protocol, faults)
    assert question is not None, faults.summary()
    return explain(matrix, question)


def test_an_allowed_connection_on_one_host() -> None:
    assert answer_text(answer_of(ONE_SERVER, "etl", "mother", 5432)).splitlines() == [
        "ALLOWED: etl → mother, port 5432/tcp",
        "",
        "Row        network_flows[6] Ingestion (documented)",
        "           etl → mother  5432/tcp  allow",
        "Rule       on server loopback, by the sending user",
        '             tcp dport 5432 meta skuid { "etl" } counter accept comment "Ingestion"',
        "To deny    remove network_flows[6] (Ingestion)",
    ]


def test_a_denied_connection_between_two_hosts() -> None:
    lines = answer_text(answer_of(TWO_HOSTS, "sevastopol", "mother", 5432)).splitlines()
    assert lines == [
        "DENIED: sevastopol → mother, port 5432/tcp",
        "",
        "Row        network_flows[4] No DB (documented)",
        "           any → mother  5432/tcp  deny",
        "Rules      on web outgoing",
        "             ip daddr { 10.0.0.4/32 } tcp dport { 5432 } counter reject with icmpx admin-prohibited"
        ' comment "mother"',
        "             ip6 daddr { fd00::4/128 } tcp dport { 5432 } counter reject with icmpx admin-prohibited"
        ' comment "mother"',
        "           on data incoming",
        '             ip saddr { 203.0.113.7/32 } tcp dport { 5432 } counter accept comment "Ingestion"',
        '             ip6 saddr { fd00::1/128 } tcp dport { 5432 } counter accept comment "Ingestion"',
        "To allow   add to network_flows: {name: sevastopol to mother 5432, source: sevastopol, destination: mother,"
        " port: 5432, action: allow, documented: false, reason: say why}",
        "Note       data lets the address of web in; web itself stops this component",
    ]


def test_an_allowed_flow_has_a_rule_on_both_ends() -> None:
    (route,) = answer_of(TWO_HOSTS, "etl", "mother", 5432).routes
    assert [(rule.host, rule.kind, rule.action) for rule in route.rules] == [
        ("web", "egress", "allow"),
        ("web", "egress", "allow"),
        ("data", "ingress", "allow"),
        ("data", "ingress", "allow"),
    ]
    assert route.rules[0].line == (
        'meta skuid { "etl" } ip daddr { 10.0.0.4/32 } tcp dport { 5432 } counter accept comment "Ingestion"'
    )


@pytest.mark.parametrize(
    ("source", "destination", "port", "verdict", "row", "rules"),
    [
        ("internet", "nginx", 443, "allow", "HTTPS", ['tcp dport { 443 } counter accept comment "HTTPS"']),
        ("198.51.100.1", "203.0.113.7", 80, "allow", "HTTP", ['tcp dport { 80 } counter accept comment "HTTP"']),
        ("198.51.100.1", "server", 22, "deny", None, ['counter drop comment "default"']),
        (
            "192.0.2.9",
            "server",
            22,
            "allow",
            "SSH",
            ['ip saddr @admins_ipv4 tcp dport { 22 } counter accept comment "SSH"'],
        ),
        (
            "admins",
            "server",
            22,
            "allow",
            "SSH",
            ['ip saddr @admins_ipv4 tcp dport { 22 } counter accept comment "SSH"'],
        ),
        (
            "server",
            "8.8.8.8",
            443,
            "allow",
            "Updates",
            [
                'meta skuid != { "etl", "orchestrator", "postgres", "sevastopol", "www-data" } tcp dport { 80, 443 }'
                ' counter accept comment "Updates"'
            ],
        ),
        (
            "server",
            "169.254.169.254",
            80,
            "deny",
            None,
            [
                "ip daddr { 100.100.100.200/32, 168.63.129.16/32, 169.254.0.0/16 } tcp dport { 0-65535 } counter reject with"
                ' icmpx admin-prohibited comment "Link-local addresses"'
            ],
        ),
        ("etl", "internet", 443, "deny", None, ['counter reject with icmpx admin-prohibited comment "default"']),
        ("server", "app.nostromo.cl", 443, "allow", "HTTPS", ["accept"]),
        ("mother", "mother", 5432, "allow", None, None),
    ],
)
def test_rows_and_lines(
    source: str, destination: str, port: int, verdict: str, row: str | None, rules: list[str] | None
) -> None:
    answer = plain_answer(answer_of(ONE_SERVER, source, destination, port))
    (route,) = answer["routes"]
    assert (answer["verdict"], route["row"] and route["row"]["name"]) == (verdict, row)
    if rules is not None:
        assert [rule["line"] for rule in route["rules"]] == rules


@pytest.mark.parametrize(
    ("source", "destination", "port", "notes"),
    [
        (
            "server",
            "fe80::1",
            443,
            [
                "network_flows[8] (Updates) does not lead there: internet holds that address without listing it, which"
                " link-local addresses and metadata services of clouds need"
            ],
        ),
        (
            "etl",
            "orchestrator",
            5432,
            [
                "orchestrator declares no port 5432/tcp: nothing should listen there",
                "on server that port is mother's: ask for to=mother",
                "on loopback a port is guarded as that of the component that declares it; one that nobody declares, not at all",
            ],
        ),
        ("internet", "server", 22, ["for a part of it network_flows[2] (SSH: admins → server) allows it"]),
        ("etl", "mother", 5432, []),
    ],
)
def test_notes(source: str, destination: str, port: int, notes: list[str]) -> None:
    assert list(answer_of(ONE_SERVER, source, destination, port).notes) == notes


ENDS = ["etl", "mother", "nginx", "orchestrator", "server", "sevastopol", "internet", "admins", "office", "8.8.8.8"]


@pytest.mark.parametrize("data", [ONE_SERVER, TWO_HOSTS], ids=["one server", "two hosts"])
@pytest.mark.parametrize("port", [22, 443, 5432, 8000, 9000])
def test_the_edits_give_the_opposite_and_stay_valid(data: dict[str, Any], port: int) -> None:
    for source, destination in product(ENDS, ENDS):
        matrix, faults = parse_matrix(data), Faults()
        question = read_question(matrix, source, destination, port, "tcp", faults)
        if question is None:
            continue
        answer = explain(matrix, question)
        if not answer.steps:
            assert "not possible: " in answer_text(answer)
            continue
        variables, hosts = document_of(apply(data, answer))
        _document, edited, faults = validate(variables, Surroundings(hosts=hosts))
        if answer.verdict == "deny":  # to deny may be refused: somebody has to get in by SSH
            assert not faults.errors, f"{question}: {faults.summary()}"
        wanted = "deny" if answer.verdict == "allow" else "allow"
        again = read_question(edited, source, destination, port, "tcp", Faults())
        assert again is not None
        assert {decision.action for decision in decisions(edited, again)} == {wanted}, str(question)


def apply(data: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """The data after the edits."""
    data = copy.deepcopy(data)
    gone: list[dict[str, Any]] = []
    for step in answer.steps:
        _variable, _dot, name = step.path.partition(".")
        if step.kind in ("remove", "narrow"):
            row = data["flows"][int(step.path.partition("[")[2].rstrip("]"))]
            if step.kind == "narrow":
                row["port"] = [port for port in row["port"] if port != answer.question.port]
            else:
                gone.append(row)
        elif step.kind == "zone":
            data["zones"][name] = step.value
        elif step.kind == "listen":
            data["components"][name.split(".")[0]].setdefault("ports", []).append(step.value)
        elif step.kind == "expose":
            data["components"][name.split(".")[0]]["exposure"] = step.value
        else:
            assert step.kind == "add"
            data["flows"].append(step.value)
    return {**data, "flows": [row for row in data["flows"] if row not in gone]}


@pytest.mark.parametrize(
    ("asked", "faults"),
    [
        (
            (None, "", None, None),
            [
                "port: is missing; add it, as in -e port=5432",
                "from: is missing; name a component, a zone or an address, as in -e from=api",
                "to: is missing; name a component, a zone or an address, as in -e to=api",
            ],
        ),
        (
            ("etll", "mother.internal", "99999", "icmp"),
            [
                'port: "99999" is not a port; use an integer from 1 to 65535',
                'protocol: "icmp" is not a protocol; use tcp or udp',
                'from: "etll" is neither a component nor a zone nor an address; did you mean etl?',
                'to: "mother.internal" is neither a component nor a zone nor an address; use one of admins, cloudflare,'
                " etl, internet, mother, nginx, office, orchestrator, server, sevastopol",
            ],
        ),
        (
            ("203.0.113.7", "127.0.0.1", 80, "tcp"),
            [
                "to: 127.0.0.1 is every host itself; name the component that is meant",
                "from: 203.0.113.7 is the host server, on which each component has rows of its own; name one of etl,"
                " mother, nginx, orchestrator, server, sevastopol",
            ],
        ),
        (
            ("10.0.0.1/8", "mother", 80, None),
            [
                'from: "10.0.0.1/8" is a network with host bits set; write 10.0.0.0/8, or 10.0.0.1 for that address alone'
            ],
        ),
        (
            ("internet", "8.8.8.8", 80, None),
            [
                "from, to: neither internet nor 8.8.8.8 is a component, so no host has rules for it; name a component at"
                " one end"
            ],
        ),
    ],
)
def test_a_question_that_cannot_be_answered(asked: tuple[Any, ...], faults: list[str]) -> None:
    found = Faults()
    assert read_question(parse_matrix(ONE_SERVER), *asked, found) is None
    assert [str(fault) for fault in found] == faults


def test_a_component_without_a_host() -> None:
    data = {**ONE_SERVER, "hosts": {"web": {"addresses": ["203.0.113.7"], "components": ["nginx"]}}}
    found = Faults()
    assert read_question(parse_matrix(data), "etl", "nginx", 80, None, found) is None
    assert [str(fault) for fault in found] == [
        "from: etl runs on no host of the inventory; put a host into the inventory group etl"
    ]


def test_hosts_of_one_component_may_differ() -> None:
    hosts = {
        "api1": {"addresses": ["10.0.0.2"], "components": ["orchestrator"]},
        "api2": {"addresses": ["10.0.0.3"], "components": ["orchestrator"]},
    }
    answer = answer_of({**ONE_SERVER, "hosts": hosts}, "orchestrator", "orchestrator", 8000)
    lines = answer_text(answer).splitlines()
    assert lines[0] == "DIFFERS BY HOST: orchestrator → orchestrator, port 8000/tcp"
    assert [line for line in lines if line.startswith("Hosts")] == [
        "Hosts      api1 → api1: ALLOWED",
        "Hosts      api1 → api2: DENIED",
        "Hosts      api2 → api1: DENIED",
        "Hosts      api2 → api2: ALLOWED",
    ]
    assert [step.kind for step in answer.steps] == ["add"]


def test_behind_an_origin_lock_everybody_comes_through_cloudflare() -> None:
    data = matrix_of(locked())
    through = "through Cloudflare only: network_flows[1] (HTTPS: cloudflare → nginx) lets it in"
    for source in ("internet", "198.51.100.9"):
        answer = answer_of(data, source, "nginx", 443)
        assert (answer.verdict, answer.notes) == ("deny", (through,))
    assert answer_of(data, "198.41.128.1", "nginx", 443).verdict == "allow"
    assert through not in answer_of(data, "internet", "mother", 5432).notes
    assert answer_of(ONE_SERVER, "internet", "nginx", 443).notes == ()
