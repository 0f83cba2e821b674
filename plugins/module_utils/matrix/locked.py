# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An origin lock against the records, the client's address and the certificates: what it makes impossible."""

from __future__ import annotations

from collections.abc import Mapping

from ..document.dns import DnsRecord
from ..document.variables import Document
from .check import Checker
from .origin_lock import let_in_through, opened_to_world, origin_lock
from .web import hostnames, site_ports

_LEADING = ("A", "AAAA", "CNAME")


def check_lock(checker: Checker, document: Document) -> None:
    """Note what does not go together with the lock that the rows make, and a lock that is none."""
    if not (checker.flows_complete and checker.zones_complete and checker.is_complete(checker.matrix.proxy)):
        return
    if origin_lock(checker.matrix) is None:
        _check_halves(checker)
        _check_pulls(checker, document)
        return
    _check_records(checker, document)
    client, faults = document.client_address, checker.faults
    if client is not None and not client.zone:
        reason = "is empty, and only Cloudflare is let in to the sites: limits and logs would see its addresses alone"
        faults.error("network_client_address.zone", None, reason, "name the zone of Cloudflare's addresses")
    dns, by_http = document.dns, [one for one in document.certificates if one.challenge == "http"]
    if by_http and dns is not None and dns.ssl_mode == "strict" and dns.always_use_https:
        reason = (
            "is proven through Cloudflare (HTTP-01), for nobody else is let in: once it has expired, Full (strict) with Always"
            " Use HTTPS lets no challenge come through"
        )
        remedy = "challenge: dns needs nobody to come in; the other way out is always_use_https: false until it is issued"
        faults.information(by_http[0].path, None, reason, remedy)


def _check_pulls(checker: Checker, document: Document) -> None:
    """A certificate is demanded on top of a lock: without one everybody is let in as far as the refusal."""
    pulls = document.cloudflare.origin_pulls if document.cloudflare else None
    if pulls is not None and pulls.mode == "required":
        reason = "refuses everybody but Cloudflare, and the rows let others in to the sites"
        remedy = "let only Cloudflare in to both ports (source: the zone of its addresses), or set it to log"
        checker.faults.error("network_cloudflare.origin_pulls.mode", pulls.mode, reason, remedy)


def _check_halves(checker: Checker) -> None:
    """Cloudflare is let in by a row of its own to one port of the sites, and to the other everybody is."""
    matrix, faults = checker.matrix, checker.faults
    ports = site_ports(matrix.components[matrix.proxy])
    locked = [port for port in ports if let_in_through(matrix, port) and not opened_to_world(matrix, port)]
    for port in ports:
        for row in opened_to_world(matrix, port) if locked else ():
            reason = f"lets {row.source} in to {matrix.proxy} on port {port}, and port {locked[0]} is Cloudflare's alone"
            remedy = "lock both: the sites are asked past Cloudflare where one of them is open"
            faults.warning(row.path, row.name, reason, remedy)


def _check_records(checker: Checker, document: Document) -> None:
    """A site whose record is not proxied is reached by nobody; any other shows what the lock should hide."""
    dns, faults = document.dns, checker.faults
    if dns is None or any(fault.path.startswith("network_dns") for fault in faults.errors):
        return
    served = {*hostnames(document.sites)}
    records = {record: record.full_name(document.domain) for record in dns.records if record.type in _LEADING}
    for record, name in records.items():
        if dns.is_proxied(record) or not _leads_here(record, records, checker, document):
            continue
        where = f"{record.path}.proxied"
        if name in served:
            reason = f"{name} is not proxied, and only Cloudflare is let in to the sites: nobody would reach it"
            faults.error(where, False, reason, "let it be proxied, or let the internet in (network_flows)")
        else:
            reason = f"{name} is not proxied, and shows everybody the address of the server that only Cloudflare may ask"
            faults.warning(where, False, reason, "let it be proxied, or take the record out")


def _leads_here(record: DnsRecord, records: Mapping[DnsRecord, str], checker: Checker, document: Document) -> bool:
    """Whether it ends at an address of the server."""
    addresses = {str(address) for host in checker.matrix.hosts_of(checker.matrix.proxy) for address in host.addresses}
    addresses |= {str(document.external_address)}
    target: DnsRecord | None = record
    for _step in records:  # a CNAME may lead to another
        if target is None or target.type != "CNAME":
            break
        name = DnsRecord(name=target.value, type="A", value="").full_name(document.domain)
        target = next((other for other, known in records.items() if known == name), None)
    return target is not None and target.type != "CNAME" and target.value in addresses
