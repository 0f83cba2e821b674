# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judge the whole document: each value by itself, and all of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from ..cloudflare.check import check_cloudflare
from ..cloudflare.ranges import check_age
from ..document.addresses import Address, read_address
from ..document.services import Service
from ..document.ssh import check_doors
from ..document.variables import Document
from ..faults import Faults
from ..fields import read_sequence
from ..rate_limit import check as rate_limits
from ..release.model import BUILD_USER
from .balance.check import check_balance
from .balance.direct import check_direct, told_to
from .behind import check_bastion
from .browser_policy import check_policies
from .challenges import check_challenges
from .check import Checker, check_matrix
from .encrypted import check_encryption
from .locked import check_lock
from .lookups import check_lookups, check_name_servers
from .misspelt import check_words
from .model import HTTP, HTTPS, Matrix
from .monitored import check_monitoring
from .names import CERTIFICATES, check_certificates, check_dns
from .needs import check_needs
from .outlet import check_gateway
from .parse import link
from .placeholders import check_filled_in
from .proxied import check_proxied
from .references import check_references
from .services import check_database_clients, check_database_port, check_environments, check_passwords
from .sources import check_builders, check_sources
from .web import check_client_address, check_sites


@dataclass(frozen=True)
class Surroundings:
    """What stands around the document, as plain data; whatever is ``None`` or empty is not looked at.

    :param hosts: name -> ``addresses`` and ``components``, what the filter ``placement`` returns.
    :param environments: service -> its environment, where the services are not in the document.
    :param sources: service -> where its code comes from, likewise.
    :param database_clients: the components that have a role in the database, likewise.
    :param database_port: the port that the database server is told to use.
    :param controllers: the addresses from which Ansible is connected.
    :param name_servers: those of the DNS servers that the hosts ask.
    :param filled_in: variables, by name, in which no placeholder may be left: it is told there and not again where the
        variable is used.
    :param build_user: the user that fetches and builds the services' code (``pm2_build_user``).
    :param directives: Nginx's, in its http block, of the user's own.
    :param clients: whether the inventory has hosts of the group ``clients``, which the proof tries.
    :param today: by which the age of what is kept of the world outside is judged.
    """

    hosts: object = None
    environments: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    database_clients: Sequence[str | None] = ()
    database_port: object = None
    controllers: object = None
    name_servers: object = None
    filled_in: Mapping[str, object] = field(default_factory=dict)
    build_user: str = BUILD_USER
    directives: Sequence[str] = ()
    clients: bool = False
    today: date | None = None


def validate(variables: Mapping[str, object], around: Surroundings) -> tuple[Document, Matrix, Faults]:
    """The document and its matrix as far as they could be read, and everything that is wrong or doubtful about them.

    :param variables: the document's variables by name (``network_components``, …); of those that are absent nothing is said.
    """
    faults = Faults()
    document = Document.read_variables(variables, faults)
    matrix = link(document, variables, around.hosts, faults)
    checker = check_matrix(matrix, faults, _addresses(around.controllers, "controller_addresses", faults))
    servers = _addresses(around.name_servers, "name_servers", faults) or document.resolver_addresses
    check_name_servers(checker, servers)
    check_lookups(checker, servers)
    check_needs(checker)
    check_sites(checker, document.sites, document.domain)
    check_policies(document.sites, faults)
    if document.client_address is not None:
        check_client_address(checker, document.client_address)
    _check_services(checker, document, around)
    if around.database_port is not None:
        check_database_port(checker, around.database_port, "database_port")
    if document.dns is not None:
        check_dns(document.dns, document.domain, document.sites, faults)
    if variables.get(CERTIFICATES) is not None:
        check_certificates(document.certificates, document.sites, faults)
    check_challenges(checker, document)
    _check_limits(document, variables, around, faults)
    check_encryption(checker, document)
    check_references(checker, document, variables, clients=around.clients)
    check_monitoring(checker, document, variables)
    check_words(document, faults)
    if isinstance(variables.get("network_ssh"), Mapping):
        check_doors(document.ssh, "network_ssh", faults)
    check_proxied(document, faults)
    check_lock(checker, document)
    check_bastion(checker, document)
    check_gateway(checker, document)
    check_balance(checker, document)
    check_cloudflare(document, faults, _web_ports(matrix))
    if around.today is not None:
        check_age(document, around.today, faults)
    check_filled_in(around.filled_in, faults)
    return document, matrix, faults


def _web_ports(matrix: Matrix) -> list[tuple[str, list[int]]]:
    """The ports of the sites, by how they are asked for."""
    proxy = matrix.components.get(matrix.proxy)
    served = proxy.applications if proxy else {}
    return [(scheme, [served[name]]) for scheme, name in (("http", HTTP), ("https", HTTPS)) if name in served]


def _check_services(checker: Checker, document: Document, around: Surroundings) -> None:
    """What services and the database's roles take for granted."""
    present = {name: one for name, one in document.services.items() if one.state == "present"}
    environments = {name: one.environment for name, one in present.items()}
    check_environments(checker, {**environments, **around.environments})
    elsewhere = {name: Service(environment=one) for name, one in around.environments.items()}
    for name, one in [*present.items(), *elsewhere.items()]:
        check_direct(checker, name, told_to(name, one))
    check_sources(
        checker, {**{name: addresses_of(one) for name, one in present.items()}, **around.sources}, around.build_user
    )
    check_builders(checker, {name: one.build_on for name, one in present.items() if one.build_on})
    clients = [user.component for user in document.database_users]
    check_database_clients(checker, [*clients, *around.database_clients])
    check_passwords(checker, document.database_users)


def addresses_of(service: Service) -> dict[str, str]:
    """The addresses from which a service's code is fetched, by their kind."""
    source = service.source
    given = {"git": source.git, "archive": source.archive} if source else {}
    return {kind: address for kind, address in given.items() if address}


def _check_limits(document: Document, variables: Mapping[str, object], around: Surroundings, faults: Faults) -> None:
    """Request limits against the sites, the alert on response time, and whoever stands in front."""
    alert = document.monitoring.alerts.response_time if document.monitoring else None
    limits = rate_limits.Surroundings(
        directives=around.directives,
        proxied=document.dns is not None and document.dns.proxied,
        client_address_restored=document.client_address is not None and bool(document.client_address.zone),
        slow_response_ms=alert.above_ms if alert else rate_limits.SLOW_RESPONSE_MS,
    )
    given = variables.get(rate_limits.VARIABLE)
    rate_limits.check_limits(list(document.rate_limits.values()), document.sites, given, limits, faults)


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
