# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The proof as JUnit XML, which CI systems show as tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from ..quoting.pages import xml


def junit_xml(report: Mapping[str, Any]) -> str:
    """A test suite for each kind of check; what failed is a failure, with what puts it right."""
    summary = report["summary"]
    root = ElementTree.Element(
        "testsuites",
        name="nostromo.networking",
        tests=str(sum(summary.values())),
        failures=str(summary["failed"]),
        skipped=str(summary["skipped"]),
    )
    subjects = dict.fromkeys(check["subject"] for check in report["checks"])
    for subject in subjects:
        checks = [check for check in report["checks"] if check["subject"] == subject]
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=subject,
            timestamp=report["time"],
            tests=str(len(checks)),
            failures=str(sum(check["verdict"] == "failed" for check in checks)),
            errors="0",
            skipped=str(sum(check["verdict"] == "skipped" for check in checks)),
        )
        for check in checks:
            _add_case(suite, check)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _add_case(suite: ElementTree.Element, check: Mapping[str, Any]) -> None:
    where = check["host"] or check["row"] or "default"
    case = ElementTree.SubElement(
        suite, "testcase", classname=xml(f"{check['subject']}.{where}"), name=xml(check["title"])
    )
    evidence = xml("\n".join([*check["evidence"], *(f"mend: {command}" for command in check["remedy"])]))
    if check["verdict"] == "failed":
        ElementTree.SubElement(case, "failure", message=xml(check["reason"])).text = evidence
    elif check["verdict"] == "skipped":
        ElementTree.SubElement(case, "skipped", message=xml(check["reason"]))
    elif evidence:
        ElementTree.SubElement(case, "system-out").text = evidence
