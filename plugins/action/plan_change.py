# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Say what a change of the data means. Documented in plugins/modules/plan_change.py."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils.plan.plan import plan
from ..module_utils.plan.report import Compared, held_plan, plain_plan
from ..module_utils.plan.text import plan_markdown, plan_text
from ..plugin_utils.decisions import decisions
from ..plugin_utils.given_inventory import GivenInventory, sources_of
from ..plugin_utils.reports import write_reports
from ..plugin_utils.revision import Revision, revision


class ActionModule(ActionBase):
    """Compare, print the plan for people, write and return it for programs."""

    _requires_connection = False
    supports_check_mode = True
    supports_diff = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The plan; that something changes does not fail the task, data that cannot be compared do."""
        result = super().run(tmp, task_vars)
        variables = task_vars or {}
        _validation, args = self.validate_argument_spec(
            argument_spec={
                "against": {"type": "str"},
                "looked": {"type": "str"},
                "reports": {"type": "path"},
            },
            mutually_exclusive=[("against", "looked")],
            required_one_of=[("against", "looked")],
        )
        if args["looked"]:
            report = held_plan(_told(variables, args["looked"]))
        else:
            sources = sources_of(variables)
            with revision(args["against"], sources) as earlier:
                report = self._compare(sources, earlier)
        text, markdown = plan_text(report, self._task.diff), plan_markdown(report)
        self._display.display(f"\n{text}\n")
        directory = Path(args["reports"]).absolute() if args["reports"] else None
        if directory:
            write_reports(directory, {"plan.md": markdown, "plan.json": json.dumps(report, indent=4, ensure_ascii=False) + "\n"})
        return {
            **result,
            "changed": False,
            "text": text,
            "markdown": markdown,
            "plan": report,
            "reports": str(directory or ""),
        }

    def _compare(self, sources: list[str], earlier: Revision) -> dict[str, Any]:
        base = self._loader.get_basedir()
        now = GivenInventory.of_run(self, sources, base)
        others = [earlier.counterpart(source) if os.path.exists(source) else source for source in sources]
        for source, other in zip(sources, others, strict=True):
            if os.path.exists(source) and not os.path.exists(other):
                raise AnsibleActionFail(f"{earlier.name} has no inventory {os.path.relpath(source)}")
        before = GivenInventory.of_run(self, others, earlier.counterpart(base))
        try:
            if not before.hosts:
                raise AnsibleActionFail("no inventory has a host there")
            if (faults := before.judge()).errors:
                raise AnsibleActionFail(f"the network data have {faults.summary()}")
            old, new = decisions(now, before, earlier.at_home)
        except AnsibleError as error:
            raise AnsibleActionFail(f"{earlier.name}: {earlier.in_words(str(error))}") from error
        return plain_plan(plan(old, new), Compared(earlier.name, earlier.commit))


def _told(variables: dict[str, Any], name: str) -> dict[str, list[dict[str, Any]]]:
    """What ``plan_host`` registered for the hosts of this run."""
    hostvars = variables["hostvars"]
    registered = {host: hostvars.raw_get(host).get(name) for host in variables["ansible_play_hosts_all"]}
    return {host: one["parts"] if "parts" in one else _silent(one) for host, one in registered.items() if one}


def _silent(registered: dict[str, Any]) -> list[dict[str, Any]]:
    why = " ".join(str(registered.get("msg") or "it does not say why").split())
    text = f"cannot be reached: {why}" if registered.get("unreachable") else f"could not be asked: {why}"
    return [{"subject": "host", "changes": [{"text": text, "difference": []}], "effects": []}]
