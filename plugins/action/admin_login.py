# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prove from the controller that an admin can log in by key and use sudo. Documented in plugins/modules/admin_login.py."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..plugin_utils.fresh_connection import FreshConnection


class ActionModule(ActionBase):
    """Open a new connection for each candidate until one has proven itself."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the user that has logged in, or fail with the reason for each that could not."""
        result = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(
            argument_spec={
                "users": {"type": "list", "elements": "str", "required": True},
                "address": {"type": "str"},
                "port": {"type": "int"},
                "private_key_file": {"type": "path"},
                "timeout_seconds": {"type": "int", "default": 10},
            }
        )
        if self._task.check_mode:
            return {**result, "changed": False, "skipped": True, "msg": "in check mode nobody logs in"}
        users = args.pop("users")
        fresh = FreshConnection(self, task_vars or {}, **args)
        user, failures = fresh.first_user(users, ["true"])
        if user is None:
            raise AnsibleActionFail(
                f"no admin can log in to {fresh} over a new connection with a key and use sudo:\n  "
                + "\n  ".join(failures)
            )
        if fresh.user == "root":
            self._display.warning(
                f"{fresh.target.address}: Ansible connects as root. Set ansible_user to {user} (and become) for the next run"
            )
        return {**result, "changed": False, "user": user, "address": fresh.target.address}
