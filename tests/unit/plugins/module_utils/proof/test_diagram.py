# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The diagram shows who reaches whom, and no line runs through a box."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.checks.probes import Probe
from ansible_collections.nostromo.networking.plugins.module_utils.proof.page import page_content
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.proof.systems import (
    ALONE,
    losing,
    observing,
    report_of,
    spread,
)

VPC = spread(
    ("web", ["nginx", "sevastopol", "etl"]),
    ("api1", ["orchestrator"]),
    ("api2", ["orchestrator"]),
    ("data", ["mother"]),
)
DOZEN = spread(
    *((f"web{number}", ["nginx", "sevastopol"]) for number in range(3)),
    *((f"api{number}", ["orchestrator"]) for number in range(5)),
    *((f"data{number}", ["mother"]) for number in range(2)),
    ("jobs", ["etl"]),
    ("spare", []),
)
NOWHERE = spread(("web", ["nginx", "sevastopol"]))


def ends_open(probe: Probe) -> str | None:
    """Everybody reaches Mother, but for Orchestrator on one host."""
    if probe.destination != "mother":
        return None
    return "filtered" if probe.source == "orchestrator" and probe.vantage in ("api1", "server") else "open"


def drawn(data: dict[str, Any], **how: Any) -> dict[str, Any]:
    found: dict[str, Any] = page_content(report_of(data, **how))["diagram"]
    return found


def titles(diagram: dict[str, Any], verdict: str) -> list[str]:
    return [net["title"] for net in diagram["nets"] if net["verdict"] == verdict]


def test_one_server() -> None:
    diagram = drawn(ALONE)
    assert [host["title"] for host in diagram["hosts"]] == ["server"]
    nodes = [(node["title"], node["detail"], node["kind"]) for node in diagram["nodes"]]
    assert nodes == [
        ("internet", "0.0.0.0/0, ::/0", "node outside"),
        ("admins", "192.0.2.0/24, 2001:db8:…", "node outside"),
        ("nginx", "80, 443", "node"),
        ("sevastopol", "4321", "node"),
        ("orchestrator", "8000", "node"),
        ("etl", "no port", "node"),
        ("mother", "5432", "node"),
        ("server", "22", "node"),
        ("internet", "0.0.0.0/0, ::/0", "node outside"),
    ]
    assert titles(diagram, "passed") == [
        "internet → nginx 80: proven (HTTP)",
        "internet → nginx 443: proven (HTTPS)",
        "admins → server 22: proven (SSH)",
        "orchestrator → mother 5432: proven (Queries)",
        "etl → mother 5432: proven (Ingestion)",
        "sevastopol → orchestrator 8000: proven (Calls)",
        "server → internet 80, 443: proven (Updates)",
        "nginx → sevastopol 4321: proven (Pages)",
        "nginx → orchestrator 8000: proven (API)",
    ]
    assert titles(diagram, "failed") == titles(diagram, "skipped") == []


def test_faults_are_arrows_of_their_own_from_where_they_were_seen() -> None:
    diagram = drawn(VPC, fate=ends_open)
    (blocked,) = (net for net in diagram["nets"] if net["label"].endswith("not open"))
    (host,) = (host for host in diagram["hosts"] if host["title"] == "api1")
    assert len(blocked["dots"]) == len(blocked["labels"]) == 1
    assert host["y"] < blocked["dots"][0]["y"] < host["y"] + host["height"]
    (queries,) = (net for net in diagram["nets"] if net["title"].startswith("orchestrator → mother 5432: proven"))
    assert len(queries["dots"]) == 1  # api2's; api1 has the fault
    faults = [net["number"] for net in diagram["nets"] if net["verdict"] == "failed"]
    assert {*faults} == {one["number"] for one in page_content(report_of(VPC, ends_open))["faults"]}
    assert [net["verdict"] for net in diagram["nets"]][-len(faults) :] == ["failed"] * len(faults)  # on top


def test_what_could_not_be_tried() -> None:
    diagram = drawn(ALONE, change=losing("admin", "controller"))
    assert titles(diagram, "skipped") == ["admins → server 22: not tried (SSH)"]


def test_faults_that_are_no_flows_are_marked_where_they_are() -> None:
    seen = observing("server", health={"orchestrator": "down"}, sshd={"settings": {}, "users": {}})
    diagram = drawn(ALONE, change=seen)
    assert [chip["text"] for chip in diagram["chips"]] == ["✗2", "✗3", "✗1"]
    (orchestrator,) = (node for node in diagram["nodes"] if node["title"] == "orchestrator")
    inside = [
        one for one in diagram["chips"] if orchestrator["y"] < one["y"] < orchestrator["y"] + orchestrator["height"]
    ]
    assert [chip["href"] for chip in inside] == ["fault-1"]


def test_of_many_faults_some_are_counted() -> None:
    sockets = [
        {"protocol": "tcp", "address": "0.0.0.0", "port": 9000 + n, "process": "x", "user": "x", "pid": n}
        for n in range(9)
    ]
    chips = drawn(ALONE, change=observing("server", sockets=sockets))["chips"]
    assert any(chip["text"].startswith("+") for chip in chips)


