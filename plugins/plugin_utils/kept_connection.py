# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The SSH connection that Ansible keeps open (ControlPersist) and that may outlive settings which admit no new one."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Sequence

from ansible.plugins.action import ActionBase

from .fresh_connection import as_root


def try_over_kept(action: ActionBase, command: Sequence[str], seconds: float) -> None:
    """Have a command run with sudo over the open connection, if there is one and it still gets through in time.

    Ansible itself would wait for an answer until TCP gives up; so nothing is said of what became of it.
    """
    connection = action._connection
    if connection.transport != "ssh" or connection.get_option("password"):
        return
    become = connection.become
    password = become.get_option("become_pass") if become else None
    words, told = as_root(command, connection.get_option("remote_user"), password)
    client = connection._build_command(
        connection.get_option("ssh_executable"), "ssh", connection.host, shlex.join(words)
    )
    try:
        subprocess.run(client, input=told.encode(), capture_output=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return
