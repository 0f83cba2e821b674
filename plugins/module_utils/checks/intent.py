# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read what the system should obey from the group vars' plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address
from typing import Any

from ..cloudflare.wanted import is_proxied
from ..document.certificate import CERTIFICATES, Certificate
from ..document.database import DATABASE_USERS
from ..document.dns import Dns
from ..document.limits import LIMITS, RateLimit
from ..document.proof import TARGETS, TOLERATED, ToleratedListener
from ..document.sites import SITES, Site
from ..document.variables import Document
from ..faults import FaultError, Faults
from ..fields import read_mapping, read_record, read_sequence
from ..matrix.model import Address, Host, Matrix
from ..matrix.origin_lock import OriginLock, origin_lock
from ..matrix.parse import read_carried
from ..matrix.probing import Targets, targets_with
from .web_server import WebServer, read_directives, read_web_server

CONTROLLER = "controller"
_KEYS = (
    "matrix",
    "sites",
    "rate_limits",
    "certificate",
    "ssh",
    "probe_targets",
    "tolerated_listeners",
    "clients",
    "reached_at",
    "tolerated_firewalls",
    "web_server",
    "monitored",
    "dns",
    "domain",
    "dns_resolver",
    "has_token",
    "database_ca",
    "database_roles",
)


class IntentError(FaultError):
    """The data cannot be used; the text lists every fault."""


@dataclass(frozen=True)
class Vantage:
    """A place from which connections are tried: a managed host, a client, or the controller itself.

    ``seen_as`` are the addresses that others see it at, where they differ from its own (NAT).
    """

    name: str
    seen_as: tuple[Address, ...] = ()
    managed: bool = False


@dataclass(frozen=True)
class DatabaseRole:
    """A role that the database admits: of which component, and to which databases."""

    name: str
    component: str
    databases: tuple[str, ...]


@dataclass(frozen=True)
class Intent:
    """The data that a system should obey, and the places from which that is tried.

    :param tolerated: sockets that may listen besides those of the matrix.
    :param targets: zone -> addresses or names at which connections to it are tried.
    :param clients: client in the inventory -> its addresses, as others see it.
    :param reached_at: managed host -> the address by which Ansible reaches it.
    :param tolerated_firewalls: other firewalls that may run, as in ``firewall_tolerated``.
    :param web_server: what is promised of the web server; ``None`` where the data do not say.
    :param document: what monitoring derives from, where there is any. It holds secrets.
    :param dns: the zone at Cloudflare; ``domain`` is its name, and ``has_token`` whether there is one to read it with.
    :param resolver: who is asked where names lead, in place of public resolvers.
    :param database_ca: certificates (PEM) of the authority by which clients on other hosts know the database; empty for none.
    :param database_roles: as whom components log in there.
    :param site: the command that puts everything back in order, and takes ``--tags``.
    """

    matrix: Matrix
    sites: Sequence[Site] = ()
    limits: Sequence[RateLimit] = ()
    certificates: Sequence[Certificate] = ()
    ssh: Mapping[str, Any] = field(default_factory=dict)
    tolerated: Sequence[ToleratedListener] = ()
    targets: Targets = field(default_factory=dict)
    clients: Mapping[str, tuple[Address, ...]] = field(default_factory=dict)
    reached_at: Mapping[str, str] = field(default_factory=dict)
    tolerated_firewalls: Sequence[str] = ()
    web_server: WebServer | None = None
    document: Document = field(default_factory=Document)
    dns: Dns | None = None
    domain: str = ""
    resolver: str = ""
    has_token: bool = False
    database_ca: str = ""
    database_roles: Sequence[DatabaseRole] = ()
    site: str = "ansible-playbook site.yml"

    @cached_property
    def lock(self) -> OriginLock | None:
        """The origin lock, if there is one; see :mod:`..matrix.origin_lock`."""
        return origin_lock(self.matrix)

    @property
    def pulls(self) -> bool:
        """Whether the web server asks a proxy in front of it for a certificate (origin pulls)."""
        return self.web_server is not None and self.web_server.client_certificate != "disabled"

    @property
    def has_zone(self) -> bool:
        """Whether the data speak of a zone at Cloudflare."""
        return self.dns is not None and bool(self.dns.records) and bool(self.domain)

    @cached_property
    def proxied_names(self) -> list[str]:
        """The sites that Cloudflare stands in front of."""
        dns, served = self.dns, {site.hostname for site in self.sites}
        names = [one.full_name(self.domain) for one in dns.records if is_proxied(one, dns)] if dns else []
        return [name for name in dict.fromkeys(names) if name in served]

    def is_front(self, host: Host) -> bool:
        """Whether a host is the first that serves the sites: what concerns all of them is looked at once."""
        return host in self.matrix.hosts_of(self.matrix.proxy)[:1]

    def certificates_of(self, host: Host) -> Sequence[Certificate]:
        """The certificates that a host holds: all, where the sites are."""
        return self.certificates if self.matrix.proxy in host.components else ()

    def vantages(self, controller_seen_as: Sequence[str] = ()) -> list[Vantage]:
        """Every vantage point: the managed hosts, the clients and the controller.

        :param controller_seen_as: the addresses at which the managed hosts see the controller.
        """
        managed = [Vantage(name, managed=True) for name in self.matrix.hosts]
        clients = [Vantage(name, addresses) for name, addresses in self.clients.items()]
        own = {address for host in self.matrix.hosts.values() for address in host.addresses}  # seen where a bastion goes on
        seen_as = tuple(address for address in addresses_in(controller_seen_as) if address not in own)
        return [*managed, *clients, Vantage(CONTROLLER, seen_as)]


