# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The controller's part of a confirmed commit. Documented in plugins/modules/confirmed_commit.py."""

from __future__ import annotations

import time
from typing import Any

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from ..module_utils.commit.journal import PROGRAM
from ..plugin_utils.fresh_connection import FreshConnection
from ..plugin_utils.url_probe import url_failure

#: How long after the deadline a host may take to be reachable again, in seconds.
GRACE = 30


class ActionModule(ActionBase):
    """Run the module on the host; if the commit waits, try what should prove it, then keep it or have it undone."""

    supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The module's result, or a failure that says what the host's state is."""
        result = super().run(tmp, task_vars)
        variables = task_vars or {}
        confirm = self._task.args.get("confirm") or {}
        fresh = None
        if confirm.get("connection"):
            fresh = FreshConnection(self, variables, confirm.get("address"), confirm.get("port"))
        started = time.monotonic()
        result |= self._execute_module(module_name="nostromo.networking.confirmed_commit", task_vars=variables)
        if not result.pop("waits", False):
            return result
        deadline = started + int(self._task.args.get("deadline_seconds", 60))
        name, identity = self._task.args["name"], result["commit"]
        problem = self._url_problem(confirm, deadline) or self._keep(fresh, confirm, name, identity)
        if problem is None:
            return result
        self._display.warning(f"{variables.get('inventory_hostname')}: {problem}; waiting for the state before")
        back = self._wait_for_rollback(name, identity, deadline)
        return {
            **result,
            "changed": False,
            "failed": True,
            "msg": f"{name}: the change was not confirmed: {problem}\n{back}",
        }

    def _url_problem(self, confirm: dict[str, Any], deadline: float) -> str | None:
        if not confirm.get("url"):
            return None
        return url_failure(
            confirm["url"],
            address=confirm.get("url_address"),
            statuses=confirm.get("url_statuses") or (),
            validate_certs=confirm.get("validate_certs", True),
            until=min(deadline, time.monotonic() + 15),
        )

    def _keep(self, fresh: FreshConnection | None, confirm: dict[str, Any], name: str, identity: str) -> str | None:
        """Tell the host to keep the commit, over a new connection where that is the proof; what went wrong, or ``None``."""
        command = [str(PROGRAM), "confirm", name, identity]
        if fresh is None:
            done = self._low_level_execute_command(" ".join(command), sudoable=True)
            return None if done["rc"] == 0 else (done["stderr"] or done["stdout"]).strip()
        user, failures = fresh.first_user(confirm.get("users") or [fresh.user], command)
        return None if user else f"no new connection to {fresh}: " + "; ".join(failures)

    def _wait_for_rollback(self, name: str, identity: str, deadline: float) -> str:
        """Have the commit undone, at once if the host can be reached, else by its own clock; what became of it."""
        command = f"{PROGRAM} rollback {name} {identity}"
        while True:
            # A connection that new rules have cut off would hang: each try is a new one, with a short time-out.
            self._connection.reset()
            try:
                done = self._low_level_execute_command(command, sudoable=True)
            except AnsibleConnectionFailure:
                done = None
            if done is not None and done["rc"] == 0:
                return "The host can be reached and is as before."
            if done is not None and done["rc"] != 255:
                return (done["stderr"] or done["stdout"]).strip()
            if time.monotonic() > deadline + GRACE:
                return (
                    f"The host cannot be reached {GRACE} s after the deadline at which it returns to the state before."
                )
            time.sleep(1)
