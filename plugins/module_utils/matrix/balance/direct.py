# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Addresses by which a service would go past the balancer of its own host, where the firewall lets it through nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address

from ...document.services import Service
from ..check import Checker
from ..model import Component, Matrix
from .carried import is_call

_ENDPOINT = re.compile(r"(?<![\w.:-])(?P<host>\[[0-9A-Fa-f:.]+\]|\w[\w.-]*):(?P<port>[0-9]{1,5})(?!\w)")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def told_to(name: str, service: Service) -> dict[str, object]:
    """What a service is told, by path: its variables, secrets and arguments."""
    path = f"network_services.{name}"
    variables = {"environment": service.environment, "secrets": service.secrets}
    words = {"args": service.args, "interpreter_args": service.interpreter_args}
    return {
        **{f"{path}.{kind}.{key}": value for kind, values in variables.items() for key, value in values.items()},
        **{f"{path}.{kind}[{at}]": word for kind, told in words.items() for at, word in enumerate(told)},
    }


def check_direct(checker: Checker, name: str, told: Mapping[str, object]) -> None:
    """Note each address of a node that a service is told, where rows let it call the node's component.

    :param told: path -> value, secrets included: of those no fault shows more than the address.
    """
    matrix = checker.matrix
    called = {flow.destination for _number, flow in matrix.rows.starting_at(name) if is_call(matrix, flow)}
    for component in (matrix.components[key] for key in sorted(called)):
        nodes, port = _names(matrix, component), component.listeners[0].port
        reason = f"port {port} is {component.key} itself, which the firewall lets only a balancer ask"
        remedy = f"write {{{{ network_view.upstreams.{component.key} | first }}}} in place of address and port"
        for path, value in told.items():
            for host in sorted(nodes & _named(value, port)):
                checker.faults.error(path, f"{host}:{port}", f"{host} {reason}", remedy)


def _named(value: object, port: int) -> set[str]:
    """The hosts that a text names with a port."""
    found = _ENDPOINT.finditer(value) if isinstance(value, str) else ()
    return {_plain(match["host"].strip("[]")) for match in found if int(match["port"]) == port}


def _plain(host: str) -> str:
    """A name or address in the one form in which it can be compared."""
    try:
        return str(ip_address(host))
    except ValueError:
        return host.lower().rstrip(".")


def _names(matrix: Matrix, component: Component) -> set[str]:
    """By what a component's nodes are found; a host itself only where nothing else of the matrix can be meant."""
    names = {component.hostname} if component.hostname else set()
    names |= {str(address) for host in matrix.hosts_of(component.key) for address in host.addresses}
    port = component.listeners[0].port
    speaking = [one for one in matrix.components.values() if any(listener.port == port for listener in one.listeners)]
    return names | _LOOPBACK if speaking == [component] else names
