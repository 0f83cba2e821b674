# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One node taken out of a balancer without a request being lost, and readmitted."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from . import admin
from .admin import AdminError, Ask

_EVERY_SECONDS = 0.1
#: How the status of a node begins that gets requests.
TAKES = ("UP", "no check")

Waiting = Callable[[float], None]


def drain(component: str, node: str, seconds: float, ask: Ask = admin.ask, wait: Waiting = time.sleep) -> bool:
    """Send a node no more requests, and wait for those that it has; whether it got any before.

    The last one that takes requests goes on with them.

    :param seconds: how long to wait for what is in flight.
    :raises AdminError: the node is unknown, or requests are in flight after that time. It gets requests then as before.
    """
    known = _known(component, node, ask)
    if _is_drained(known[node]):
        return False
    if not any(_takes(row) for name, row in known.items() if name != node):
        return False
    _set(component, node, "drain", ask)
    left = _wait(lambda: admin.in_flight(component, node, ask) == 0, seconds, wait)
    if not left:
        count = admin.in_flight(component, node, ask)
        _set(component, node, "ready", ask)
        raise AdminError(f"{component} on {node} still has {count} of its requests after {seconds:g} s, so it goes on with them")
    return True


def readmit(component: str, node: str, seconds: float, ask: Ask = admin.ask, wait: Waiting = time.sleep) -> bool:
    """Send a node requests again once it is well, and wait for that; whether it got none.

    :param seconds: how long to wait.
    :raises AdminError: the node is unknown, or not well after that time. It gets requests as soon as it is.
    """
    row = _known(component, node, ask)[node]
    drained = _is_drained(row)
    if drained:
        _set(component, node, "ready", ask)
    if not _wait(lambda: _takes(_known(component, node, ask)[node]), seconds, wait):
        said = _known(component, node, ask)[node]
        raise AdminError(f"{component} on {node} is not well after {seconds:g} s: {status(said)}")
    return drained


def status(row: Mapping[str, str]) -> str:
    """What HAProxy thinks of a node, with what its last check said in parentheses: ``UP``, ``DOWN``, ``MAINT``, ``DRAIN``, …"""
    said = row.get("check_desc") or row.get("check_status") or ""
    known = row.get("status", "")
    return f"{known} ({said})" if said else known


def _known(component: str, node: str, ask: Ask) -> Mapping[str, Mapping[str, str]]:
    known = admin.nodes(ask).get(component, {})
    if node not in known:
        raise AdminError(f"the balancer knows no {node} of {component}; it knows {', '.join(sorted(known)) or 'none'}")
    return known


def _takes(row: Mapping[str, str]) -> bool:
    return row.get("status", "").startswith(TAKES)


def _is_drained(row: Mapping[str, str]) -> bool:
    return row.get("status", "").startswith("DRAIN")


def _set(component: str, node: str, state: str, ask: Ask) -> None:
    said = ask(f"set server {admin.server(component, node)} state {state}").strip()
    if said:
        raise AdminError(f"{component} on {node}: {said}")


def _wait(over: Callable[[], bool], seconds: float, wait: Waiting) -> bool:
    for _turn in range(max(1, round(seconds / _EVERY_SECONDS))):
        if over():
            return True
        wait(_EVERY_SECONDS)
    return over()
