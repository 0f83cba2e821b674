# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""HAProxy's socket for administrators; see section 9.3, "Unix Socket commands", of its management guide."""

from __future__ import annotations

import csv
import socket
from collections.abc import Callable, Iterator, Mapping

SOCKET = "/run/haproxy/admin.sock"
_SECONDS = 2.0
_MOST_BYTES = 4 << 20
#: Of every backend (-1) the servers alone (4, a bit mask).
_SERVERS = "show stat -1 4 -1"
#: Of the backends that the role makes for a component, the one whose nodes are checked; the others have the same nodes.
_CHECKED, _OTHERS = "_nodes", ("_writes", "_unchecked")

#: A command, and what is answered.
Ask = Callable[[str], str]


class AdminError(Exception):
    """HAProxy does not answer, or refuses."""


def ask(command: str, path: str = SOCKET) -> str:
    """The answer to one command.

    :param path: where the socket is.
    :raises AdminError: there is none.
    """
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(_SECONDS)
            client.connect(path)
            client.sendall(f"{command}\n".encode())
            said = b""
            while piece := client.recv(1 << 16):
                said += piece
                if len(said) > _MOST_BYTES:
                    raise AdminError(f"{path} does not come to an end")
    except OSError as error:
        raise AdminError(f"{path}: {error.strerror or error}") from error
    return said.decode("utf-8", "replace")


def nodes(said: Ask = ask) -> dict[str, dict[str, Mapping[str, str]]]:
    """Component -> node -> what HAProxy counts of it, by the names of its columns (section 9.1, "CSV format").

    :raises AdminError: HAProxy does not say.
    """
    found: dict[str, dict[str, Mapping[str, str]]] = {}
    for row in _servers(said):
        if row["pxname"].endswith(_CHECKED):
            found.setdefault(row["pxname"].removesuffix(_CHECKED), {})[row["svname"]] = row
    return found


def in_flight(component: str, node: str, said: Ask = ask) -> int:
    """How many requests a node has.

    :raises AdminError: HAProxy does not say.
    """
    backends = {f"{component}{end}" for end in (_CHECKED, *_OTHERS)}
    return sum(int(row.get("scur") or 0) for row in _servers(said) if row["pxname"] in backends and row["svname"] == node)


def _servers(said: Ask) -> Iterator[Mapping[str, str]]:
    for row in csv.DictReader(said(_SERVERS).removeprefix("# ").splitlines()):
        yield {"pxname": "", "svname": "", **{column: value or "" for column, value in row.items() if column}}


def server(component: str, node: str) -> str:
    """How commands call a component's node."""
    return f"{component}{_CHECKED}/{node}"
