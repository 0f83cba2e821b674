# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What HAProxy says of the nodes that it spreads requests over, and what callers are answered through it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from ..haproxy import admin
from ..haproxy.drain import status
from . import health
from .run import ObservationError, Run


class Node(TypedDict):
    """A node with its ``endpoint`` (``address:port``) and its ``status`` (:func:`..haproxy.drain.status`)."""

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
    try:
        known = admin.nodes()
    except admin.AdminError as error:
        raise ObservationError(str(error)) from error
    nodes = {component: {name: _node(row) for name, row in found.items()} for component, found in known.items()}
    return {"nodes": nodes, "answers": health.observe(run, callers)}


def _node(row: Mapping[str, str]) -> Node:
    return {"endpoint": row.get("addr", ""), "status": status(row)}
