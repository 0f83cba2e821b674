# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What HAProxy says of the nodes that it spreads requests over, and what callers are answered through it.

By its socket for administrators; see section 9.3, "Unix Socket commands", of HAProxy's management guide.
"""

from __future__ import annotations

import csv
import socket
from collections.abc import Mapping
from typing import Any, TypedDict

from . import health
from .run import ObservationError, Run

_SOCKET = "/run/haproxy/admin.sock"
#: Of every backend (-1) the servers alone (4, a bit mask).
_COMMAND = b"show stat -1 4 -1\n"
_SECONDS = 2.0
_MOST_BYTES = 4 << 20
#: Of the backends that the role makes for a component, the one whose nodes are checked.
_CHECKED = "_nodes"


class Node(TypedDict):
    """A node with its ``endpoint`` (``address:port``) and its ``status``: ``UP``, ``DOWN``, ``MAINT``, ``DRAIN``, ``no check``, …
    with what its last check said in parentheses.
    """

    endpoint: str
    status: str


class Balancer(TypedDict):
    """Component -> name -> node; and component -> what is wrong with its answer through the balancer, empty for nothing."""

    nodes: dict[str, dict[str, Node]]
    answers: dict[str, str]


def observe(run: Run, callers: Mapping[str, Mapping[str, Any]]) -> Balancer:
    """Each component with a health check is asked as one of its ``callers``, as :func:`.health.observe` does.

    :raises ObservationError: HAProxy does not say.
    """
    return {"nodes": read_nodes(_asked()), "answers": health.observe(run, callers)}


def read_nodes(printed: str) -> dict[str, dict[str, Node]]:
    """The answer of HAProxy, which is CSV with a heading."""
    found: dict[str, dict[str, Node]] = {}
    for row in csv.DictReader(printed.removeprefix("# ").splitlines()):
        backend, name, status = (row.get(column) or "" for column in ("pxname", "svname", "status"))
        if backend.endswith(_CHECKED):
            # "UP 1/2" is on its way down.
            said = row.get("check_desc") or row.get("check_status") or ""
            node: Node = {"endpoint": row.get("addr") or "", "status": f"{status} ({said})" if said else status}
            found.setdefault(backend.removesuffix(_CHECKED), {})[name] = node
    return found


def _asked() -> str:
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(_SECONDS)
            client.connect(_SOCKET)
            client.sendall(_COMMAND)
            said = b""
            while piece := client.recv(1 << 16):
                said += piece
                if len(said) > _MOST_BYTES:
                    raise ObservationError(f"{_SOCKET} does not come to an end")
    except OSError as error:
        raise ObservationError(f"{_SOCKET}: {error.strerror or error}") from error
    return said.decode("utf-8", "replace")
