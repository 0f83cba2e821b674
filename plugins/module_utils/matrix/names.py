# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DNS records and the certificates against the names that are served."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from ..document.certificate import Certificate, certificate_of
from ..document.dns import AUTOMATIC_TTL, Dns, DnsRecord
from ..document.sites import Site
from ..faults import Faults
from .web import hostnames

_LEADING = ("CNAME", "MX")
CERTIFICATES = "network_certificate"
#: What cannot be read where the names of certificates stand: a certificate as a whole, or names.
_UNREAD_NAMES = re.compile(rf"{CERTIFICATES}(\[\d+\])?(\.names?(\[.*)?)?")


def check_dns(dns: Dns, domain: str, sites: Sequence[Site], faults: Faults) -> None:
    """Check records against the others of their name, and that there is one for every site."""
    records: dict[str, list[DnsRecord]] = {}
    broken = [fault.path for fault in faults.errors if fault.path.startswith("network_dns")]
    for record in dns.records:
        if any(path.startswith(record.path) for path in broken):
            continue
        name = record.full_name(domain)
        _check_rivals(records.setdefault(name, []), name, record, faults)
    if domain and not broken:
        _check_targets(dns, domain, records, faults)
    _tell_ttl(dns, faults)
    for site in sites:
        if records and not broken and site.hostname and site.hostname not in records:
            reason = f"{site.hostname} has no DNS record"
            faults.warning(f"{site.path}.hostname", site.hostname, reason, "add it to network_dns.records")


def _check_rivals(others: list[DnsRecord], name: str, record: DnsRecord, faults: Faults) -> None:
    """A record beside the ``others`` of its name; it joins them."""
    for other in others:
        if (record.type, record.value) == (other.type, other.value):
            faults.error(record.path, name, f"{other.path} is the same record of {name}", "remove one of them")
        elif "CNAME" in (record.type, other.type):
            reason = f"{name} has another record at {other.path}, and a CNAME has to stand alone"
            faults.error(record.path, name, reason, "keep one of them")
    others.append(record)


def _check_targets(dns: Dns, domain: str, records: Container[str], faults: Faults) -> None:
    """A name of the domain to which another leads has a record, or is below a wildcard. Of others nobody here knows."""
    for record in dns.records:
        name = record.value.removesuffix(".")
        target = name if "." in name else f"{name}.{domain}"
        if record.type not in _LEADING or not f".{target}".endswith(f".{domain}"):
            continue
        if target not in records and f"*.{target.partition('.')[2]}" not in records:
            faults.warning(
                f"{record.path}.value", record.value, f"{target} has no DNS record", "correct it, or add the record"
            )


def _tell_ttl(dns: Dns, faults: Faults) -> None:
    without = [record for record in dns.records if dns.is_proxied(record) and record.ttl != AUTOMATIC_TTL]
    if without:
        shown = ", ".join(sorted({str(record.ttl) for record in without}))
        reason = f"the TTL {shown} of proxied records has no effect: Cloudflare sets it itself"
        faults.information("network_dns.records", shown, reason, "it takes effect once they are not proxied")


def check_certificates(certificates: Sequence[Certificate], sites: Sequence[Site], faults: Faults) -> None:
    """Check that the name of every site is in one certificate, and none that its challenge cannot prove."""
    complete = not any(_UNREAD_NAMES.fullmatch(fault.path) for fault in faults.errors)
    served = hostnames(sites)
    holders: dict[str, str] = {}
    for certificate in certificates:
        for index, name in enumerate(certificate.names):
            where = f"{certificate.path}.names[{index}]"
            if name.startswith("*") and certificate.challenge == "http":
                reason = f'"{name}" is a wildcard, which HTTP-01 cannot prove'
                faults.error(where, name, reason, "name each host, or prove it by DNS (challenge: dns)")
            elif name in holders:
                faults.error(where, name, f"{name} is listed at {holders[name]} too", "remove one")
            elif certificate.challenge == "dns":
                _check_redundant(certificate, name, where, faults)
            elif sites and name not in served:
                reason = f"{name} is not served, so Let's Encrypt's challenge for it is refused"
                faults.error(where, name, reason, "add a site to network_sites, or remove the name")
            holders.setdefault(name, where)
    for hostname in served:
        if complete and certificate_of(hostname, certificates) is None:
            reason = f"no certificate holds {hostname}, which is served: clients and Cloudflare (Full strict) would refuse it"
            faults.error(CERTIFICATES, list(holders), reason, f"add {hostname} to the names of one")
    _check_together(certificates, faults)


def _check_redundant(certificate: Certificate, name: str, where: str, faults: Faults) -> None:
    """Let's Encrypt issues no certificate for a wildcard and what is below it."""
    if not name.startswith("*") and f"*.{name.partition('.')[2]}" in certificate.names:
        reason = f"{name} is below a wildcard of the same certificate, and Let's Encrypt refuses both in one"
        faults.error(where, name, reason, "remove one of them")


def _check_together(certificates: Sequence[Certificate], faults: Faults) -> None:
    """Certificates lie apart; who renews them (cron, certbot's timer) renews all that the host holds."""
    for index, certificate in enumerate(certificates):
        for other in certificates[:index]:
            for key in ("name", "directory"):
                value = getattr(certificate, key)
                if value and value == getattr(other, key):
                    reason = f"{value} is the {key} of {other.path} too"
                    faults.error(f"{certificate.path}.{key}", value, reason, "give each certificate one of its own")
                    break
        if certificate.renewal != certificates[0].renewal:
            reason = f"differs from that of {certificates[0].path}, and a host renews all its certificates in one way"
            faults.error(f"{certificate.path}.renewal", None, reason, "give all certificates the same renewal")
