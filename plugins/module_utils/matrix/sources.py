# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the services' code comes from, against the rows of what fetches it."""

from __future__ import annotations

from collections.abc import Mapping

from ..faults import show
from ..release.address import port_of
from .check import Checker


def check_sources(checker: Checker, sources: Mapping[str, Mapping[str, str]], build_user: str) -> None:
    """Check that builds get through to where each service's code comes from.

    :param sources: service -> kind (git, archive) -> address.
    :param build_user: the user that fetches and builds; nothing is checked where no component of the matrix runs as it.
    """
    builder = next((key for key, one in checker.matrix.components.items() if one.user == build_user), None)
    if builder is None:
        return
    for name, addresses in sources.items():
        for kind, address in addresses.items():
            port = port_of(address)
            if port is not None and not _gets_through(checker, builder, port):
                reason = f"is fetched over port {port}, and no row lets {builder} send there"
                remedy = f"use an https address, or add a row from {builder} to the zone of its host with port {port}"
                checker.faults.error(f"network_services.{name}.source.{kind}", None, reason, remedy)


def check_builders(checker: Checker, builders: Mapping[str, str]) -> None:
    """Check that what builds a service for its hosts is one of them.

    :param builders: service -> the host that is declared.
    """
    for name, builder in builders.items():
        hosts = [host.name for host in checker.matrix.hosts_of(name)]
        if hosts and builder not in hosts:
            path = f"network_services.{name}.build_on"
            checker.faults.unknown(path, builder, f"{show(builder)} is no host that runs {name}", hosts)


def _gets_through(checker: Checker, builder: str, port: int) -> bool:
    return any(
        flow.action == "allow" and flow.source == builder and flow.covers(port, "tcp") for flow in checker.matrix.flows
    )
