# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask Prometheus what rows are used for. Documented in plugins/modules/row_usage.py."""

from __future__ import annotations

import time
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..module_utils.document.programs import APPLICATIONS, PROMETHEUS
from ..module_utils.matrix.compile import endpoint_of
from ..module_utils.matrix.model import Matrix
from ..module_utils.monitoring.usage import usage_of, usage_query
from ..module_utils.monitoring.usage_text import plain_usage, usage_text
from ..plugin_utils.environment import Environment
from ..plugin_utils.network import Network


class ActionModule(ActionBase):
    """Ask on the host, print the answer for people, return it for programs."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The answer; fails where Prometheus does not give one."""
        result = super().run(tmp, task_vars)
        variables = task_vars or {}
        _validation, args = self.validate_argument_spec(argument_spec={"days": {"type": "int", "default": 30}})
        if args["days"] < 1:
            raise AnsibleActionFail(f"days: {args['days']} is not a number of days; use 1 or more")
        matrix = Network(Environment(self._templar, variables)).matrix
        asked = _prometheus(matrix, variables["inventory_hostname"])
        if asked is None:
            return {**result, "changed": False, "skipped": True, "skip_reason": "Prometheus runs on another host"}
        look_at = {"prometheus": {**asked, "query": usage_query(args["days"])}}
        told = self._execute_module(
            module_name="nostromo.networking.observe_host", module_args={"look_at": look_at}, task_vars=variables
        )
        if "prometheus" not in told.get("observations", {}):
            reason = told.get("unobserved", {}).get("prometheus") or told.get("msg", "the host did not answer")
            raise AnsibleActionFail(f"The figures cannot be had: {reason}")
        usage = usage_of(matrix, told["observations"]["prometheus"], args["days"])
        text = usage_text(usage, time.time())
        self._display.display(f"\n{text}\n")
        return {**result, "changed": False, "text": text, "usage": plain_usage(usage)}


def _prometheus(matrix: Matrix, name: str) -> dict[str, str] | None:
    """Where a host's Prometheus listens and the user who may ask it, its own. :raises AnsibleActionFail: no host has one."""
    speaking = matrix.speaking(APPLICATIONS[PROMETHEUS])
    if not any(matrix.hosts_of(key) for key in speaking):
        raise AnsibleActionFail(
            "No host has a Prometheus that counts what rows are used for: give a component with the application Prometheus"
            " a host (README, Monitoring), and run site.yml"
        )
    host = matrix.hosts[name]
    component = next((matrix.components[key] for key in speaking if key in host.components), None)
    if component is None:
        return None
    return {"endpoint": endpoint_of(matrix, host, host, component), "user": component.user or "root"}
