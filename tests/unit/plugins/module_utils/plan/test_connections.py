# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Opened is what was denied and is allowed, closed the other way round: held against single decisions, on random matrices."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.decide import Endpoint, component_at, decide
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.model import BASTION, SERVER, Matrix
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import parse_matrix
from ansible_collections.nostromo.networking.plugins.module_utils.plan.connections import (
    Connection,
    Verb,
    connections,
    minus,
)
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import (
    REMOVED,
    SOUND,
    behind,
    matrix_of,
    row,
    spoil,
)
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.test_enforcement import (
    PORTS,
    matrices,
)
from hypothesis import given, settings
from hypothesis import strategies as st

NETWORKS = st.sampled_from(["10.0.0.0/8", "10.0.0.0/24", "10.0.0.128/25", "10.0.1.0/24", "fd00::/8", "fd00::/64"])


def told(found: list[Connection], verb: Verb) -> set[tuple[Any, ...]]:
    """Each pair of places with a port of which something was said."""
    return {
        (one.source.name, one.destination.name, *way, port)
        for one in found
        if one.verb == verb and not (one.source.is_part or one.destination.is_part)
        for way in one.ways
        for port in PORTS
        if any(int(ports.partition("-")[0]) <= port <= int(ports.rpartition("-")[2]) for ports in one.ports)
    }


def allowed(matrix: Matrix, rows: Matrix) -> set[tuple[Any, ...]]:
    """The same, of what a matrix allows, for the ends of all rows of another."""
    found = set()
    for flow in rows.flows:
        ends = []
        for name in (flow.source, flow.destination):
            if name == BASTION:
                here = [matrix.hosts[matrix.bastion.host]] if matrix.bastion else []
                ends.append([(host.name, component_at(SERVER, host)) for host in here])
            elif name in matrix.components:
                ends.append([(host.name, component_at(name, host)) for host in matrix.hosts_of(name)])
            else:
                ends.append([("", Endpoint(None, matrix.zones.get(name, ())))])
        for sender, start in ends[0]:
            for receiver, end in ends[1]:
                if flow.source == BASTION and sender == receiver:
                    continue
                for port in PORTS:
                    covered = flow.covers(port, "tcp")
                    if covered and decide(matrix, start, end, port).action == "allow":
                        found.add((flow.source, flow.destination, sender, receiver, port))
    return found


@settings(max_examples=60, deadline=None)
@given(matrices(), matrices())
def test_what_is_told_is_what_single_decisions_say(before: Matrix, after: Matrix) -> None:
    found = connections(before, after)
    was = allowed(before, before) | allowed(before, after)
    now = allowed(after, before) | allowed(after, after)
    assert told(found, "opens") == now - was
    assert told(found, "closes") == was - now


@settings(max_examples=30, deadline=None)
@given(matrices())
def test_nothing_is_told_of_the_same_matrix(matrix: Matrix) -> None:
    assert connections(matrix, replace(matrix)) == []


@given(st.lists(NETWORKS, max_size=4), st.lists(NETWORKS, max_size=4))
def test_what_is_left_of_networks_lies_in_none_of_the_others(some: list[str], others: list[str]) -> None:
    ones, taken = ([ip_network(text) for text in texts] for texts in (some, others))
    left = minus(ones, taken)
    for text in ("10.0.0.1", "10.0.0.200", "10.0.1.9", "10.9.9.9", "fd00::1", "fd01::1", "192.0.2.1"):
        address = ip_address(text)
        inside = any(address in one for one in ones) and not any(address in one for one in taken)
        assert any(address in one for one in left) is inside


def test_a_bastion_goes_on_from_its_host() -> None:
    data = behind()
    spoil(data, "network_bastion", "")
    found = connections(parse_matrix(matrix_of(data)), parse_matrix(matrix_of(behind())))
    assert [(one.verb, str(one.source), str(one.destination), one.ways) for one in found] == [
        ("opens", "bastion", "server", (("edge", "app"), ("edge", "db"))),
        ("opens", "bastion", "private", (("edge", ""),)),
    ]


def changed(*changes: tuple[str, object]) -> list[str]:
    """What is told of changes of the sample."""
    data = deepcopy(SOUND)
    for path, value in changes:
        spoil(data, path, value)
    found = connections(parse_matrix(matrix_of(SOUND)), parse_matrix(matrix_of(data)))
    return [
        f"{one.verb} {one.source} → {one.destination} {' '.join(one.ports)}/{one.protocol}"
        f" by {one.row.name if one.row else None}, {one.before.name if one.before else None}"
        for one in found
    ]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        (
            [("network_flows[11]", row("office", "sevastopol", 4321))],
            ["opens office → sevastopol 4321/tcp by New, None"],
        ),
        ([("network_flows[5]", REMOVED)], ["closes orchestrator → mother 5432/tcp by No DB, Queries"]),
        (
            [("network_flows[5].action", "deny")],
            ["closes orchestrator → mother 5432/tcp by Queries, Queries"],
        ),
        (
            [("network_zones.admins", ["192.0.2.0/25", "198.51.100.0/24"])],
            [
                "opens admins (198.51.100.0/24) → server 22/tcp by SSH, None",
                "closes admins (192.0.2.128/25, 2001:db8::/48) → server 22/tcp by None, SSH",
            ],
        ),
        (
            [("network_flows[2].source", "office")],
            [
                "closes admins → server 22/tcp by None, SSH",
                "decides otherwise office → server 22/tcp by SSH, SSH",
            ],
        ),
        (
            [("network_flows[11]", row("office", "sevastopol", ["4000-4400", "4401-4500"]))],
            ["opens office → sevastopol 4000-4500/tcp by New, None"],
        ),
        ([("network_flows[0].name", "Web")], ["decides otherwise internet → nginx 80/tcp by Web, HTTP"]),
        (
            [("hosts.second", {"addresses": ["203.0.113.8"], "components": ["etl"]})],
            [
                "opens admins → server 22/tcp by SSH, None",
                "opens etl → mother 5432/tcp by Ingestion, None",
                "opens server → internet 80 443/tcp by Updates, None",
            ],
        ),
    ],
)
def test_changes_in_words(changes: list[tuple[str, object]], wanted: list[str]) -> None:
    assert changed(*changes) == wanted
