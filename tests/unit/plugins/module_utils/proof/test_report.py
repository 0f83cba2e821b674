# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The proof told: as plain data, as text and as JUnit XML."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.proof.judge import judge
from ansible_collections.nostromo.networking.plugins.module_utils.proof.junit import junit_xml
from ansible_collections.nostromo.networking.plugins.module_utils.proof.model import Check
from ansible_collections.nostromo.networking.plugins.module_utils.proof.plan import plan
from ansible_collections.nostromo.networking.plugins.module_utils.proof.report import plain_report
from ansible_collections.nostromo.networking.plugins.module_utils.proof.text import report_text
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.proof.simulated import (
    NOW,
    ONE_SERVER,
    data_of,
    evidence_of,
)


@pytest.fixture(scope="module")
def failing() -> dict[str, Any]:
    """One server whose database is open to the internet over IPv4 and whose ETL has no answer from it."""
    declared, evidence = evidence_of(data_of(ONE_SERVER))
    results = {name: [list(one) for one in seen] for name, seen in evidence.results.items()}
    for number, probe in enumerate(plan(declared, "outside")):
        if probe.port == 5432:
            results["outside"][number] = [{**results["outside"][number][0], "outcome": "open"}]
    for number, probe in enumerate(plan(declared, "server")):
        if (probe.source, probe.port) == ("etl", 5432):
            results["server"][number] = [{**results["server"][number][0], "outcome": "refused"}]
    vantages = declared.vantages(["192.0.2.1"])
    return plain_report(declared.matrix, vantages, judge(declared, replace(evidence, results=results)), NOW)


def test_report_is_plain_data(failing: dict[str, Any]) -> None:
    assert json.loads(json.dumps(failing)) == failing
    assert (failing["verdict"], failing["time"], failing["summary"]["fault"]) == ("fault", "2027-01-15T08:00:00Z", 2)
    assert {row["name"] for row in failing["rows"] if row["verdict"] == "fault"} == {"No DB", "Ingestion"}
    assert failing["system"]["components"]["mother"]["hosts"] == ["server"]


def test_text_tells_rows_then_faults_with_what_was_seen(failing: dict[str, Any]) -> None:
    lines = report_text(failing).splitlines()
    assert lines[0] == "Rows of the matrix"
    assert "  FAULT      network_flows[4]  No DB: any → mother 5432/tcp deny  (6 tried)" in lines
    assert "  proven     network_flows[5]  Queries: orchestrator → mother 5432/tcp allow  (1 tried)" in lines
    told = lines.index("  - internet → mother 5432/tcp: deny (network_flows[4])")
    assert lines.index("Faults") < told
    assert lines[told : told + 3] == [
        "  - internet → mother 5432/tcp: deny (network_flows[4])",
        "      it is open",
        "      seen: outside (198.51.100.9) → 203.0.113.7:5432/tcp: open",
    ]
    assert "  - etl → mother 5432/tcp: allow (network_flows[6])" in lines
    assert lines[-1] == f"{failing['summary']['proven']} proven, {failing['summary']['untried']} not tried, 2 faults"


def test_junit_holds_each_check_once(failing: dict[str, Any]) -> None:
    root = ElementTree.fromstring(junit_xml(failing))
    cases = root.findall(".//testcase")
    assert (root.get("tests"), root.get("failures")) == (str(len(failing["checks"])), "2")
    assert [case.get("name") for case in cases] == [check["title"] for check in failing["checks"]]
    failure = next(case for case in cases if case.get("name") == "internet → mother 5432/tcp: deny").find("failure")
    assert failure is not None
    assert (failure.get("message"), failure.text) == (
        "it is open",
        "outside (198.51.100.9) → 203.0.113.7:5432/tcp: open",
    )


def test_what_xml_forbids_is_shown_by_its_number(failing: dict[str, Any]) -> None:
    check = Check("health", "a\x00b", "fault", "c\x1bd <&>", ("e\x08f\ufffe\ud800",))
    report = {**failing, "checks": [{**check.__dict__, "evidence": list(check.evidence)}]}
    [case] = ElementTree.fromstring(junit_xml(report)).findall(".//testcase")
    failure = case.find("failure")
    assert failure is not None
    assert (case.get("name"), failure.get("message"), failure.text) == (
        "a\\x00b",
        "c\\x1bd <&>",
        "e\\x08f\\xfffe\\xd800",
    )


def test_what_was_not_tried_is_told_together(failing: dict[str, Any]) -> None:
    checks = [
        {**Check("flow", f"{name} → dhcp 67/udp: allow", "untried", "no answer", row="network_flows[0]").__dict__}
        for name in ("nginx", "etl")
    ]
    report = {**failing, "checks": checks, "summary": {"proven": 0, "untried": 2, "fault": 0}}
    assert report_text(report).splitlines()[-5:] == [
        "Not tried",
        "  - network_flows[0] HTTP: nginx → dhcp 67/udp: allow; etl → dhcp 67/udp: allow",
        "      no answer",
        "",
        "0 proven, 2 not tried, 0 faults",
    ]
