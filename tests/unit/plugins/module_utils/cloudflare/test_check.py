# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is told of the data before anything is asked of Cloudflare."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare.check import check_cloudflare
from ansible_collections.nostromo.networking.plugins.module_utils.document.variables import Document
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.names import check_dns
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.cloudflare.trial import DATA, DOMAIN, TOKEN

A = {"name": "app", "type": "A", "value": "203.0.113.7"}


def told(dns: dict[str, Any], cloudflare: dict[str, Any] | None = None, **variables: Any) -> list[str]:
    """The faults, the network's ports being those that the web has."""
    faults = Faults()
    given = {
        "network_domain": DOMAIN,
        "network_dns": dns,
        "network_cloudflare": {"token": TOKEN, **(cloudflare or {})},
        "network_cloudflare_addresses": ["104.16.0.0/13"],
        **variables,
    }
    document = Document.read_variables(given, faults)
    if document.dns:
        check_dns(document.dns, document.domain, (), faults)
    check_cloudflare(document, faults, [("http", [80]), ("https", [443])])
    return [f"{fault.severity} {fault}" for fault in faults if fault.severity != "information"]


def records(*given: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A zone of some records."""
    return {"records": list(given), **more}


def test_sound_data() -> None:
    assert told(DATA) == []
    assert told(records({**A, "name": "*"}, {"type": "TXT", "value": '"v=spf1 -all"'}, proxied=True)) == []


def test_without_a_token_nothing_is_told() -> None:
    assert told(records({"type": "MX", "value": "mail.example.net"}), {"token": ""}) == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (records({"type": "MX", "value": "mail.example.net"}),
         "error network_dns.records[0].priority: is missing, and an MX record has one; add it, such as 10"),
        (records({"type": "CAA", "value": '0 issue "letsencrypt.org"'}),
         "error network_dns.records[0].type: records of the type CAA are not set by this collection; make it at Cloudflare,"
         " where it is left alone, and take it out here"),
        (records({**A, "name": "app.example.org."}),
         "error network_dns.records[0].name: app.example.org. is not in the zone nostromo.cl; use a name of it, or leave out the"
         " dot at the end"),
        (records({"type": "TXT", "value": "x" * 2049}),
         "error network_dns.records[0].value: is longer than 2048 characters; shorten it"),
        (records({"type": "TXT", "value": "x", "proxied": True}),
         "error network_dns.records[0].proxied: Cloudflare cannot stand in front of a TXT record; leave it out"),
        (records({**A, "value": "104.16.1.1"}),
         "error network_dns.records[0].value: 104.16.1.1 is an address of Cloudflare's own, which no record may hold; use the"
         " server's own address"),
        (records({**A, "value": "10.0.0.1"}, proxied=True),
         "warning network_dns.records[0].value: 10.0.0.1 is private, and Cloudflare cannot come there; use a public address, or"
         " set proxied to false"),
        (records({**A, "name": "a.app", "value": "203.0.113.7"}, proxied=True),
         "warning network_dns.records[0].name: a.app.nostromo.cl is proxied and two names below nostromo.cl, for which"
         " Cloudflare's free certificate does not hold; use a name with one label, or order one that holds it"),
        (records({"name": "x", "type": "CNAME", "value": "x"}),
         "error network_dns.records[0].value: x.nostromo.cl leads to itself; let it lead to a name with an address"),
        (records({"name": "x", "type": "CNAME", "value": "y"}, {**A, "name": "z"}, {"name": "y", "type": "CNAME", "value": "x"}),
         "error network_dns.records[0].value: x.nostromo.cl leads to itself, by y.nostromo.cl; let it lead to a name with an"
         " address"),
        (records({"name": "x", "type": "AAAA", "value": "2001:db8::1"}, {"name": "X", "type": "AAAA", "value": "2001:0db8:0::1"}),
         "error network_dns.records[1]: network_dns.records[0] is the same record of x.nostromo.cl; remove one of them"),
        (records({**A, "value": "203.0.113.7"}, proxied=True, ssl_mode="flexible"),
         "warning network_dns.ssl_mode: with flexible Cloudflare asks over HTTP, and Nginx sends it to HTTPS, in a circle; use"
         " strict"),
        (records({**A, "ttl": 59}),
         "error network_dns.records[0].ttl: 59 is not a TTL; use seconds from 60 to 86400, or 1 for automatic"),
        (records({**A, "ttl": "300"}),
         'error network_dns.records[0].ttl: "300" is not a TTL; use seconds from 60 to 86400, or 1 for automatic'),
        (records(ssl_mode="Strict"),
         'error network_dns.ssl_mode: "Strict" is not a known value; use off or flexible or full or strict'),
        (records(settings={"always_online": True}),
         "error network_dns.settings.always_online: is not a known key; use one of automatic_https_rewrites, http3, ipv6,"
         " min_tls_version, opportunistic_encryption, origin_max_http_version, pseudo_ipv4, security_header, websockets"),
        (records(settings={"http3": "on"}),
         'error network_dns.settings.http3: "on" is not a boolean; use true or false, without quotes'),
        (records(settings={"min_tls_version": 1.4}),
         "error network_dns.settings.min_tls_version: 1.4 is not a version of TLS; use 1.0 or 1.1 or 1.2 or 1.3"),
        (records({**A, "name": "a" * 64}),
         f'error network_dns.records[0].name: "{"a" * 58}… is not a name in DNS; use one such as app, app.example.org or @'),
        (records({**A, "name": "ñandú"}),
         'error network_dns.records[0].name: "ñandú" is not a name in DNS; use one such as app, app.example.org or @'),
    ],
)  # fmt: skip
def test_data_that_would_be_refused_or_do_harm(given: dict[str, Any], expected: str) -> None:
    assert told(given)[0] == expected


@pytest.mark.parametrize(
    ("cloudflare", "expected"),
    [
        ({"take_over": ["ap"]},
         "error network_cloudflare.take_over[0]: ap.nostromo.cl has no record in network_dns.records; did you mean"
         " app.nostromo.cl?"),
        ({"zone_id": "nostromo"},
         'error network_cloudflare.zone_id: "nostromo" is not the ID of a zone; copy the 32 characters from the zone\'s overview'
         " at Cloudflare"),
        ({"api_url": "http://api.cloudflare.com/client/v4"},
         'error network_cloudflare.api_url: "http://api.cloudflare.com/client/v4" is not an https address; use one such as'
         " https://api.cloudflare.com/client/v4"),
        ({"confirm_deletions": True}, "error network_cloudflare.confirm_deletions: true is not a whole number; use one from 0 to"
         " 1000000"),
    ],
)  # fmt: skip
def test_how_it_is_asked(cloudflare: dict[str, Any], expected: str) -> None:
    assert told(DATA, cloudflare) == [expected]


@pytest.mark.parametrize("token", [f"{TOKEN}\n", f"{TOKEN} {TOKEN}", "short", 5])
def test_a_token_that_is_none_is_shown_to_nobody(token: Any) -> None:
    (fault,) = told(DATA, {"token": token})
    assert fault.startswith("error network_cloudflare.token: is not a token") and TOKEN not in fault


def test_a_token_in_the_wrong_place_is_not_shown_either() -> None:
    faults = Faults()
    Document.read_variables({"network_cloudflare": TOKEN}, faults)
    assert [str(fault) for fault in faults] == ["network_cloudflare: is not a mapping; write a mapping with token"]


def test_ports_at_which_cloudflare_does_not_listen() -> None:
    faults = Faults()
    document = Document.read_variables(
        {"network_domain": DOMAIN, "network_dns": DATA, "network_cloudflare": {"token": TOKEN}}, faults
    )
    check_cloudflare(document, faults, [("http", [80]), ("https", [9443])])
    assert [fault.reason for fault in faults] == [
        "Cloudflare does not listen for https on 9443, where the sites are served"
    ]


def test_a_domain_is_needed() -> None:
    assert told(DATA, network_domain=None) == [
        "error network_domain: is empty, and it is the zone's name at Cloudflare; fill it in"
    ]
