# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The proof as JUnit XML, which CI systems show as tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

_FORBIDDEN = {code: None for code in range(32) if code not in (9, 10, 13)}  # XML 1.0, section 2.2


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
        suite, "testcase", classname=f"{check['subject']}.{where}", name=_clean(check["title"])
    )
    evidence = _clean("\n".join([*check["evidence"], *(f"mend: {command}" for command in check["remedy"])]))
    if check["verdict"] == "failed":
        ElementTree.SubElement(case, "failure", message=_clean(check["reason"])).text = evidence
    elif check["verdict"] == "skipped":
        ElementTree.SubElement(case, "skipped", message=_clean(check["reason"]))
    elif evidence:
        ElementTree.SubElement(case, "system-out").text = evidence


def _clean(text: str) -> str:
    return text.translate(_FORBIDDEN)
