# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names that go to files, pages and other programs are names, and nothing that could be read as more."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.document.certificate import Certificate
from ansible_collections.nostromo.networking.plugins.module_utils.document.dns import Dns
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.names import check_certificates, check_dns

HOSTILE = ("<b>x</b>", "a b", "a;b", 'a"b', "a\nb", "a`b`", "$(id)", "{{ 7 }}", "../x", "-a.example", "a..b", "x" * 64)


def dns_faults(record: dict[str, Any] | None = None, **dns: Any) -> list[str]:
    faults = Faults()
    records = [{"name": "app", "type": "A", "value": "203.0.113.7", **record}] if record else []
    read = Dns.read({"records": records, **dns}, "network_dns", faults)
    assert read is not None
    check_dns(read, "nostromo.cl", (), faults)
    return [fault.path for fault in faults.errors]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_name(name: str) -> None:
    assert dns_faults({"name": name}) == ["network_dns.records[0].name"]
    assert dns_faults({"type": "CNAME", "value": name}) == ["network_dns.records[0].value"]
    assert dns_faults(nameservers=[name]) == ["network_dns.nameservers[0]"]


@pytest.mark.parametrize(
    "name", ["app", "@", "*", "*.app", "_acme-challenge.app", "app.nostromo.cl.", "xn--a-cja.cl", "9gag"]
)
def test_what_is_one(name: str) -> None:
    assert dns_faults({"name": name}) == []
    assert dns_faults({"type": "CNAME", "value": name}) == []


@pytest.mark.parametrize(("kind", "sound"), [("A", True), ("TXT", True), ("a", False), ("A B", False), ("<A>", False)])
def test_types(kind: str, sound: bool) -> None:
    assert dns_faults({"type": kind}) == ([] if sound else ["network_dns.records[0].type"])


def test_text_is_free() -> None:
    assert dns_faults({"type": "TXT", "value": "v=spf1 include:_spf.example.org ~all"}) == []


@pytest.mark.parametrize(
    ("key", "value", "sound"),
    [
        ("email", "ops@nostromo.cl", True),
        ("email", "", True),
        ("email", None, True),
        ("email", "ops+tls@mail.nostromo.cl", True),
        ("email", "ops@nostromo", False),
        ("email", "-x@nostromo.cl", False),
        ("email", "ops@nostromo.cl --force", False),
        ("email", "-x@nostromo.cl\n[certbot]", False),
        ("server", "https://acme/dir", True),
        ("server", "https://acme.example:14000/dir?x=1", True),
        ("server", "http://acme/dir", False),
        ("server", 'https://acme/"dir', False),
        ("server", "https://acme/ dir", False),
    ],
)
def test_certificate(key: str, value: object, sound: bool) -> None:
    faults = Faults()
    read = Certificate.read({"name": "x", "names": ["app.nostromo.cl"], key: value}, "network_certificate", faults)
    assert read is not None
    check_certificates([read], (), faults)
    assert [fault.path for fault in faults.errors] == ([] if sound else [f"network_certificate.{key}"])
