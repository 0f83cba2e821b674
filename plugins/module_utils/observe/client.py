# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who looks at this host over SSH: the address by which it knows the controller."""

from __future__ import annotations

import os
from pathlib import Path

from .run import ObservationError, Run

_VARIABLE = b"SSH_CONNECTION="


def observe(_run: Run) -> str:
    """The client's address, as :func:`ssh_client` finds it."""
    address = ssh_client()
    if not address:
        raise ObservationError("Ansible does not reach this host over SSH")
    return address


def ssh_client() -> str:
    """The client's address in ``SSH_CONNECTION`` (ssh(1)) of this process or, since sudo takes it away, of one above it.

    Empty over another connection than SSH.
    """
    process = os.getpid()
    while process > 1:
        address = client_address(_read(process, "environ"))
        if address:
            return address
        process = parent(_read(process, "stat").decode("utf-8", "replace"))
    return ""


def client_address(environment: bytes) -> str:
    """The address in the variables of a process (proc(5)), each ended by a zero byte; empty if there is none."""
    for variable in environment.split(b"\0"):
        if variable.startswith(_VARIABLE):
            words = variable[len(_VARIABLE) :].decode("ascii", "replace").split()
            return words[0] if words else ""
    return ""


def parent(stat: str) -> int:
    """The parent of a process in its ``/proc/PID/stat`` (proc(5)); its name, in parentheses, may hold anything."""
    words = stat.rpartition(")")[2].split()
    return int(words[1]) if len(words) > 1 else 0


def _read(process: int, what: str) -> bytes:
    try:
        return Path(f"/proc/{process}/{what}").read_bytes()
    except OSError:
        return b""
