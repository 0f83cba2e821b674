# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hold what was seen of a system against its data. Documented in plugins/modules/prove.py."""

from __future__ import annotations

import time
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..module_utils.proof.declared import DeclaredError, read_declared
from ..module_utils.proof.judge import Evidence, judge
from ..module_utils.proof.junit import junit_xml
from ..module_utils.proof.report import plain_report
from ..module_utils.proof.text import report_text

# What a task returns for a host that could not be reached has none of the module's own values.
_TRIED, _OBSERVED, _ANSWERED = "results", "observations", "answers"


class ActionModule(ActionBase):
    """Judge, print the table for people, return the report for programs."""

    _requires_connection = False
    supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The report; faults in the system do not fail the task, faults in the data do."""
        result = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(
            argument_spec={
                name: {"type": "dict", "required": True} for name in ("data", "tried", "observed", "answered")
            }
        )
        try:
            declared = read_declared(args["data"])
        except DeclaredError as error:
            raise AnsibleActionFail(f"The network data has {error}") from error
        observed = {host: seen for host, seen in args["observed"].items() if _OBSERVED in seen}
        controllers = {seen[_OBSERVED]["client"] for seen in observed.values() if "client" in seen[_OBSERVED]}
        evidence = Evidence(
            vantages=declared.vantages(sorted(controllers)),
            results={name: seen[_TRIED] for name, seen in args["tried"].items() if _TRIED in seen},
            observed=observed,
            answers={host: seen for host, seen in args["answered"].items() if _ANSWERED in seen},
            now=time.time(),
            unreachable=frozenset(name for name, seen in args["tried"].items() if _TRIED not in seen),
        )
        report = plain_report(declared.matrix, evidence.vantages, judge(declared, evidence), evidence.now)
        text = report_text(report)
        self._display.display(f"\n{text}\n")
        return {**result, "changed": False, "text": text, "report": report, "junit": junit_xml(report)}
