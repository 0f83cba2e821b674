# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is tried of hosts behind a bastion, from where, and what is said of the rest."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.checks import behind
from ansible_collections.nostromo.networking.plugins.module_utils.checks.flow import judge_flows
from ansible_collections.nostromo.networking.plugins.module_utils.checks.intent import Intent, Vantage
from ansible_collections.nostromo.networking.plugins.module_utils.checks.model import Evidence, Look
from ansible_collections.nostromo.networking.plugins.module_utils.checks.probes import (
    Tried,
    probes_from_host,
    probes_from_outside,
)
from ansible_collections.nostromo.networking.plugins.module_utils.checks.tries import tries_of
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import parse_matrix
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import (
    behind as sample,
)
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import matrix_of

MATRIX = parse_matrix(matrix_of(sample()))
REACHED_AT = {"edge": "203.0.113.7", "app": "10.0.0.21", "db": "10.0.0.31"}


def test_nobody_tries_the_private_network_from_outside() -> None:
    probes = probes_from_outside(MATRIX, "controller", REACHED_AT)
    assert {(one.host, one.address) for one in probes} == {("edge", "203.0.113.7")}


def test_the_bastion_tries_as_root_its_administrators_and_each_service() -> None:
    probes = probes_from_host(MATRIX, MATRIX.hosts["edge"], {})
    users = [one.user for one in probes if (one.host, one.port) == ("app", 22)]
    assert users == ["www-data", "sevastopol", "root", "ripley"]
    assert "ripley" not in {one.user for one in probes if one.port != 22 or one.host == "edge"}
    others = probes_from_host(MATRIX, MATRIX.hosts["app"], {})
    assert {one.user for one in others if one.port == 22} == {"orchestrator", "etl", "root"}


def flows(outcome: str) -> dict[str, Any]:
    """What is found where everything that the bastion tries at SSH of another host has the same outcome."""
    probes = [one for one in probes_from_host(MATRIX, MATRIX.hosts["edge"], {}) if (one.host, one.port) == ("app", 22)]
    seen = [Tried(one, outcome, local="10.0.0.10", peer=one.address) for one in probes]
    found = judge_flows(MATRIX, seen, {"edge": Vantage("edge", managed=True)}, {})
    return {
        f"{one.source} {one.row}": (one.verdict, one.reason)
        for one in found
        if "server 22/tcp" in one.title or one.tries
    }


def test_its_row_is_judged_where_it_starts() -> None:
    found = flows("open")
    assert found["bastion network_bastion"] == ("passed", "")
    assert found["nginx "] == found["sevastopol "] == ("failed", "it is open")
    assert flows("rejected")["bastion network_bastion"][0] == "failed"


def test_the_row_for_new_hosts_says_what_it_is_for() -> None:
    [found] = [one for one in judge_flows(MATRIX, [], {}, {}) if one.row == "network_private_addresses"]
    assert (found.verdict, found.reason) == ("skipped", "it is for hosts that are not in the inventory yet")


def test_what_is_behind_it_is_not_tried_from_outside_and_says_so() -> None:
    found = list(behind.judge(Intent(MATRIX), Evidence(vantages=[], looks={"edge": Look()}, now=0.0)))
    assert [(one.host, one.verdict, one.reason) for one in found] == [
        (
            host,
            "skipped",
            "it is in the private network alone, which is reached through edge; from there it was tried",
        )
        for host in ("app", "db")
    ]
    [first, _second] = behind.judge(Intent(MATRIX), Evidence(vantages=[], looks={}, now=0.0))
    assert (
        first.reason == "it is in the private network alone, and edge, through which it is reached, was not looked at"
    )


def test_the_controller_is_not_taken_for_the_bastion() -> None:
    vantages = Intent(MATRIX).vantages(["10.0.0.10", "192.0.2.9"])
    assert [str(one) for one in vantages[-1].seen_as] == ["192.0.2.9"]


def test_what_rows_allow_at_an_address_where_nothing_is_to_listen_proves_nothing() -> None:
    app = MATRIX.hosts["app"]
    two = replace(app, addresses=(*app.addresses, ip_address("10.0.0.99")))
    matrix = replace(MATRIX, hosts={**MATRIX.hosts, "app": two})
    probes = [one for one in probes_from_host(matrix, matrix.hosts["edge"], {}) if (one.host, one.port) == ("app", 8000)]
    assert {one.address for one in probes} == {"10.0.0.21", "10.0.0.99"}
    seen = [
        Tried(one, "open" if one.address == "10.0.0.21" else "refused", local="10.0.0.10", peer=one.address)
        for one in probes
    ]
    found = judge_flows(matrix, seen, {"edge": Vantage("edge", managed=True)}, {})
    allowed = [one for one in found if one.action == "allow" and one.tries]
    assert allowed
    assert {(one.verdict, hop.host) for one in allowed for hop in one.hops} == {("passed", "app")}
    tries = [one for one in tries_of(matrix, "edge", {}) if one["port"] == 8000]
    assert {one["address"] for one in tries if one["action"] == "allow"} == {"10.0.0.21"}