def read_intent(data: object, site: str = "ansible-playbook site.yml") -> Intent:
    """The data in ``network_proof`` (group vars ``proof.yml``). :raises IntentError: with all faults at once."""
    faults = Faults()
    record = read_record(data, "network_proof", faults, _KEYS, ("matrix",)) or {}
    matrix = read_carried(record.get("matrix"), faults)
    targets = TARGETS.read(record.get("probe_targets"), "network_probe_targets", faults) or {}
    for zone in targets:
        if zone not in matrix.zones:
            faults.unknown(f"network_probe_targets.{zone}", zone, f"{zone} is not a zone", matrix.zones)
    tolerated = TOLERATED.read(record.get("tolerated_listeners"), "network_tolerated_listeners", faults) or ()
    limits = LIMITS.read(record.get("rate_limits"), "network_rate_limits", faults) or {}
    clients = {
        name: addresses_in(read_sequence(addresses, f"network_proof.clients.{name}", faults))
        for name, addresses in read_mapping(record.get("clients"), "network_proof.clients", faults).items()
    }
    sites = SITES.read(record.get("sites") or [], "network_sites", faults) or ()
    certificates = CERTIFICATES.read(record.get("certificate"), "network_certificate", faults) or ()
    ssh = read_mapping(record.get("ssh"), "network_ssh", faults)
    reached_at = read_mapping(record.get("reached_at"), "network_proof.reached_at", faults)
    firewalls = read_sequence(record.get("tolerated_firewalls"), "firewall_tolerated", faults)
    web_server = read_web_server(record.get("web_server"), faults)
    monitored = read_mapping(record.get("monitored"), "network_proof.monitored", faults)
    document = Document.read_variables({f"network_{name}": value for name, value in monitored.items()}, faults)
    for one in sites:
        read_directives(one.directives, f"{one.path}.directives", faults)
    if faults.errors:
        raise IntentError(faults.errors)
    return Intent(
        matrix=matrix,
        sites=sites,
        limits=list(limits.values()),
        certificates=certificates,
        ssh=ssh,
        tolerated=tolerated,
        targets=targets_with(matrix, targets, clients),
        clients=clients,
        reached_at={name: str(address) for name, address in reached_at.items()},
        tolerated_firewalls=[str(one) for one in firewalls],
        web_server=web_server,
        document=document,
        dns=Dns.read(record["dns"], "network_dns", faults) if record.get("dns") else None,
        domain=str(record.get("domain") or ""),
        resolver=str(record.get("dns_resolver") or ""),
        has_token=record.get("has_token") is True,
        database_ca=str(record.get("database_ca") or ""),
        database_roles=[
            DatabaseRole(user.name, user.component, user.databases)
            for user in DATABASE_USERS.read(record.get("database_roles") or [], "network_database_users", faults) or ()
            if user.component
        ],
        site=site,
    )


def addresses_in(values: Sequence[object]) -> tuple[Address, ...]:
    """Those of some values that are addresses; names are left out."""
    found = []
    for value in values:
        try:
            found.append(ip_address(str(value)))
        except ValueError:
            continue
    return tuple(found)
