# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A new SSH connection from the controller, apart from Ansible's own.

Ansible keeps one connection open (ControlPersist), which survives rules that admit no new one and so proves nothing.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..module_utils.ssh.client import Target, onward, proof, reason


def as_root(command: Sequence[str], user: str | None, password: str | None) -> tuple[list[str], str]:
    """A command as root's, and what it reads: with sudo, which is given the password on standard input, unless root runs it."""
    if user == "root":
        return list(command), ""
    sudo = ["sudo", "-S", "-p", "", "--"] if password else ["sudo", "-n", "--"]
    return [*sudo, *command], f"{password}\n" if password else ""


class FreshConnection:
    """Reaches a task's host as Ansible does, but anew each time and by key alone."""

    def __init__(
        self,
        action: ActionBase,
        task_vars: Mapping[str, Any],
        address: str | None = None,
        port: int | None = None,
        private_key_file: str | None = None,
        timeout_seconds: int = 10,
    ) -> None:
        """:raises AnsibleActionFail: Ansible reaches the host by other means than SSH, and no address is given."""
        self._connection = action._connection
        over_ssh = self._connection.transport == "ssh"
        where = address or (self._option("host") if over_ssh else None) or task_vars.get("ansible_host")
        if not where:
            raise AnsibleActionFail(
                f"Ansible reaches this host by the connection {self._connection.transport!r}, which shows no address to"
                " prove a login at; give the address of its SSH server"
            )
        words: list[str] = []
        for name in ("ssh_args", "ssh_common_args", "ssh_extra_args"):
            words += shlex.split(self._option(name) or "") if over_ssh else []
        key = private_key_file or self._option("private_key_file") or task_vars.get("ansible_ssh_private_key_file")
        self.user = self._option("remote_user") or task_vars.get("ansible_user") or "root"
        become = self._connection.become
        self._password = become.get_option("become_pass") if become else None
        #: Whether Ansible will go on as this user, with a key: not root, which may be about to be closed.
        self.comes_again = over_ssh and self.user != "root" and not self._option("password")
        self.target = Target(
            address=str(where),
            port=port or (self._option("port") if over_ssh else None),
            private_key_file=os.path.expanduser(key) if key else None,
            executable=self._option("ssh_executable") or "ssh",
            arguments=tuple(words),
            check_host_key=bool(self._option("host_key_checking", True)),
            timeout_seconds=timeout_seconds,
        )

    def _option(self, name: str, default: Any = None) -> Any:
        """An option of the connection; ``default`` for a connection that has no such option."""
        try:
            return self._connection.get_option(name)
        except KeyError:
            return default

    def __str__(self) -> str:
        return f"{self.target.address} port {self.target.port or 22}"

    def host_proof(self) -> list[str]:
        """The command with which the host itself can tell whether this user keeps sudo; none where that cannot be told there.

        A new login tells it as well, but over a connection without sudo nobody can have the host return before its deadline.
        """
        if not self.comes_again or self._password:
            return []
        return [f"runuser --user={shlex.quote(self.user)} -- sudo --non-interactive true"]

    def first_user(self, users: Sequence[str], command: Sequence[str]) -> tuple[str | None, list[str]]:
        """The first user that logs in and runs a command with sudo, and why those before could not."""
        failures: list[str] = []
        for user in users:
            failure = self.failure(user, command)
            if failure is None:
                return user, failures
            failures.append(failure)
        return None, failures

    def failure(self, user: str, command: Sequence[str]) -> str | None:
        """Log in as a user and run a command with sudo; what went wrong, or ``None``."""
        words, told = as_root(command, user, self._password if user == self.user else None)
        done = self._run(proof(self.target, user, words), told, self.target.timeout_seconds * 3)
        if isinstance(done, str):
            return f"{user}: {done}"
        return None if done.returncode == 0 else reason(done.returncode, done.stderr or done.stdout, user)

    def failure_onward(self, user: str, address: str, port: int) -> str | None:
        """Log in as a user and go on to another host's SSH, up to its greeting; what went wrong, or ``None``."""
        done = self._run(onward(self.target, user, address, port), "", self.target.timeout_seconds)
        if isinstance(done, str):
            return f"{user}: {done}"
        return None if done.stdout.startswith("SSH-") else reason(255, done.stderr, user)

    def _run(self, words: list[str], told: str, limit: float) -> subprocess.CompletedProcess[str] | str:
        """What became of the client, or that it did not end in time."""
        try:
            return subprocess.run(
                words, input=told, capture_output=True, text=True, errors="replace", timeout=limit, check=False
            )
        except subprocess.TimeoutExpired:
            return f"no answer within {limit:.0f} s"
        except OSError as error:
            raise AnsibleActionFail(
                f"cannot run {self.target.executable} on the controller: {error.strerror}"
            ) from error
