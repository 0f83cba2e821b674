# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The SSH connection that Ansible keeps open (ControlPersist) and that may outlive settings which admit no new one."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence
from contextlib import suppress

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from .fresh_connection import as_root

#: How long the process that keeps a connection open may take to say that it is there, in seconds. It does so at once.
PATIENCE = 5


def forget_frozen(action: ActionBase) -> None:
    """Have a new connection made where the process that keeps the open one is stopped, as by a signal or a debugger.

    Such a process goes on listening and never answers, and no time-out of ssh or of Ansible counts while a client waits for
    it: ``ServerAliveInterval`` is its own to see to. Its socket goes, so that nobody asks it again.
    """
    connection = action._connection
    if connection.transport != "ssh":
        return
    executable, host = connection.get_option("ssh_executable"), connection.get_option("host")
    ask = connection._build_command(executable, "ssh", "-O", "check", host)
    try:
        subprocess.run(ask, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        path = _control_path(connection._build_command(executable, "ssh", "-G", host))
        if path:
            Display().warning(
                f"{host}: the SSH connection that was kept open hangs; a new one is made. Its socket was {path}"
            )
            with suppress(FileNotFoundError):
                os.unlink(path)
    except OSError:
        return  # without ssh the task itself says so


def _control_path(command: Sequence[bytes]) -> str | None:
    """Where the socket of the open connection is, by the configuration that ssh prints."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    settings = dict(line.partition(" ")[::2] for line in done.stdout.splitlines())
    path = settings.get("controlpath", "none")
    return None if path == "none" else path


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
