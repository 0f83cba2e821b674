# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The proof told: as plain data, as text and as JUnit XML."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any
from xml.etree import ElementTree

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.checks.judge import judge
from ansible_collections.nostromo.networking.plugins.module_utils.checks.model import Finding
from ansible_collections.nostromo.networking.plugins.module_utils.checks.probes import Probe
from ansible_collections.nostromo.networking.plugins.module_utils.proof.junit import junit_xml
from ansible_collections.nostromo.networking.plugins.module_utils.proof.page import page_content
from ansible_collections.nostromo.networking.plugins.module_utils.proof.report import plain_report
from ansible_collections.nostromo.networking.plugins.module_utils.proof.text import report_text
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.checks.simulated import (
    NOW,
    ONE_SERVER,
    data_of,
    ending,
    evidence_of,
)


@pytest.fixture(scope="module")
def failing() -> dict[str, Any]:
    """One server whose database is open to the internet over IPv4 and whose ETL has no answer from it."""
    intent, evidence = evidence_of(data_of(ONE_SERVER))

    def fate(probe: Probe) -> dict[str, str]:
        if probe.vantage == "outside" and probe.port == 5432:
            return {"outcome": "open"}
        return {"outcome": "refused"} if (probe.source, probe.port) == ("etl", 5432) else {}

    vantages = intent.vantages(["192.0.2.1"])
    return plain_report(intent.matrix, vantages, judge(intent, ending(evidence, fate)), NOW)


def test_report_is_plain_data(failing: dict[str, Any]) -> None:
    assert json.loads(json.dumps(failing)) == failing
    assert (failing["verdict"], failing["time"], failing["summary"]["failed"]) == ("failed", "2027-01-15T08:00:00Z", 2)
    assert {row["name"] for row in failing["rows"] if row["verdict"] == "failed"} == {"No DB", "Ingestion"}
    assert failing["system"]["components"]["mother"]["hosts"] == ["server"]


def test_text_tells_rows_then_faults_with_what_was_seen(failing: dict[str, Any]) -> None:
    lines = report_text(failing).splitlines()
    assert lines[0] == "Rows of the matrix"
    assert "  FAULT      network_flows[4]  No DB: any → mother 5432/tcp deny  (6 tried)" in lines
    assert "  proven     network_flows[5]  Queries: orchestrator → mother 5432/tcp allow  (1 tried)" in lines
    told = lines.index("  - internet → mother 5432/tcp: deny (network_flows[4])")
    assert lines.index("Faults") < told
    assert lines[told : told + 4] == [
        "  - internet → mother 5432/tcp: deny (network_flows[4])",
        "      it is open",
        "      seen: outside (198.51.100.9) → 203.0.113.7:5432/tcp: open",
        "      mend: ansible-playbook site.yml --tags firewall",
    ]
    assert "  - etl → mother 5432/tcp: allow (network_flows[6])" in lines
    assert lines[-1] == f"{failing['summary']['passed']} proven, {failing['summary']['skipped']} not tried, 2 faults"


def test_junit_holds_each_check_once(failing: dict[str, Any]) -> None:
    root = ElementTree.fromstring(junit_xml(failing))
    cases = root.findall(".//testcase")
    assert (root.get("tests"), root.get("failures")) == (str(len(failing["checks"])), "2")
    assert [case.get("name") for case in cases] == [check["title"] for check in failing["checks"]]
    failure = next(case for case in cases if case.get("name") == "internet → mother 5432/tcp: deny").find("failure")
    assert failure is not None
    assert (failure.get("message"), failure.text) == (
        "it is open",
        "outside (198.51.100.9) → 203.0.113.7:5432/tcp: open\nmend: ansible-playbook site.yml --tags firewall",
    )


def test_what_xml_forbids_is_shown_by_its_number(failing: dict[str, Any]) -> None:
    check = Finding("a\x00b", "failed", "c\x1bd <&>", ("e\x08f\ufffe\ud800",), subject="health")
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
        {
            **Finding(
                f"{name} → dhcp 67/udp: allow", "skipped", "no answer", subject="flow", row="network_flows[0]"
            ).__dict__
        }
        for name in ("nginx", "etl")
    ]
    report = {**failing, "checks": checks, "summary": {"passed": 0, "skipped": 2, "failed": 0}}
    assert report_text(report).splitlines()[-5:] == [
        "Not tried",
        "  - network_flows[0] HTTP: nginx → dhcp 67/udp: allow; etl → dhcp 67/udp: allow",
        "      no answer",
        "",
        "0 proven, 2 not tried, 0 faults",
    ]


def test_every_subject_reaches_everything_that_is_told(failing: dict[str, Any]) -> None:
    """A check is one file: what it finds is on the terminal, on the page, in JSON and in JUnit without another being told."""
    for subject, title in failing["subjects"].items():
        found = Finding(
            f"it holds {subject}",
            "failed",
            "it does not",
            ("seen",),
            ("mend it",),
            subject,
            action="deny",
            source="etl",
            destination="mother",
        )
        one = json.loads(json.dumps(asdict(found)))
        report = {**failing, "checks": [one], "summary": {"passed": 0, "skipped": 0, "failed": 1}}
        text = report_text(report)
        assert all(part in text for part in ("it holds", "it does not", "seen", "mend it"))
        assert subject == "flow" or f"FAULT      {title}  (1 tried)" in text
        page = page_content(report)
        assert [check["title"] for check in page["faults"]] == [found.title]
        assert subject == "flow" or [group["title"] for group in page["groups"]] == [title]
        [suite] = ElementTree.fromstring(junit_xml(report)).findall("testsuite")
        assert (suite.get("name"), suite.get("failures")) == (subject, "1")


def test_a_subject_is_the_name_of_a_file(failing: dict[str, Any]) -> None:
    assert {*failing["subjects"]} >= {"flow", "host", "listener", "ssh", "access", "firewall", "renewal"}
    # Nothing measures there, no component has several nodes, nobody is in front, behind a bastion or shows a certificate.
    absent = {"balancer", "behind", "encryption", "monitoring", "public_name", "ranges", "through", "uncertified", "zone"}
    assert {check["subject"] for check in failing["checks"]} == {*failing["subjects"]} - absent
