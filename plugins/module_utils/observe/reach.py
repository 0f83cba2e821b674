# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether components get through to others, tried as their own users with real connections."""

from __future__ import annotations

import pwd
import socket
from collections.abc import Mapping, Sequence
from typing import Any

from ..acting import acting_as
from .run import Run

_TIMEOUT_SECONDS = 3.0


def observe(_run: Run, connections: Sequence[Mapping[str, Any]]) -> list[str]:
    """What became of each connection (``user``, ``address``, ``port``), in their order; empty where it was made."""
    return [_attempt(one["user"], one["address"], int(one["port"])) for one in connections]


def _attempt(user: str, address: str, port: int) -> str:
    try:
        account = pwd.getpwnam(user)
    except KeyError:
        return f"the host has no user {user}"
    try:
        with acting_as(account.pw_uid, account.pw_gid):
            socket.create_connection((address, port), _TIMEOUT_SECONDS).close()
    except TimeoutError:
        return f"no answer within {_TIMEOUT_SECONDS:g} s"
    except OSError as error:
        return str(error.strerror or error)
    return ""
