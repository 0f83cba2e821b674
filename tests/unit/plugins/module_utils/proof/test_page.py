# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the proof's page says of sound and of faulty systems."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.checks.probes import Probe
from ansible_collections.nostromo.networking.plugins.module_utils.checks.registry import all_checks
from ansible_collections.nostromo.networking.plugins.module_utils.proof.ends import ports_text, shortened
from ansible_collections.nostromo.networking.plugins.module_utils.proof.page import page_content
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.proof.systems import (
    ALONE,
    losing,
    observing,
    report_of,
    spread,
)


def no_database_from_outside(probe: Probe) -> str | None:
    """ETL is cut off from Mother, and Mother is open to the internet."""
    if probe.port != 5432:
        return None
    return "filtered" if probe.source == "etl" else "open" if probe.vantage == "outside" else None


@pytest.fixture(scope="module")
def sound() -> dict[str, Any]:
    return page_content(report_of(ALONE))


@pytest.fixture(scope="module")
def faulty() -> dict[str, Any]:
    return page_content(
        report_of(ALONE, no_database_from_outside, observing("server", health={"orchestrator": "down"}))
    )


def cell(page: dict[str, Any], source: str, destination: str) -> dict[str, Any]:
    """A cell of the grid by the names of its ends."""
    column = [one["name"] for one in page["grid"]["columns"]].index(destination)
    (row,) = (row for row in page["grid"]["rows"] if row["name"] == source)
    found: dict[str, Any] = row["cells"][column]
    return found


def lines(page: dict[str, Any], source: str, destination: str) -> list[tuple[str, str, str, int]]:
    return [
        (line["verdict"], line["words"], line["ports"], line["number"])
        for line in cell(page, source, destination)["lines"]
    ]


@pytest.mark.parametrize(
    ("ports", "text"),
    [
        ([], ""),
        (["443/tcp", "80/tcp"], "80, 443"),
        (["53/udp", "53/tcp"], "53/tcp+udp"),
        (["123/udp", "22/tcp"], "22, 123/udp"),
        (["8000-8010/tcp", "80/tcp"], "80, 8000-8010"),
        (["22/tcp", "22/tcp"], "22"),
    ],
)
def test_ports(ports: list[str], text: str) -> None:
    assert ports_text(ports) == text


@pytest.mark.parametrize(
    ("values", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a, b"), (["a", "b", "c", "d"], "a, b and 2 more")]
)
def test_what_is_long_is_shortened(values: list[str], text: str) -> None:
    assert shortened(values) == text


def test_the_verdict_at_a_glance(sound: dict[str, Any], faulty: dict[str, Any]) -> None:
    assert (sound["verdict"], sound["summary"]["failed"], sound["faults"]) == ("passed", 0, [])
    assert faulty["verdict"] == "failed"
    assert faulty["total"] == sum(faulty["summary"].values())
    assert faulty["date"] == "15 January 2027, 08:00 UTC"
    assert [one["name"] for one in faulty["vantage_points"]] == ["server", "outside", "admin", "controller"]


def test_faults_are_numbered_and_say_why(faulty: dict[str, Any]) -> None:
    assert [(one["number"], one["title"], one["reason"]) for one in faulty["faults"]] == [
        (1, "etl → mother 5432/tcp: allow", "no answer: a firewall drops it on the way or on server"),
        (2, "internet → mother 5432/tcp: deny", "it is open"),
        (3, "orchestrator is healthy", "down"),
    ]
    first, second, third = faulty["faults"]
    assert first["row"]["name"] == "Ingestion"
    assert first["evidence"] == ["etl@server (10.9.9.9) → 127.0.0.1:5432/tcp: filtered"]
    assert second["place"] == cell(faulty, "internet", "mother")["id"]
    assert third["place"] == "checks-health"


@pytest.mark.parametrize(
    ("source", "destination", "wanted"),
    [
        ("sevastopol", "orchestrator", [("passed", "allowed", "8000", 0)]),
        ("sevastopol", "mother", [("passed", "denied", "5432", 0)]),
        ("etl", "mother", [("failed", "allowed, but not open", "5432", 1)]),
        ("internet", "mother", [("failed", "denied, but not blocked", "5432", 2)]),
        ("admins", "server", [("passed", "allowed", "22", 0), ("passed", "denied", "8443", 0)]),
        ("server", "internet", [("passed", "allowed", "80, 443", 0), ("passed", "denied", "25", 0)]),
    ],
)
def test_cells(faulty: dict[str, Any], source: str, destination: str, wanted: list[tuple[str, str, str, int]]) -> None:
    assert lines(faulty, source, destination) == wanted


def test_the_grid_has_every_component_and_the_zones_in_use(sound: dict[str, Any]) -> None:
    components = ["server", "nginx", "sevastopol", "orchestrator", "mother"]
    assert [one["name"] for one in sound["grid"]["columns"]] == [*components, "internet"]
    names = [row["name"] for row in sound["grid"]["rows"]]
    assert names == [*components, "etl", "internet", "admins"]


def test_neither_end_of_the_system(sound: dict[str, Any]) -> None:
    between = cell(sound, "admins", "internet")
    assert (between["outside"], between["lines"], between["reason"]) == (True, [], "")


@pytest.mark.parametrize(
    ("report", "source", "destination", "reason"),
    [
        (
            report_of(ALONE, change=losing("admin", "controller")),
            "admins",
            "nginx",
            "nothing was tried from admins: no vantage point there could be used",
        ),
        (
            report_of(spread(("server", ["nginx", "sevastopol", "orchestrator", "etl"]))),
            "nginx",
            "mother",
            "mother runs on no host of the inventory",
        ),
        (
            report_of({**ALONE, "probe_targets": {}, "clients": {}}),
            "etl",
            "internet",
            "no row lets etl go to internet, and no address was tried that stands for that zone alone",
        ),
    ],
)
def test_what_was_not_tried_says_why(report: dict[str, Any], source: str, destination: str, reason: str) -> None:
    assert cell(page_content(report), source, destination)["reason"] == reason


def test_rows_carry_their_faults(faulty: dict[str, Any]) -> None:
    mothers = [row for row in faulty["rows"] if row["destination"] == "mother"]
    assert [(row["name"], row["verdict"], row["faults"]) for row in mothers] == [
        ("No DB", "failed", [2]),
        ("Queries", "passed", []),
        ("Ingestion", "failed", [1]),
    ]


def test_other_checks_are_grouped_with_the_worst_first(faulty: dict[str, Any]) -> None:
    groups = {group["id"]: group for group in faulty["groups"]}
    # Flows have their own place; nothing measures there, no component has several nodes, nobody is in front, behind or elsewhere.
    without = {"balancer", "behind", "encryption", "flow", "monitoring", "public_name", "ranges", "through", "uncertified"}
    without |= {"zone"}
    assert {*groups} == {f"checks-{subject}" for subject in all_checks() if subject not in without}
    assert groups["checks-health"]["summary"] == {"passed": 0, "skipped": 0, "failed": 1}
    assert all(group["checks"][0]["verdict"] == "passed" for key, group in groups.items() if key != "checks-health")


def test_much_evidence_is_cut() -> None:
    report = report_of(ALONE)
    report["checks"][0]["evidence"] = [f"line {number}" for number in range(25)]
    shown = next(
        check
        for one in page_content(report)["evidence"]
        for check in one["checks"]
        if check["title"] == report["checks"][0]["title"]
    )
    assert (len(shown["evidence"]), shown["more"]) == (20, 5)
