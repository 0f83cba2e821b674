# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DNS records and the certificate against the names that are served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..faults import Faults, show
from ..fields import (
    check_keys,
    note_placeholder,
    read_choice,
    read_mapping,
    read_pattern,
    read_sequence,
    read_switch,
    read_text,
)
from .addresses import read_address
from .renewal import check_renewal
from .vocabulary import (
    ABSOLUTE_PATH,
    AUTOMATIC_TTL,
    CERTIFICATE_KEYS,
    CERTIFICATE_NAME,
    DNS_KEYS,
    DNS_NAME,
    DNS_TYPE,
    EMAIL,
    HIGHEST_TTL,
    HTTPS_URL,
    LOWEST_TTL,
    RECORD_KEYS,
    RECORD_REQUIRED,
    REMEDIES,
    SSL_MODES,
)
from .web import Site, hostnames

_TYPES_WITH_ADDRESS = {"A": 4, "AAAA": 6}
_TYPES_WITH_NAME = ("CNAME", "MX", "NS", "PTR")


def check_dns(value: object, domain: str, sites: Sequence[Site], faults: Faults) -> None:
    """Check ``network_dns``: each record by itself, against the others of its name, and a record for every site."""
    dns = read_mapping(value, "network_dns", faults)
    check_keys(dns, "network_dns", faults, DNS_KEYS)
    all_proxied = read_switch(dns, "proxied", "network_dns", faults, False)
    read_switch(dns, "always_use_https", "network_dns", faults, True)
    read_choice(dns, "ssl_mode", "network_dns", faults, SSL_MODES, "strict")
    _read_names(dns.get("nameservers"), "network_dns.nameservers", faults)
    records: dict[str, list[tuple[str, object, str]]] = {}
    for index, item in enumerate(read_sequence(dns.get("records"), "network_dns.records", faults)):
        path = f"network_dns.records[{index}]"
        if not isinstance(item, Mapping):
            faults.error(path, item, f"{show(item)} is not a mapping", "write name, type, value and ttl")
            continue
        check_keys(item, path, faults, RECORD_KEYS, RECORD_REQUIRED)
        read_pattern(item, "name", path, faults, DNS_NAME, "a name in DNS", REMEDIES[DNS_NAME])
        name = _full(read_text(item, "name", path, Faults(), "@"), domain)
        proxied = read_switch(item, "proxied", path, faults, all_proxied)
        kind = read_pattern(item, "type", path, faults, DNS_TYPE, "a type of record", REMEDIES[DNS_TYPE]) or ""
        _check_value(item, kind, path, faults)
        _check_ttl(item.get("ttl"), proxied, f"{path}.ttl", faults)
        _check_rivals(records.setdefault(name, []), name, kind, item.get("value"), path, faults)
    for site in sites:
        if records and site.hostname not in records:
            reason = f"{site.hostname} has no DNS record"
            faults.warning(f"{site.path}.hostname", site.hostname, reason, "add it to network_dns.records")


def _full(name: str, domain: str) -> str:
    if name == "@":
        return domain
    return name if not domain or name == domain or name.endswith(f".{domain}") else f"{name}.{domain}"


def _check_rivals(
    others: list[tuple[str, object, str]], name: str, kind: str, value: object, path: str, faults: Faults
) -> None:
    """A record beside the ``others`` (type, value, path) of its name; it joins them."""
    for other_kind, other_value, other_path in others:
        if (kind, value) == (other_kind, other_value):
            faults.error(path, name, f"{other_path} is the same record of {name}", "remove one of them")
        elif "CNAME" in (kind, other_kind):
            reason = f"{name} has another record at {other_path}, and a CNAME has to stand alone"
            faults.error(path, name, reason, "keep one of them")
    others.append((kind, value, path))


