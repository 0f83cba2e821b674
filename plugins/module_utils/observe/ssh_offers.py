# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How the running sshd lets people prove who they are, whatever its files say by now: asked as a client."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from .run import ObservationError, Run
from .sshd import people

_REFUSED = re.compile(r"Permission denied \((?P<methods>[^)]*)\)")
#: A client without keys that tries no method: the refusal lists those that are left (RFC 4252, section 5.1).
_CLIENT = (
    "ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "PreferredAuthentications=none", "-o", "ConnectTimeout=3",
    "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "GlobalKnownHostsFile=/dev/null",
    "-o", "LogLevel=ERROR",
)  # fmt: skip


def observe(run: Run, port: int, addresses: Sequence[str]) -> dict[str, list[str]]:
    """User (each with a shell, and one that there is not) -> the methods that sshd offers, at the first address that answers."""
    users = people()
    problem = ""
    for address in addresses:
        with ThreadPoolExecutor(max_workers=4) as pool:
            said = list(
                pool.map(lambda user, at=address: run([*_CLIENT, "-p", str(port), f"{user}@{at}", "true"]).err, users)
            )
        found = {user: read_methods(text) for user, text in zip(users, said, strict=True)}
        if all(methods is not None for methods in found.values()):
            return {user: methods or [] for user, methods in found.items()}
        problem = " ".join(said[0].split())
    raise ObservationError(f"sshd does not say how it may be logged in to: {problem}")


def read_methods(said: str) -> list[str] | None:
    """The methods in a refusal; nothing if it is none. None at all are offered where nobody may log in."""
    refused = _REFUSED.search(said)
    return refused["methods"].split(",") if refused else None
