# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prove from the controller that an admin can log in by key and use sudo. Documented in plugins/modules/admin_login.py."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.nostromo.networking.plugins.module_utils.ssh.client import Target, proof, reason


class ActionModule(ActionBase):
    """Open a new connection for each candidate until one has proven itself."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the user that has logged in, or fail with the reason for each that could not."""
        result = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(
            argument_spec={
                "users": {"type": "list", "elements": "str", "required": True},
                "command": {"type": "list", "elements": "str", "default": ["true"]},
                "address": {"type": "str"},
                "port": {"type": "int"},
                "private_key_file": {"type": "path"},
                "timeout_seconds": {"type": "int", "default": 10},
            }
        )
        if self._task.check_mode:
            return {**result, "changed": False, "skipped": True, "msg": "in check mode nobody logs in"}
        target = self._target(args, task_vars or {})
        failures = []
        for user in args["users"]:
            failure = self._try(target, user, args["command"])
            if failure is None:
                if self._option("remote_user") == "root":
                    self._display.warning(
                        f"{target.address}: Ansible connects as root. Set ansible_user to {user} (and become) for the next run"
                    )
                return {**result, "changed": args["command"] != ["true"], "user": user, "address": target.address}
            failures.append(failure)
        where = f"{target.address} port {target.port or 22}"
        raise AnsibleActionFail(
            f"no admin can log in to {where} over a new connection with a key and use sudo:\n  " + "\n  ".join(failures)
        )

    def _option(self, name: str, default: Any = None) -> Any:
        """An option of the connection; ``default`` for a connection that has no such option."""
        try:
            return self._connection.get_option(name)
        except KeyError:
            return default

    def _target(self, args: dict[str, Any], task_vars: dict[str, Any]) -> Target:
        """How to reach the host: the task's arguments, else as Ansible's own connection does."""
        over_ssh = self._connection.transport == "ssh"
        address = args["address"] or task_vars.get("ansible_host") or (self._option("host") if over_ssh else None)
        if not address:
            raise AnsibleActionFail(
                f"Ansible reaches this host by the connection {self._connection.transport!r}, which shows no address to"
                " prove a login at; give the address of its SSH server"
            )
        words: list[str] = []
        for name in ("ssh_args", "ssh_common_args", "ssh_extra_args"):
            words += shlex.split(self._option(name) or "") if over_ssh else []
        key = (
            args["private_key_file"]
            or self._option("private_key_file")
            or task_vars.get("ansible_ssh_private_key_file")
        )
        return Target(
            address=str(address),
            port=args["port"] or (self._option("port") if over_ssh else None),
            private_key_file=os.path.expanduser(key) if key else None,
            executable=self._option("ssh_executable") or "ssh",
            arguments=tuple(words),
            check_host_key=bool(self._option("host_key_checking", True)),
            timeout_seconds=args["timeout_seconds"],
        )

    @staticmethod
    def _try(target: Target, user: str, command: list[str]) -> str | None:
        """Log in as one user and run the command with sudo; return what went wrong."""
        words = proof(target, user, ["sudo", "-n", "--", *command])
        try:
            done = subprocess.run(
                words,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=target.timeout_seconds * 3,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"{user}: no answer within {target.timeout_seconds * 3} s"
        except OSError as error:
            raise AnsibleActionFail(f"cannot run {target.executable} on the controller: {error.strerror}") from error
        return None if done.returncode == 0 else reason(done.returncode, done.stderr or done.stdout, user)
