# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the ways in which certificates are proven fit their names, the rows and what there is of Cloudflare."""

from __future__ import annotations

from ..document.certificate import Certificate
from ..document.variables import Document
from .check import Checker
from .model import ANY, SERVER
from .web import check_challenge

_HTTPS_PORT = 443


def check_challenges(checker: Checker, document: Document) -> None:
    """Note what stands in the way of each certificate's challenge."""
    by_http = [one for one in document.certificates if one.challenge == "http"]
    by_dns = [one for one in document.certificates if one.challenge == "dns"]
    if by_http:
        check_challenge(checker, document.client_address.zone if document.client_address else "")
    if by_dns:
        _check_token(checker, document, by_dns[0])
        _check_way(checker, document, by_dns[0])


def _check_token(checker: Checker, document: Document, certificate: Certificate) -> None:
    """Certbot's token is there, and is not the one that may change the whole zone: it lies on the hosts of the sites."""
    path, cloudflare = "network_cloudflare.certbot_token", document.cloudflare
    if any(fault.path.startswith("network_cloudflare") for fault in checker.faults.errors):
        return
    if cloudflare is None or not cloudflare.certbot_token:
        reason = f"is empty, and the names of {certificate.name} are proven by DNS (challenge: dns)"
        remedy = "put a token with Zone > Zone > Read and Zone > DNS > Edit into the vault as vault_cloudflare_certbot_token"
        checker.faults.error(path, None, reason, remedy)
    elif cloudflare.certbot_token == cloudflare.token:
        reason = "is network_cloudflare.token, which can change the zone's settings, and this one is kept on the server"
        checker.faults.warning(path, None, reason, "make one of its own, with Zone > Zone > Read and Zone > DNS > Edit")


def _check_way(checker: Checker, document: Document, certificate: Certificate) -> None:
    """Certbot, which is root's, comes to the API, which is at Cloudflare's addresses."""
    cloudflare = document.cloudflare
    elsewhere = cloudflare is not None and cloudflare.api_url != type(cloudflare).declared()["api_url"].default
    if elsewhere or not document.cloudflare_addresses or not checker.flows_complete or not checker.zones_complete:
        return
    for source in (SERVER, ANY):
        for _number, row in checker.matrix.rows.starting_at(source):
            zone = checker.matrix.zones.get(row.destination, ())
            if (
                row.action == "allow"
                and row.covers(_HTTPS_PORT, "tcp")
                and any(
                    one.version == other.version and one.overlaps(other)
                    for one in zone
                    for other in document.cloudflare_addresses
                )
            ):
                return
    reason = (
        f"no row lets server out to Cloudflare on port {_HTTPS_PORT}, whose API certbot asks to prove the names of"
        f" {certificate.name} by DNS (challenge: dns)"
    )
    remedy = f"add a row: source server, destination a zone with network_cloudflare_addresses, port {_HTTPS_PORT}"
    checker.faults.error("network_flows", None, reason, remedy)
