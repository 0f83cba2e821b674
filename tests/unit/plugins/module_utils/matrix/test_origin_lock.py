# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which rows make an origin lock, and what does not go together with one."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.compile import host_view
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.origin_lock import origin_lock
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import parse_matrix
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.validate import validate
from ansible_collections.nostromo.networking.tests.unit.certificates import signed_by_itself
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import (
    REMOVED,
    SOUND,
    locked,
    matrix_of,
    row,
    spoil,
    variables_of,
)
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.test_validate import surroundings

Changes = list[tuple[str, object]]
EXPIRY = (
    "information network_certificate: is proven through Cloudflare (HTTP-01), for nobody else is let in: once it has expired,"
    " Full (strict) with Always Use HTTPS lets no challenge come through; challenge: dns needs nobody to come in; the other"
    " way out is always_use_https: false until it is issued"
)


def told(*changes: tuple[str, object]) -> list[str]:
    """What is said of the locked sample, but for the TTL that Cloudflare chooses."""
    data = locked()
    for path, value in changes:
        spoil(data, path, value)
    _document, _matrix, faults = validate(variables_of(data), surroundings(data))
    return [text for fault in faults if "the TTL" not in (text := f"{fault.severity} {fault}")]


def test_the_two_rows_make_the_lock() -> None:
    lock = origin_lock(parse_matrix(matrix_of(locked())))
    assert lock and [one.path for one in lock.rows] == ["network_flows[0]", "network_flows[1]"]
    assert lock.concerns("nginx", 443) and not lock.concerns("nginx", 8443) and not lock.concerns("server", 443)
    assert lock.lets_in(ip_address("198.41.128.9"), 443) == lock.rows[1]
    assert lock.lets_in(ip_address("198.51.100.9"), 443) is None
    assert told() == [EXPIRY]
    token = {"certbot_token": "a-token-of-forty-letters-and-digits-0123"}
    assert told(("network_certificate.challenge", "dns"), ("network_cloudflare", token)) == []


def test_without_it_nothing_is_locked() -> None:
    assert origin_lock(parse_matrix(matrix_of(SOUND))) is None


@pytest.mark.parametrize(
    ("changes", "is_locked"),
    [
        ([("network_flows[1].source", "internet")], False),
        ([("network_flows[1].source", "any")], False),
        ([("network_flows[0].source", "office"), ("network_flows[1].source", "office")], False),
        ([("network_cloudflare_addresses", ["198.41.128.0/18"])], False),
        ([("network_zones.cloudflare", ["198.41.128.0/24"])], True),
        ([("network_flows[11]", row("office", "nginx", 443))], True),
        ([("network_flows[11]", row("etl", "nginx", 443))], True),
        ([("network_flows[11]", row("internet", "nginx", 443, "deny"))], True),
    ],
)
def test_what_is_a_lock(changes: Changes, is_locked: bool) -> None:
    data = locked()
    for path, value in changes:
        spoil(data, path, value)
    assert (origin_lock(parse_matrix(matrix_of(data))) is not None) == is_locked


def test_an_office_may_be_let_in_besides() -> None:
    data = locked()
    spoil(data, "network_flows[11]", row("office", "nginx", 443))
    lock = origin_lock(parse_matrix(matrix_of(data)))
    assert lock
    found = lock.lets_in(ip_address("192.0.2.129"), 443)
    assert found and found.path == "network_flows[11]" and lock.lets_in(ip_address("192.0.2.129"), 80) is None


def test_nginx_own_user_alone_may_ask_nginx_on_its_own_host() -> None:
    """By whom certificates and routes are proven there."""
    view = host_view(parse_matrix(matrix_of(locked())), "server")
    local = {one["port"]: (one["users"], one["others"]) for one in view["firewall"]["local"]}
    assert local[80] == local[443] == (("www-data",), False)


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        (
            [("network_client_address.zone", "")],
            [
                "error network_client_address.zone: is empty, and only Cloudflare is let in to the sites: limits and logs"
                " would see its addresses alone; name the zone of Cloudflare's addresses",
                EXPIRY,
            ],
        ),
        (
            [("network_dns.records[1].proxied", False)],
            [
                "error network_dns.records[1].proxied: www.nostromo.cl is not proxied, and only Cloudflare is let in to the"
                " sites: nobody would reach it; let it be proxied, or let the internet in (network_flows)",
                EXPIRY,
            ],
        ),
        (
            [("network_dns.records[2]", {"name": "ssh", "type": "A", "value": "203.0.113.7", "proxied": False})],
            [
                "warning network_dns.records[2].proxied: ssh.nostromo.cl is not proxied, and shows everybody the address of the"
                " server that only Cloudflare may ask; let it be proxied, or take the record out",
                EXPIRY,
            ],
        ),
        (
            [("network_dns.records[2]", {"name": "mail", "type": "A", "value": "198.51.100.4", "proxied": False})],
            [EXPIRY],
        ),
        (
            [("network_flows[0].source", "internet")],
            [
                "warning network_flows[0]: lets internet in to nginx on port 80, and port 443 is Cloudflare's alone; lock both:"
                " the sites are asked past Cloudflare where one of them is open"
            ],
        ),
        ([("network_dns.ssl_mode", "full")], []),
        ([("network_dns.always_use_https", False)], []),
        ([("network_client_address", REMOVED), ("network_dns", REMOVED)], []),
    ],
)
def test_what_does_not_go_together_with_it(changes: Changes, messages: list[str]) -> None:
    assert told(*changes) == messages


def test_a_certificate_is_demanded_behind_a_lock_only(tmp_path: Path) -> None:
    pulls = (
        "network_cloudflare",
        {"origin_pulls": {"certificate": signed_by_itself(tmp_path).certificate, "mode": "required"}},
    )
    assert told(pulls) == [EXPIRY]
    (error,) = (one for one in told(pulls, ("network_flows[0].source", "internet")) if one.startswith("error"))
    assert "network_cloudflare.origin_pulls.mode: refuses everybody but Cloudflare, and the rows let others in" in error
