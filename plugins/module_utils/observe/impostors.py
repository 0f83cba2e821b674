# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether anybody but a component's own user is heard on its port, as it would be while the component is down.

Tried beside the component: on the same port of a loopback address that it does not use.
"""

from __future__ import annotations

import pwd
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from ..acting import acting_as
from ..probe.connect import Attempt, attempt_all
from .run import ObservationError, Run

ADDRESS = "127.0.0.2"
#: Who takes the ports: the system user that no component runs as.
IMPOSTOR = "nobody"
#: The stranger could not even take the port.
UNBOUND = "unbound"
_TIMEOUT_SECONDS = 1.0


def observe(_run: Run, ports: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Component -> what became of a connection by its own ``user`` to a stranger on its ``port``: a word of
    :mod:`..probe.connect`, or :data:`UNBOUND`.
    """
    try:
        stranger = pwd.getpwnam(IMPOSTOR)
    except KeyError:
        raise ObservationError(f"the host has no user {IMPOSTOR}") from None
    heard = dict.fromkeys(ports, UNBOUND)
    attempts = {}
    with ExitStack() as listening:
        with acting_as(stranger.pw_uid, stranger.pw_gid):
            for component, one in ports.items():
                try:
                    listening.enter_context(socket.create_server((ADDRESS, one["port"])))
                except OSError:
                    continue
                attempts[component] = Attempt(ADDRESS, one["port"], user=one["user"])
        found = attempt_all(list(attempts.values()), _TIMEOUT_SECONDS)
    return heard | {component: outcomes[0].outcome for component, outcomes in zip(attempts, found, strict=True)}
