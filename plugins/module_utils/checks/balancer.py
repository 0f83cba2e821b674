# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Do the callers of components with several nodes get an answer, and do all nodes take a part of the requests?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..haproxy.drain import TAKES
from ..matrix.compile import LOOPBACK, balancer_of
from ..matrix.model import BALANCER, Host
from ..observe.balancer import Node
from .intent import Intent
from .model import Check, Finding, Needs, Scene, held


def needs(intent: Intent, host: Host) -> Needs:
    """What the balancer says of its nodes, and its answers to health checks, each asked as one of the component's callers."""
    found = balancer_of(intent.matrix, host)
    callers = {
        one["component"]: {"user": user, "address": LOOPBACK, "port": one["port"], "path": one["health"]}
        for one in found
        if one["health"] and (user := _caller(intent, host, one["port"]))
    }
    return {"balancer": {"callers": callers}} if found else {}


def judge(scene: Scene) -> Iterator[Finding]:
    """A finding for the nodes of each component, and one for what is answered through the balancer."""
    seen = scene.seen["balancer"]
    for one in balancer_of(scene.intent.matrix, scene.host):
        component = one["component"]
        nodes, wanted = seen["nodes"].get(component, {}), {node["name"]: node["endpoint"] for node in one["nodes"]}
        yield held(
            f"requests for {component} go to each of its {len(wanted)} nodes",
            "; ".join(_wrong(wanted, nodes)),
            *(f"{name} ({node['endpoint']}): {node['status']}" for name, node in sorted(nodes.items())),
            source=BALANCER,
            destination=component,
        )
    for component, wrong in sorted(seen["answers"].items()):
        yield held(
            f"{component} answers through the balancer",
            wrong,
            f"{component}: {wrong or 'healthy'}",
            source=BALANCER,
            destination=component,
        )


def _wrong(wanted: Mapping[str, str], nodes: Mapping[str, Node]) -> Iterator[str]:
    for name, where in sorted(wanted.items()):
        node = nodes.get(name)
        if node is None:
            yield f"{name} gets none, for the balancer does not know it"
        elif node["endpoint"] != where:
            yield f"{name} is asked at {node['endpoint']}, and is at {where}"
        elif not node["status"].startswith(TAKES):
            yield f"{name} gets none: {node['status']}"
    for name in sorted(nodes.keys() - wanted.keys()):
        yield f"{name} ({nodes[name]['endpoint']}) gets some, and is no node of the document's"


def _caller(intent: Intent, host: Host, port: int) -> str | None:
    """The user of a component of the host that a row lets ask the balancer there."""
    matrix = intent.matrix
    asking: list[Any] = [
        matrix.components[flow.source].user
        for flow in matrix.flows
        if flow.destination == BALANCER and flow.source in host.components and flow.action == "allow" and flow.covers(port, "tcp")
    ]
    return next((user for user in asking if user), None)


CHECK = Check("Balancers", needs, judge, part="balancer")
