# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The example works as a visitor sees it, and is proven like the documented system."""

from __future__ import annotations

import json
import re

from example import play
from testinfra.host import Host
from web import ROOT_CERTIFICATE, get

SITE = "https://almanac.example.org/"


def test_nginx_serves_the_pages(outside: Host) -> None:
    page, style = get(outside, SITE), get(outside, f"{SITE}page.css")
    assert page.status == 200 and "<h1>Almanac</h1>" in page.body
    assert style.headers["content-type"] == "text/css"
    assert get(outside, f"{SITE}nothing").status == 404


def test_the_api_answers(outside: Host) -> None:
    answer = get(outside, f"{SITE}api/2000-01-21")
    assert json.loads(answer.body) == {"date": "2000-01-21", "weekday": "Friday", "day_of_year": 21, "moon": "full"}
    assert get(outside, f"{SITE}api/never").status == 404


def test_everything_is_as_the_data_say() -> None:
    assert re.search(r"\b\d\d+ proven, \d+ not tried, 0 faults", play("almanac", "verify"))
    play("almanac", "doctor")


def names_in_certificate(client: Host, hostname: str) -> str:
    """The names in the certificate that a client is shown for one, once its chain is verified."""
    return client.check_output(
        "openssl s_client -connect %s -servername %s -verify_hostname %s -verify_return_error -CAfile %s </dev/null 2>/dev/null"
        " | openssl x509 -noout -ext subjectAltName | tail -n 1 | tr -d ' '",
        f"{hostname}:443",
        hostname,
        hostname,
        ROOT_CERTIFICATE,
    )


def test_each_site_may_have_a_certificate_of_its_own(outside: Host) -> None:
    names = ["almanac.example.org", "www.almanac.example.org"]
    apart = json.dumps({"network_certificate": [{"name": f"{name}-alone", "names": [name]} for name in names]})
    assert "failed=0" in play("almanac", "site", "-e", apart, "--tags", "nginx,letsencrypt")
    assert [names_in_certificate(outside, name) for name in names] == [f"DNS:{name}" for name in names]
    assert " 0 faults" in play("almanac", "verify", "-e", apart)
    play("almanac", "doctor", "-e", apart)
    again = play("almanac", "site", "-e", apart, "--tags", "nginx,letsencrypt")
    assert re.search(r"server .*changed=0 .*failed=0", again)
