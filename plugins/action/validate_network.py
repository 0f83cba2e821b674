# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judges the whole document on the controller. Documented in plugins/modules/validate_network.py."""

from __future__ import annotations

from datetime import date
from typing import Any

from ansible.plugins.action import ActionBase

from ..module_utils.faults import Faults
from ..plugin_utils.environment import Environment, environments
from ..plugin_utils.whole_document import WholeDocument


class ActionModule(ActionBase):
    """One task, one list of all faults, before any host is touched."""

    _requires_connection = False
    supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Judge each environment that the play reaches, and tell."""
        result = super().run(tmp, task_vars)
        self.validate_argument_spec(argument_spec={})
        variables = task_vars or {}
        faults = Faults()
        # Where no host carries a component, the document is still that of the task's host.
        for environment in environments(self._templar, variables, faults) or [Environment(self._templar, variables)]:
            told = {(fault.path, fault.origin, fault.reason) for fault in faults}
            judged = WholeDocument(environment, date.today()).judge()
            faults.extend(fault for fault in judged if (fault.path, fault.origin, fault.reason) not in told)
        return {**result, **self._tell(faults)}

    def _tell(self, faults: Faults) -> dict[str, Any]:
        for warning in faults.warnings:
            self._display.warning(str(warning))
        for note in faults.notes:
            self._display.display(f"Note: {note}")
        count = len(faults.errors)
        if not count:
            return {"changed": False}
        # Once: what a failed task returns is shown twice.
        self._display.error(f"The network data has {faults.summary()}", wrap_text=False)
        msg = f"The network data has {count} fault{'' if count == 1 else 's'}, listed above."
        return {"changed": False, "failed": True, "msg": msg}
