# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a host should be, from the matrix and the site's data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_network
from typing import Any

from ..document.certificate import CERTIFICATES
from ..document.dns import Dns
from ..faults import Faults
from ..matrix.compile import host_view, listen_address
from ..matrix.decide import component_at, decide
from ..matrix.model import SERVER, Host, Matrix, Network
from ..matrix.origin_lock import origin_lock
from ..matrix.web import site_ports
from ..monitoring.standing import Standing
from .model import Connection, HostIntent


def host_intent(
    matrix: Matrix,
    host: str,
    *,
    services: Mapping[str, Mapping[str, Any]],
    sites: Sequence[Mapping[str, Any]],
    certificate: object,
    dns: Mapping[str, Any],
    domain: str,
    external_address: str,
    proxies: str,
    tolerated: Sequence[str],
    site: str,
    pulls: bool = False,
    monitoring: Standing | None = None,
) -> HostIntent:
    """What one host should be. ``proxies`` is the zone of what stands in front of the site, if anything does;
    ``pulls``: it is asked for a certificate.

    Secrets of services are left out but for their names. :raises KeyError: the host carries no component.
    """
    view = host_view(matrix, host)
    own = matrix.hosts[host]
    http_port, https_port = site_ports(matrix.components[matrix.proxy]) if matrix.proxy in own.components else (0, 0)
    proxied = bool(dns.get("proxied")) and proxies in matrix.zones
    return HostIntent(
        host=host,
        titles={key: component.title for key, component in matrix.components.items()},
        components=own.components,
        proxy=matrix.proxy,
        database=matrix.database,
        services={name: _without_secrets(service) for name, service in services.items() if name in own.components},
        listen=view["listen"],
        connections=tuple(_connections(matrix, own)),
        names=tuple(one["hostname"] for one in sites),
        records=_records(dns, domain),
        certificates=CERTIFICATES.read(certificate, "network_certificate", Faults()) or (),
        external_address=external_address,
        http_port=http_port,
        https_port=https_port,
        proxied=proxied,
        pulls=pulls,
        expected=matrix.zones[proxies] if proxied else _own_networks(own, external_address),
        lock=origin_lock(matrix),
        tolerated=tuple(tolerated),
        monitoring=monitoring,
        site=site,
    )


def _connections(matrix: Matrix, host: Host) -> Iterator[Connection]:
    """Every TCP connection that the matrix allows the components of a host, with their own users."""
    for key in sorted(host.components):
        user = matrix.components[key].user
        for name, destination in sorted(matrix.components.items()):
            if user is None or name in (key, SERVER) or destination.exposure == "public":
                continue
            for other in matrix.hosts_of(name):
                for listener in destination.listeners:
                    decision = decide(
                        matrix, component_at(key, host), component_at(name, other), listener.port, listener.protocol
                    )
                    if decision.action == "allow" and decision.flow and listener.protocol == "tcp":
                        address = listen_address(matrix, other, destination)[0]
                        row = f"{decision.flow.path} ({decision.flow.name})"
                        at_home = other == host
                        yield Connection(key, user, name, address, listener.port, row, at_home, destination.user or "")


def _without_secrets(service: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: service.get(key) for key in ("user", "home", "title", "health", "schedule")}
    return {**kept, "instances": int(service.get("instances", 1)), "secrets": sorted(service.get("secrets") or {})}


def _records(dns: Mapping[str, Any], domain: str) -> dict[str, str]:
    """Host name -> the record that should be there, in a zone file's words."""
    read = Dns.read(dns, "network_dns", Faults())
    names = {record: record.full_name(domain) for record in read.records} if read else {}
    return {name: f"{name} {record.type} {record.value}" for record, name in names.items()}


def _own_networks(host: Host, external_address: str) -> tuple[Network, ...]:
    return tuple(ip_network(address) for address in dict.fromkeys([external_address, *map(str, host.addresses)]))
