# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judge all data that speaks of ports and addresses, together: the matrix, and what leans on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ..faults import Faults
from ..fields import read_sequence
from .addresses import read_address
from .check import check_matrix, check_name_servers
from .model import Address, Matrix
from .names import check_certificate, check_dns
from .parse import read_matrix
from .placeholders import check_filled_in
from .probing import read_targets, read_tolerated
from .services import check_database_clients, check_database_port, check_environments
from .sources import check_sources
from .web import check_challenge, check_client_address, check_sites


@dataclass(frozen=True)
class Surroundings:
    """What leans on the matrix, as plain data; whatever is ``None`` or empty is not looked at.

    ``environments`` maps services to their environment, ``database_clients`` are the components that have a role in the
    database, ``filled_in`` holds variables, by name, in which no placeholder may be left: it is told there and not again
    where the variable is used. ``controllers`` are the addresses from which Ansible is connected, ``name_servers`` those of
    the DNS servers that the hosts ask. ``probe_targets`` and ``tolerated_listeners`` are what the proof is told. ``sources``
    maps services to where their code comes from, which the component ``builder`` fetches.
    """

    sites: object = None
    environments: object = None
    database_port: object = None
    database_clients: object = None
    dns: object = None
    domain: str = ""
    certificate: object = None
    client_address: object = None
    controllers: object = None
    name_servers: object = None
    filled_in: Mapping[str, object] = field(default_factory=dict)
    probe_targets: object = None
    tolerated_listeners: object = None
    sources: object = None
    builder: str = "builds"


def validate(data: object, around: Surroundings) -> tuple[Matrix, Faults]:
    """The matrix as far as it could be read, and everything that is wrong or doubtful about it and its surroundings."""
    faults = Faults()
    matrix = read_matrix(data, faults)
    controllers = _addresses(around.controllers, "controller_addresses", faults)
    checker = check_matrix(matrix, faults, controllers)
    check_name_servers(checker, _addresses(around.name_servers, "name_servers", faults))
    sites = check_sites(checker, around.sites)
    front = check_client_address(checker, around.client_address, faults)
    check_environments(checker, around.environments)
    check_sources(checker, around.sources, around.builder)
    if around.database_port is not None:
        check_database_port(checker, around.database_port, "database_port")
    check_database_clients(checker, around.database_clients)
    check_dns(around.dns, around.domain, sites, faults)
    if around.certificate:
        check_certificate(around.certificate, sites, faults)
        check_challenge(checker, front)
    read_targets(around.probe_targets, matrix.zones, faults)
    read_tolerated(around.tolerated_listeners, faults)
    check_filled_in(around.filled_in, faults)
    return matrix, faults


def _addresses(value: object, path: str, faults: Faults) -> list[Address]:
    found = (
        read_address(item, f"{path}[{index}]", faults) for index, item in enumerate(read_sequence(value, path, faults))
    )
    return [address for address in found if address is not None]


def normalised(matrix: Matrix) -> dict[str, Any]:
    """The matrix as plain data in one form: defaults filled in, ports as ``80`` or ``8000-8010``, networks as CIDR."""
    return {
        "components": {
            key: {**asdict(component), "listeners": [asdict(listener) for listener in component.listeners]}
            for key, component in sorted(matrix.components.items())
        },
        "zones": {name: [str(network) for network in networks] for name, networks in sorted(matrix.zones.items())},
        "flows": [
            {**asdict(flow), "ports": [str(ports) for ports in flow.ports], "protocols": list(flow.protocols)}
            for flow in matrix.flows
        ],
        "hosts": {
            name: {
                "addresses": [str(address) for address in host.addresses],
                "assumed": host.assumed,
                "components": sorted(host.components),
            }
            for name, host in sorted(matrix.hosts.items())
        },
    }
