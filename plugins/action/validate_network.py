# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judges the whole document on the controller. Documented in plugins/modules/validate_network.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible.plugins.action import ActionBase

from ..module_utils.faults import Faults
from ..module_utils.matrix.placing import carried
from ..plugin_utils.whole_document import WholeDocument, declared_in


class ActionModule(ActionBase):
    """One task, one list of all faults, before any host is touched."""

    _requires_connection = False
    supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Judge each environment that the play reaches, and tell."""
        result = super().run(tmp, task_vars)
        self.validate_argument_spec(argument_spec={})
        faults = Faults()
        for variables in _environments(task_vars or {}):
            told = {(fault.path, fault.origin, fault.reason) for fault in faults}
            judged = WholeDocument(self._templar, variables).judge()
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


def _environments(variables: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The variables of one host of each environment; where no host carries a component, those of the task's host."""
    around = {name: variables[name] for name in ("hostvars", "groups")}
    hosts: dict[str, Mapping[str, Any]] = {}
    for host in carried(around["groups"], declared_in(variables)):
        if host in variables["ansible_play_hosts_all"]:
            own = around["hostvars"].raw_get(host)
            hosts.setdefault(str(own.get("network_environment", "all")), own)
    for own in hosts.values() or (variables,):
        yield {**own, **around}
