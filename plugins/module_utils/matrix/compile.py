# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compile the matrix to one host's view of it: plain, sorted data for the roles.

Everything here is a function of the matrix alone, and agrees with :mod:`decide`, which the property tests hold it to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..endpoint import endpoint
from .balance.frontends import frontends
from .decide import component_at, decide
from .forward import host_rules
from .internal_names import internal_names
from .model import BALANCER, SERVER, Component, Flow, Host, Matrix
from .origin_lock import origin_lock

LOOPBACK = "127.0.0.1"
EVERYWHERE = ("0.0.0.0", "::")


def host_view(matrix: Matrix, name: str) -> dict[str, Any]:
    """What one host has to know, see the README's section on the compiled view for the shape.

    :raises KeyError: the host carries no component of the matrix.
    """
    host = matrix.hosts[name]
    here = sorted(host.components | {SERVER})
    return {
        "host": name,
        "components": here,
        "hosts": {key: [one.name for one in matrix.hosts_of(key)] for key in sorted(host.components)},
        "proxy": matrix.proxy,
        "database": matrix.database,
        "only_through": [str(network) for network in matrix.in_front] if origin_lock(matrix) else [],
        "accounts": _accounts(matrix, host),
        "administrators": list(matrix.bastion.users) if matrix.bastion and matrix.bastion.host == name else [],
        "users": {key: user for key in here if (user := matrix.components[key].user)},
        "listen": {key: _listen(matrix, host, key) for key in here if matrix.components[key].listeners},
        "upstreams": _upstreams(matrix, host),
        "names": names_on(matrix, host),
        "balancer": balancer_of(matrix, host),
        "clients": {key: clients for key in here if (clients := _clients(matrix, host, key))},
        "health": {key: path for key in here if (path := matrix.components[key].health)},
        "firewall": host_rules(matrix, host),
    }


def listen_address(matrix: Matrix, host: Host, component: Component) -> tuple[str, ...]:
    """Where a component binds on a host.

    A public component and the host's own SSH bind everywhere. An internal one binds to loopback when all that may reach
    it run on the same host, else to the host's first address.
    """
    if component.exposure == "public" or component.key == SERVER:
        return EVERYWHERE
    return (str(host.addresses[0]),) if _reached_from_outside(matrix, host, component.key) else (LOOPBACK,)


def listens_at(matrix: Matrix, host: Host, key: str, address: str) -> bool:
    """Whether a component is to be found at an address of a host; at a name it may be."""
    bound = listen_address(matrix, host, matrix.components[key])
    return bound == EVERYWHERE or address in bound or address not in map(str, host.addresses)


def _reached_from_outside(matrix: Matrix, host: Host, key: str) -> bool:
    return not matrix.is_local(key) and any(
        flow.source not in matrix.components or any(other != host for other in matrix.hosts_of(flow.source))
        for flow in _allows(matrix, key)
    )


def _allows(matrix: Matrix, destination: str) -> Iterator[Flow]:
    for rows in matrix.rows.ending_at(destination).values():
        yield from (flow for _number, flow in rows if flow.action == "allow")


def _accounts(matrix: Matrix, host: Host) -> list[dict[str, str]]:
    by_name = {
        component.user: {
            "name": component.user,
            "title": component.title,
            "home": component.home or f"/var/lib/{component.user}",
            "shell": component.shell or "/usr/sbin/nologin",
        }
        for component in (matrix.components[key] for key in sorted(host.components))
        if component.user
    }
    return [by_name[name] for name in sorted(by_name)]


def _listen(matrix: Matrix, host: Host, key: str) -> dict[str, Any]:
    component = matrix.components[key]
    ports = [listener.port for listener in component.listeners]
    return {
        "addresses": list(listen_address(matrix, host, component)),
        "ports": ports,
        "port": ports[0],
        "applications": dict(component.applications),
    }


def _upstreams(matrix: Matrix, host: Host) -> dict[str, list[str]]:
    reachable = sorted(
        {
            flow.destination
            for source in host.components | {SERVER}
            for _number, flow in matrix.rows.starting_at(source)
            if flow.action == "allow" and flow.destination in matrix.components
        }
    )
    direct = {
        key: list(_nodes(matrix, host, key).values())
        for key in reachable
        if matrix.components[key].listeners and not matrix.is_local(key)
    }
    balanced = matrix.balanced if BALANCER in host.components else {}
    through = {key: [endpoint(LOOPBACK, port)] for key, port in balanced.items()}
    return dict(sorted({**direct, **through}.items()))


def _nodes(matrix: Matrix, client: Host, key: str) -> dict[str, str]:
    """Each host of a component, and where it is reached there."""
    component = matrix.components[key]
    return {place.name: endpoint_of(matrix, client, place, component) for place in matrix.hosts_of(key)}


def balancer_of(matrix: Matrix, host: Host) -> list[dict[str, Any]]:
    """What a host's balancer is told, see :func:`.balance.frontends.frontends`; nothing where it has none."""
    if BALANCER not in host.components or not matrix.balanced:
        return []
    return frontends(matrix, {key: _nodes(matrix, host, key) for key in matrix.balanced}, LOOPBACK)


def names_on(matrix: Matrix, host: Host) -> dict[str, list[str]]:
    """Where host names of components lead on a host, see :func:`.internal_names.internal_names`."""
    return internal_names(matrix, host, lambda key: _reached_at(matrix, host, host, matrix.components[key]))


def endpoint_of(matrix: Matrix, client: Host, instance: Host, component: Component) -> str:
    """Where a component on one host is reached from another host, or the same, as ``address:port``: by its first port."""
    return endpoint(_reached_at(matrix, client, instance, component), component.listeners[0].port)


def _reached_at(matrix: Matrix, client: Host, instance: Host, component: Component) -> str:
    address = listen_address(matrix, instance, component)[0]
    if address in EVERYWHERE:
        return LOOPBACK if instance == client else str(instance.addresses[0])
    return address


def _clients(matrix: Matrix, host: Host, key: str) -> list[dict[str, Any]]:
    component = matrix.components[key]
    if component.exposure == "public" or key == SERVER or not component.listeners:
        return []
    bound = listen_address(matrix, host, component)[0]
    listener = component.listeners[0]
    clients = []
    for source in sorted({flow.source for flow in _allows(matrix, key) if flow.source in matrix.components}):
        addresses: set[str] = set()
        account = ""
        for other in matrix.hosts_of(source):
            allowed = decide(
                matrix, component_at(source, other), component_at(key, host), listener.port, listener.protocol
            )
            if allowed.action == "allow":
                addresses.update([bound] if other == host else map(str, other.addresses))
                account = matrix.components[source].user or "" if other == host else account
        if addresses:
            networks = sorted(f"{address}/{128 if ':' in address else 32}" for address in addresses)
            clients.append({"component": source, "addresses": networks, "account": account})
    return clients
