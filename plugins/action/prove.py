# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hold what was seen of a system against its data. Documented in plugins/modules/prove.py."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from ..module_utils.checks.intent import Intent
from ..module_utils.checks.judge import judge
from ..module_utils.checks.model import Evidence, Look
from ..module_utils.proof.junit import junit_xml
from ..module_utils.proof.page import page_content
from ..module_utils.proof.report import plain_report
from ..module_utils.proof.text import report_text
from ..plugin_utils.intent import intent_of
from ..plugin_utils.network import Network
from ..plugin_utils.reports import write_reports
from ..plugin_utils.site_command import site_command
from ..plugin_utils.template_file import render


class ActionModule(ActionBase):
    """Judge, print the table for people, write and return the report for programs."""

    _requires_connection = False
    supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The report; faults in the system do not fail the task, faults in the data do."""
        result = super().run(tmp, task_vars)
        variables = task_vars or {}
        _validation, args = self.validate_argument_spec(
            argument_spec={
                "examined": {"type": "str", "required": True},
                "reports": {"type": "path"},
            }
        )
        intent = intent_of(Network.of_run(self._templar, variables), site_command(variables))
        evidence = _evidence(intent, variables["hostvars"], args["examined"])
        report = plain_report(intent.matrix, evidence.vantages, judge(intent, evidence), evidence.now)
        text, junit = report_text(report), junit_xml(report)
        self._display.display(f"\n{text}\n")
        directory = Path(args["reports"]).absolute() if args["reports"] else None
        if directory:
            self._write(directory, report, junit, variables)
        return {
            **result,
            "changed": False,
            "text": text,
            "report": report,
            "junit": junit,
            "reports": str(directory or ""),
        }

    def _write(self, directory: Path, report: dict[str, Any], junit: str, variables: dict[str, Any]) -> None:
        page = render(self, "proof.html.j2", {**variables, "content": page_content(report)})
        content = {"proof.json": json.dumps(report, indent=4, ensure_ascii=False) + "\n", "proof.xml": junit}
        write_reports(directory, {**content, "proof.html": page})


def _evidence(intent: Intent, hostvars: Any, name: str) -> Evidence:
    """What ``examine_host`` registered for the hosts and clients that this run took in."""
    # What was registered holds no expressions, and to look for some takes a quarter of a second.
    places = [place for place in (*intent.matrix.hosts, *intent.clients) if place in hostvars]
    registered = {place: hostvars.raw_get(place).get(name, {}) for place in places}
    examined = {place: one for place, one in registered.items() if "observations" in one}
    looks = {place: Look(one["observations"], one["unobserved"]) for place, one in examined.items()}
    controllers = {look.seen["client"] for look in looks.values() if "client" in look.seen}
    return Evidence(
        vantages=intent.vantages(sorted(controllers)),
        looks=looks,
        now=time.time(),
        unreachable={place: one["unreached"] for place, one in examined.items() if one["unreached"]},
    )