@pytest.mark.parametrize(
    ("data", "columns"),
    [
        (ALONE, [["server"]]),
        (VPC, [["web"], ["api1", "api2"], ["data"]]),
        (NOWHERE, [["web"], ["On no host"]]),
    ],
)
def test_hosts_stand_by_how_far_they_are_from_outside(data: dict[str, Any], columns: list[list[str]]) -> None:
    found: dict[float, list[str]] = {}
    for host in drawn(data)["hosts"]:
        found.setdefault(host["x"], []).append(host["title"])
    assert [names for _x, names in sorted(found.items())] == columns


def segments(path: str) -> list[tuple[float, float, float, float]]:
    """The straight parts of a path, ``M x y L x y``, as left, top, right and bottom."""
    found = re.findall(r"M([\d.-]+) ([\d.-]+)L([\d.-]+) ([\d.-]+)", path)
    points = [tuple(map(float, one)) for one in found]
    return [(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in points]


@pytest.mark.parametrize(
    "fate", [lambda _probe: None, ends_open, lambda _probe: "open"], ids=["sound", "faulty", "no firewall"]
)
@pytest.mark.parametrize("data", [ALONE, VPC, DOZEN, NOWHERE], ids=["alone", "vpc", "dozen", "nowhere"])
def test_nothing_overlaps(data: dict[str, Any], fate: Any) -> None:
    diagram = drawn(data, fate=fate)
    nodes = [(one["x"], one["y"], one["x"] + one["width"], one["y"] + one["height"]) for one in diagram["nodes"]]
    hosts = [(one["x"], one["y"], one["x"] + one["width"], one["y"] + one["height"]) for one in diagram["hosts"]]
    for boxes in (nodes, hosts):
        for index, one in enumerate(boxes):
            assert min(one) >= 0
            assert (one[2] <= diagram["width"], one[3] <= diagram["height"]) == (True, True)
            assert not any(overlap(one, other) for other in boxes[index + 1 :])
    for net in diagram["nets"]:
        lines = segments(net["path"])
        assert lines, net["title"]
        assert not any(overlap(line, node) for line in lines for node in nodes), net["title"]
    ends = [(label["x"], label["y"]) for net in diagram["nets"] for label in net["labels"]]
    assert len({*ends}) == len(ends)
    lanes = [(line, net["title"]) for net in diagram["nets"] for line in segments(net["path"]) if line[0] == line[2]]
    for index, (line, title) in enumerate(lanes):
        for other, whose in lanes[index + 1 :]:
            if title != whose and line[0] == other[0]:
                assert line[3] < other[1] or other[3] < line[1], (title, whose)


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two boxes share more than an edge."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_of_very_many_faults_the_first_are_drawn() -> None:
    """Without any firewall a dozen hosts have far more faults than a diagram can show, and need not take long."""
    report = report_of(DOZEN, lambda _probe: "open")
    diagram = page_content(report)["diagram"]
    drawn_faults = {net["number"] for net in diagram["nets"] if net["number"]}
    assert drawn_faults == {*range(1, max(drawn_faults) + 1)}
    left_out = report["summary"]["failed"] - len(drawn_faults)
    assert (diagram["undrawn"] >= left_out, left_out > 0) == (True, True)


def test_lines_are_shared_only_where_each_source_reaches_each_target() -> None:
    """Of two APIs one has lost one of two databases: what still holds takes two lines, the fault a third."""
    data = spread(("a1", ["orchestrator"]), ("a2", ["orchestrator"]), ("d1", ["mother"]), ("d2", ["mother"]))
    lost = ("a1", "d1")
    nets = drawn(
        data,
        fate=lambda probe: (
            "filtered" if probe.source == "orchestrator" and (probe.vantage, probe.host) == lost else None
        ),
    )["nets"]
    found = [
        (net["verdict"], len(net["dots"]), len(net["labels"]))
        for net in nets
        if "orchestrator → mother" in net["title"]
    ]
    assert found == [("passed", 1, 1), ("passed", 1, 2), ("failed", 1, 1)]


def test_hosts_of_one_kind_that_reach_each_other_share_a_line() -> None:
    data = spread(("a1", ["orchestrator"]), ("a2", ["orchestrator"]), ("a3", ["orchestrator"]))
    row = {"name": "Peers", "source": "orchestrator", "destination": "orchestrator", "port": 8000, "action": "allow"}
    data["matrix"] = {**data["matrix"], "flows": [*data["matrix"]["flows"], row]}
    (peers,) = (net for net in drawn(data)["nets"] if "(Peers)" in net["title"])
    assert (len(peers["dots"]), len(peers["labels"])) == (3, 3)


def test_circles_of_rows_are_no_trouble() -> None:
    data = spread(("web", ["nginx", "sevastopol"]), ("api", ["orchestrator"]), ("data", ["mother"]))
    data["matrix"]["flows"] = [
        *data["matrix"]["flows"],
        {"name": "Back", "source": "mother", "destination": "sevastopol", "port": 4321, "action": "allow"},
        {"name": "Self", "source": "orchestrator", "destination": "orchestrator", "port": 8000, "action": "allow"},
    ]
    assert "mother → sevastopol 4321: proven (Back)" in titles(drawn(data), "passed")
