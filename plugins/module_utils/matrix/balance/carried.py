# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rows as hosts carry them out where a component has several nodes.

On each host of a caller runs a balancer, a component as any other with a user of its own. A row `caller → component` is carried
out as `caller → balancer`, which holds within a host alone, and one row `balancer → component` for all callers; nobody goes
past it. With one node each there is nothing of it, and the matrix is the declared one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from ...document.programs import APPLICATIONS
from ..model import BALANCER, HTTP, SERVER, Component, Flow, Host, Listener, Matrix, PortRange

#: As whom the balancer runs, which is as Debian has it.
USER = "haproxy"
_MONITORING = frozenset(application.upper() for application in APPLICATIONS.values())
#: Its ports are those of the components with another first digit, below those that Linux takes for outgoing connections.
_FIRST_PORT = 10_000


def with_balancers(matrix: Matrix) -> Matrix:
    """The matrix as hosts carry it out; as it is where no component with several nodes has callers."""
    calls = {flow: flow.destination for flow in matrix.flows if is_call(matrix, flow)}
    if not calls or BALANCER in {*matrix.components, *matrix.zones}:
        return matrix
    ports = _ports(matrix, sorted(set(calls.values())))
    flows = [row for flow in matrix.flows for row in (_carried(matrix, flow, ports) if flow in calls else [flow])]
    flows += [_onward(matrix.components[key]) for key in ports]
    callers = {flow.source for flow in calls}
    return replace(
        matrix,
        components={**matrix.components, BALANCER: _component(matrix, ports)},
        flows=tuple(flows),
        hosts={name: _placed(host, callers) for name, host in matrix.hosts.items()},
        balanced=ports,
    )


def is_call(matrix: Matrix, flow: Flow) -> bool:
    """Whether a row has a component ask any node of another. Monitoring asks each of them, and nodes know one another."""
    source, target = matrix.components.get(flow.source), matrix.components.get(flow.destination)
    if source is None or target is None or flow.action == "deny" or source.key in (SERVER, target.key):
        return False
    asking = matrix.hosts_of(source.key) and _MONITORING.isdisjoint(source.applications)
    return bool(asking) and is_balanced(matrix, target) and flow.covers(target.listeners[0].port, "tcp")


def is_balanced(matrix: Matrix, component: Component) -> bool:
    """Whether a component has several nodes that are alike to whoever asks: it is internal, and speaks HTTP."""
    return speaks_http(component) and component.exposure != "public" and len(matrix.hosts_of(component.key)) > 1


def speaks_http(component: Component) -> bool:
    """Whether a component's first port is one for HTTP; a health check says so as well."""
    first = next(iter(component.listeners), None)
    spoken = first is not None and first.protocol == "tcp" and first.application.upper() in (HTTP, "")
    return spoken and bool(component.health or (first and first.application))


def _ports(matrix: Matrix, components: Collection[str]) -> Mapping[str, int]:
    """On which port a balancer takes requests for each component: one that no component of any host has."""
    taken = {listener.port for one in matrix.components.values() for listener in one.listeners}
    found = {}
    for key in components:
        port = _FIRST_PORT + matrix.components[key].listeners[0].port % _FIRST_PORT
        while port in taken:
            port += 1
        taken.add(port)
        found[key] = port
    return found


def _carried(matrix: Matrix, flow: Flow, ports: Mapping[str, int]) -> Iterator[Flow]:
    """The row to the balancer, and what else the declared one opens: other ports, and UDP."""
    port, balanced = matrix.components[flow.destination].listeners[0].port, ports[flow.destination]
    yield replace(flow, destination=BALANCER, ports=(PortRange(balanced, balanced),), protocols=("tcp",))
    others = tuple(part for whole in flow.ports for part in _without(port, whole))
    if others:
        yield replace(flow, ports=others)
    if "udp" in flow.protocols:
        yield replace(flow, ports=(PortRange(port, port),), protocols=("udp",))


def _without(port: int, ports: PortRange) -> Iterator[PortRange]:
    """What is left of a range."""
    if port not in ports:
        yield ports
        return
    for first, last in ((ports.first, port - 1), (port + 1, ports.last)):
        if first <= last:
            yield PortRange(first, last)


def _onward(component: Component) -> Flow:
    port = component.listeners[0].port
    return Flow(
        path=f"network_components.{component.key}",
        name=f"Balancer to {component.key}",
        source=BALANCER,
        destination=component.key,
        ports=(PortRange(port, port),),
        action="allow",
        table="internal",
        documented=False,
        reason=f"who calls {component.key}, which has several nodes, does so through the balancer of its own host",
    )


def _component(matrix: Matrix, ports: Mapping[str, int]) -> Component:
    listeners = tuple(
        Listener(port, application=HTTP, description=f"To the nodes of {matrix.components[key].title}")
        for key, port in ports.items()
    )
    return Component(title="Balancer", user=USER, listeners=listeners).named(BALANCER)


def _placed(host: Host, callers: Collection[str]) -> Host:
    return host if host.components.isdisjoint(callers) else replace(host, components=host.components | {BALANCER})
