# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Cloudflare would refuse, or what would do harm there, told from the data alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from ipaddress import ip_address, ip_network

from ..document.cloudflare import Cloudflare
from ..document.dns import Dns, DnsRecord
from ..document.variables import Document
from ..faults import Faults
from .model import LEADING, canonical
from .wanted import TYPES, is_proxied, wanted_records

#: The ports at which Cloudflare listens for proxied names (developers.cloudflare.com, network ports).
_HTTP_PORTS = (80, 8080, 8880, 2052, 2082, 2086, 2095)
_HTTPS_PORTS = (443, 2053, 2083, 2087, 2096, 8443)
#: What the API takes as the content of a TXT record.
_LONGEST_TEXT = 2048
#: Where nobody comes from outside: RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291, loopback.
_PRIVATE = tuple(
    map(
        ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7",
         "fe80::/10", "::1/128"),
    )
)  # fmt: skip
_VARIABLE = "network_cloudflare"


def check_cloudflare(document: Document, faults: Faults, ports: Sequence[tuple[str, Collection[int]]] = ()) -> None:
    """Note it, where Cloudflare is made to obey; what any DNS server would refuse is noted elsewhere.

    :param ports: ``http`` and ``https`` with the ports at which the sites are served, if there are any.
    """
    cloudflare, dns = document.cloudflare, document.dns
    if cloudflare is None or not cloudflare.token:
        return
    if not document.domain and not any(fault.path == "network_domain" for fault in faults):
        faults.error("network_domain", "", "is empty, and it is the zone's name at Cloudflare", "fill it in")
    if dns is None:
        faults.error(
            "network_dns", None, "is missing, and a token for Cloudflare is there", "say what the zone shall be"
        )
        return
    if not document.domain or any(fault.path.startswith("network_dns") for fault in faults.errors):
        return
    for record in dns.records:
        _check_record(record, dns, document, faults)
    _check_twins(dns, document.domain, faults)
    _check_loops(dns, document.domain, faults)
    _check_take_over(cloudflare, dns, document.domain, faults)
    if any(is_proxied(record, dns) for record in dns.records):
        _check_proxied(dns, ports, faults)


def _check_record(record: DnsRecord, dns: Dns, document: Document, faults: Faults) -> None:
    domain, where = document.domain, record.path
    if record.name.endswith(".") and not f".{record.name.lower()}".endswith(f".{domain}."):
        reason = f"{record.name} is not in the zone {domain}"
        faults.error(f"{where}.name", record.name, reason, "use a name of it, or leave out the dot at the end")
    if record.type not in TYPES:
        reason = f"records of the type {record.type} are not set by this collection"
        faults.error(
            f"{where}.type", record.type, reason, "make it at Cloudflare, where it is left alone, and take it out here"
        )
    if record.type == "MX" and record.priority is None:
        faults.error(f"{where}.priority", None, "is missing, and an MX record has one", "add it, such as 10")
    if record.type == "TXT" and len(canonical("TXT", record.value)) > _LONGEST_TEXT:
        faults.error(f"{where}.value", record.value, f"is longer than {_LONGEST_TEXT} characters", "shorten it")
    if record.proxied and record.type not in LEADING:
        reason = f"Cloudflare cannot stand in front of a {record.type} record"
        faults.error(f"{where}.proxied", True, reason, "leave it out")
    if record.type in ("A", "AAAA"):
        _check_address(record, dns, document, faults)
    if is_proxied(record, dns):
        _check_depth(record, domain, faults)


def _check_address(record: DnsRecord, dns: Dns, document: Document, faults: Faults) -> None:
    where, address = f"{record.path}.value", ip_address(record.value)
    if any(address in network for network in document.cloudflare_addresses):
        reason = f"{address} is an address of Cloudflare's own, which no record may hold"
        faults.error(where, record.value, reason, "use the server's own address")
    elif is_proxied(record, dns) and any(address in network for network in _PRIVATE):
        reason = f"{address} is private, and Cloudflare cannot come there"
        faults.warning(where, record.value, reason, "use a public address, or set proxied to false")


def _check_depth(record: DnsRecord, domain: str, faults: Faults) -> None:
    name = record.full_name(domain)
    if name.removesuffix(domain).count(".") > 1:
        reason = (
            f"{name} is proxied and two names below {domain}, for which Cloudflare's free certificate does not hold"
        )
        faults.warning(
            f"{record.path}.name", record.name, reason, "use a name with one label, or order one that holds it"
        )


def _check_twins(dns: Dns, domain: str, faults: Faults) -> None:
    """One content written in two ways."""
    seen: dict[tuple[str, str, str], DnsRecord] = {}
    for record, wanted in zip(dns.records, wanted_records(dns, domain, ""), strict=True):
        other = seen.setdefault((wanted.name, wanted.type, wanted.leads_to), record)
        if other is not record and other.value != record.value:
            faults.error(
                record.path, wanted.name, f"{other.path} is the same record of {wanted.name}", "remove one of them"
            )


def _check_loops(dns: Dns, domain: str, faults: Faults) -> None:
    wanted = wanted_records(dns, domain, "")
    leads = {one.name: one.leads_to for one in wanted if one.type == "CNAME"}
    for record, one in zip(dns.records, wanted, strict=True):
        name, seen = one.name if one.type == "CNAME" else "", set[str]()
        while name in leads and name not in seen:
            seen.add(name)
            name = leads[name]
        if name and name == one.name:
            reason = f"{one.name} leads to itself" + (
                "" if len(seen) == 1 else f", by {' and '.join(sorted(seen - {name}))}"
            )
            faults.error(f"{record.path}.value", record.value, reason, "let it lead to a name with an address")


def _check_take_over(cloudflare: Cloudflare, dns: Dns, domain: str, faults: Faults) -> None:
    names = {record.full_name(domain) for record in dns.records}
    for index, name in enumerate(complete(cloudflare.take_over, domain)):
        if name not in names:
            faults.unknown(
                f"{_VARIABLE}.take_over[{index}]", name, f"{name} has no record in network_dns.records", names
            )


def complete(names: Sequence[str], domain: str) -> list[str]:
    """The complete names of records."""
    return [DnsRecord(name=name, type="A", value="").full_name(domain) for name in names]


def _check_proxied(dns: Dns, ports: Sequence[tuple[str, Collection[int]]], faults: Faults) -> None:
    if dns.ssl_mode in ("off", "flexible"):
        reason = f"with {dns.ssl_mode} Cloudflare asks over HTTP, and Nginx sends it to HTTPS, in a circle"
        faults.warning("network_dns.ssl_mode", dns.ssl_mode, reason, "use strict")
    if dns.settings.pseudo_ipv4 == "overwrite_header":
        reason = "gives IPv6 clients addresses that are not theirs, by which limits and logs go wrong"
        faults.warning("network_dns.settings.pseudo_ipv4", "overwrite_header", reason, 'use "off"')
    known = {"http": _HTTP_PORTS, "https": _HTTPS_PORTS}
    for scheme, served in ports:
        if not {*served} & {*known[scheme]}:
            shown = ", ".join(map(str, served))
            reason = f"Cloudflare does not listen for {scheme} on {shown}, where the sites are served"
            faults.warning(
                "network_dns.proxied", shown, reason, f"serve them on one of {', '.join(map(str, known[scheme]))}"
            )