def _check_value(record: Mapping[str, object], kind: str, path: str, faults: Faults) -> None:
    value = record.get("value")
    if value is None:
        return
    if not isinstance(value, str):
        faults.error(f"{path}.value", value, f"{show(value)} is not a text", "write it in quotes")
        return
    if kind not in _TYPES_WITH_ADDRESS:
        waiting = note_placeholder(value, f"{path}.value", faults, "the real value")
        if kind in _TYPES_WITH_NAME and not waiting:
            read_pattern(record, "value", path, faults, DNS_NAME, "a name in DNS", REMEDIES[DNS_NAME])
        return
    address = read_address(value, f"{path}.value", faults)
    if address is not None and address.version != _TYPES_WITH_ADDRESS[kind]:
        reason = f"{show(value)} is an IPv{address.version} address, which no {kind} record can hold"
        faults.error(f"{path}.value", value, reason, f"use type {'A' if address.version == 4 else 'AAAA'}")


def _check_ttl(value: object, proxied: bool, path: str, faults: Faults) -> None:
    if value is None or (value in AUTOMATIC_TTL and not isinstance(value, bool)):
        return
    if isinstance(value, bool) or not isinstance(value, int) or not LOWEST_TTL <= value <= HIGHEST_TTL:
        remedy = f"use seconds from {LOWEST_TTL} to {HIGHEST_TTL}, or 1 for automatic"
        faults.error(path, value, f"{show(value)} is not a TTL", remedy)
    elif proxied:
        reason = f"{value} has no effect: Cloudflare sets the TTL of a proxied record itself"
        faults.warning(path, value, reason, "use 1 (automatic), or do not proxy the record")


def _read_names(value: object, path: str, faults: Faults) -> list[str | None]:
    """A list of names; in the place of one that is no text stands ``None``."""
    names: list[str | None] = []
    for index, item in enumerate(read_sequence(value, path, faults)):
        if not isinstance(item, str):
            faults.error(f"{path}[{index}]", item, f"{show(item)} is not a text", "write a host name")
        elif not note_placeholder(item, f"{path}[{index}]", faults, "a host name") and not DNS_NAME.fullmatch(item):
            faults.error(
                f"{path}[{index}]", item, f"{show(item)} is not a host name", "use one such as app.example.org"
            )
        names.append(item if isinstance(item, str) else None)
    return names


def check_certificate(value: object, sites: Sequence[Site], faults: Faults) -> None:
    """Check ``network_certificate``: it holds the name of every site, and nothing that HTTP-01 cannot prove."""
    certificate = read_mapping(value, "network_certificate", faults)
    if not certificate:
        return
    path = "network_certificate"
    check_keys(certificate, path, faults, CERTIFICATE_KEYS)
    read_pattern(certificate, "name", path, faults, CERTIFICATE_NAME, "a name", REMEDIES[CERTIFICATE_NAME])
    read_pattern(certificate, "directory", path, faults, ABSOLUTE_PATH, "a directory", REMEDIES[ABSOLUTE_PATH])
    email = certificate.get("email")
    waiting = note_placeholder(email, f"{path}.email", faults, "the address for notices")
    if email != "" and not waiting:
        read_pattern(certificate, "email", path, faults, EMAIL, "an e-mail address", REMEDIES[EMAIL])
    read_pattern(certificate, "server", path, faults, HTTPS_URL, "an https address", REMEDIES[HTTPS_URL])
    check_renewal(certificate.get("renewal"), f"{path}.renewal", faults)
    names = _read_names(certificate.get("names"), f"{path}.names", faults)
    for index, name in enumerate(names):
        where = f"{path}.names[{index}]"
        if name is None:
            continue
        if name.startswith("*"):
            faults.error(where, name, f"{show(name)} is a wildcard, which HTTP-01 cannot prove", "name each host")
        elif name in names[:index]:
            faults.error(where, name, f"{name} is listed twice", "remove one")
        elif sites and name not in hostnames(sites):
            reason = f"{name} is not served, so Let's Encrypt's challenge for it is refused"
            faults.error(where, name, reason, "add a site to network_sites, or remove the name")
    for hostname in hostnames(sites):
        if hostname not in names:
            reason = f"lacks {hostname}, which is served: clients and Cloudflare (Full strict) would refuse it"
            faults.error(f"{path}.names", names, reason, f"add {hostname}")
