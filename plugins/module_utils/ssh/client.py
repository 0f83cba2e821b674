# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The command line of an OpenSSH client that proves a key login over a connection of its own. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from ..endpoint import endpoint


@dataclass(frozen=True)
class Target:
    """How the controller reaches a host, as Ansible's SSH connection does.

    ``arguments`` are the further options that the inventory gives the client, such as a jump host.
    """

    address: str
    port: int | None = None
    private_key_file: str | None = None
    executable: str = "ssh"
    arguments: tuple[str, ...] = ()
    check_host_key: bool = True
    timeout_seconds: int = 10


def proof(target: Target, user: str, remote_command: Sequence[str]) -> list[str]:
    """A client that connects anew, by key alone and without asking, and runs a command."""
    return [*_client(target, user), "--", target.address, shlex.join(remote_command)]


def onward(target: Target, user: str, address: str, port: int) -> list[str]:
    """A client that connects likewise, and goes on through the host to another, as jumps do (``-J``)."""
    return [*_client(target, user), "-W", endpoint(address, port), "--", target.address]


def _client(target: Target, user: str) -> list[str]:
    """The client up to the address.

    It keeps the first value of an option that it sees, so those that make the proof come before the inventory's.
    """
    options = {
        "ControlMaster": "no",
        "ControlPath": "none",
        "BatchMode": "yes",
        "PreferredAuthentications": "publickey",
        "PasswordAuthentication": "no",
        "ConnectTimeout": str(target.timeout_seconds),
        "ConnectionAttempts": "1",
        "LogLevel": "ERROR",
    }
    if not target.check_host_key:
        options |= {"StrictHostKeyChecking": "no", "UserKnownHostsFile": "/dev/null"}
    if target.port:
        options["Port"] = str(target.port)
    if target.private_key_file:
        options["IdentityFile"] = f'"{target.private_key_file}"'
    words = [target.executable, "-T"]
    for name, value in options.items():
        words += ["-o", f"{name}={value}"]
    return [*words, *target.arguments, "-l", user]


def reason(status: int, said: str, user: str) -> str:
    """Why a proof failed, for the user."""
    last = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "no output")
    if status != 255:
        return f"{user}: the key login works, but sudo does not without a password: {last}"
    if "Permission denied" in last:
        return f"{user}: the host accepts none of the keys that this controller offers"
    return f"{user}: {last}"
