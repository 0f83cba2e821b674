# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The site as a client on the internet gets it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from uuid import uuid4

import network
import pytest
from testinfra.host import Host
from web import get, query

SITES = network.variables()["network_sites"]
APP = next(site["hostname"] for site in SITES if "/" in site.get("routes", {}))
API = [site["hostname"] for site in SITES if "/api/" in site.get("routes", {})]
REDIRECTED = [site for site in SITES if "redirect" in site]
YEAR_SECONDS = 31536000


@pytest.fixture
def sensor(server: Host) -> Iterator[dict[str, str]]:
    """A sensor in Mother's tables that nothing but the database can know."""
    key = f"test-{uuid4().hex[:8]}"
    query(
        server,
        f"INSERT INTO telemetry.sensors VALUES ('{key}', 'Sonda {key}', 'Z', 'ly');"
        f"INSERT INTO telemetry.readings VALUES ('{key}', now(), 39.5)",
    )
    yield {"key": key, "name": f"Sonda {key}"}
    query(server, f"DELETE FROM telemetry.sensors WHERE key = '{key}'")


def test_page_shows_what_is_in_mother(outside: Host, sensor: dict[str, str]) -> None:
    answer = get(outside, f"https://{APP}/")
    assert (answer.status, answer.version) == (200, "HTTP/2")
    article = re.search(rf'data-sensor="{sensor["key"]}".*?</article>', answer.body, re.DOTALL)
    assert article is not None
    assert sensor["name"] in article[0]
    assert "39,5" in article[0]


def test_page_shows_what_the_etl_loaded(server: Host, outside: Host) -> None:
    loaded = query(server, "SELECT name FROM telemetry.sensors ORDER BY name").splitlines()
    assert len(loaded) > 1
    body = get(outside, f"https://{APP}/").body
    assert [name for name in loaded if name not in body] == []


@pytest.mark.parametrize("hostname", API)
def test_api_answers_from_mother(outside: Host, sensor: dict[str, str], hostname: str) -> None:
    answer = get(outside, f"https://{hostname}/api/readings?sensor={sensor['key']}")
    assert answer.status == 200
    assert [reading["value"] for reading in json.loads(answer.body)["readings"]] == [39.5]


@pytest.mark.parametrize("family", ["-4", "-6"])
@pytest.mark.parametrize("hostname", [site["hostname"] for site in SITES])
def test_http_leads_to_https(outside: Host, hostname: str, family: str) -> None:
    answer = get(outside, f"http://{hostname}/cubierta/b?sensor=1", family)
    assert answer.status in (301, 308)
    assert answer.headers["location"] == f"https://{hostname}/cubierta/b?sensor=1"


@pytest.mark.parametrize("site", REDIRECTED, ids=lambda site: site["hostname"])
def test_other_names_lead_to_the_site(outside: Host, site: dict[str, str]) -> None:
    answer = get(outside, f"https://{site['hostname']}/cubierta/b?sensor=1")
    assert answer.status in (301, 308)
    assert answer.headers["location"] == f"https://{site['redirect']}/cubierta/b?sensor=1"


@pytest.mark.parametrize("path", ["/", "/api/status", "/nada"])
def test_browsers_are_told_to_stay_with_https(outside: Host, path: str) -> None:
    policy = get(outside, f"https://{APP}{path}").headers["strict-transport-security"]
    assert int(re.search(r"max-age=(\d+)", policy)[1]) >= YEAR_SECONDS


class Loaded(HTMLParser):
    """What a page has browsers load, and what of styles and scripts stands in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.addresses += [found[key] or "" for key in ("src", "srcset", "data") if key in found]
        self.addresses += [found["href"] or ""] if tag == "link" else []
        self.inline += [key for key in found if key == "style" or key.startswith("on")]
        self.inline += [tag] if tag == "style" or (tag == "script" and "src" not in found) else []


@pytest.mark.parametrize("path", ["/", "/nada"])
def test_page_needs_nothing_that_its_policy_forbids(outside: Host, path: str) -> None:
    answer = get(outside, f"https://{APP}{path}")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; img-src 'self';")
    loaded = Loaded(answer.body)
    assert loaded.addresses != []
    assert [one for one in loaded.addresses if not re.fullmatch(r"/[^/].*\.(css|svg)", one)] == []
    assert loaded.inline == []


def test_hashed_files_are_kept_by_browsers(outside: Host) -> None:
    path = re.search(r'"(/_astro/[^"]+\.css)"', get(outside, f"https://{APP}/").body)[1]
    answer = get(outside, f"https://{APP}{path}")
    assert answer.status == 200
    assert answer.headers["cache-control"] == f"public, max-age={YEAR_SECONDS}, immutable"


def test_page_that_is_not_there_is_the_applications_own(outside: Host) -> None:
    answer = get(outside, f"https://{APP}/nada")
    assert (answer.status, "Esta cubierta no existe" in answer.body) == (404, True)


#: How curl ends when the connection is closed without an answer, and when the TLS handshake is refused.
CLOSED, TLS_REFUSED = {52, 56}, {35}


@pytest.mark.parametrize(
    ("url", "ends"),
    [
        ("http://unknown.example/", CLOSED),
        ("https://unknown.example/", TLS_REFUSED),
        (f"https://{network.server_address(4)}/", TLS_REFUSED),
        (f"http://{network.server_address(4)}/", CLOSED),
    ],
)
def test_unknown_host_gets_no_answer(outside: Host, url: str, ends: set[int]) -> None:
    to_server = f"unknown.example::{network.server_address(4)}:"
    assert outside.run("curl --silent --insecure --max-time 10 --connect-to %s %s", to_server, url).rc in ends


def test_a_burst_is_limited_as_documented(outside: Host) -> None:
    """The documented 10 requests a second with a burst of 20: of 40 immediate requests 21 are answered."""
    limit = network.variables()["network_rate_limits"]["api_limit"]
    answered = limit["burst"] + 1
    printed = outside.check_output(
        "sleep 3; cd $(mktemp -d) && curl --silent --parallel --cacert /usr/local/share/ca-certificates/lab-root.crt"
        " --output '#1' --write-out '%%{json}\\n' %s >answers; cat answers; echo; cat $(grep -l request_id *)",
        f"https://{APP}{limit['location']}status?[1-40]",
    )
    answers, _, bodies = printed.partition("\n\n")
    results = [(one["http_code"], one["content_type"]) for one in map(json.loads, answers.splitlines())]
    assert sorted({code for code, _type in results}) == [200, 429]
    assert [code for code, _type in results].count(200) == answered == 21
    assert {kind for code, kind in results if code == 429} == {"application/json"}
    limited = [json.loads(line) for line in bodies.splitlines()]
    assert len(limited) == 40 - answered
    assert {body["error"] for body in limited} == {"too_many_requests"}


@pytest.fixture
def networks(server: Host, outside: Host) -> Iterator[list[str]]:
    """Further networks of IPv6 (/64) that the outside has."""
    here = re.sub(r"10$", "30", network.server_address(6))
    prefixes = [re.sub(r"::.*$", f":{number}", here) for number in (1, 2)]
    route = [f"ip -6 route {{}} {prefix}::/64 via {here}" for prefix in prefixes]
    own = [f"ip -6 address {{}} {prefix}::{number}/128 dev eth0" for prefix in prefixes for number in (1, 2)]
    for host, commands in ((server, route), (outside, own)):
        host.check_output(";".join(one.format("replace") for one in commands))
    yield prefixes
    for host, commands in ((server, route), (outside, own)):
        host.check_output(";".join(one.format("delete") for one in commands))


def test_a_network_of_ipv6_is_one_client(outside: Host, networks: list[str]) -> None:
    """Another address of its /64 finds the burst used up, but for what the rate allows meanwhile; another /64 has its own."""
    limit = network.variables()["network_rate_limits"]["api_limit"]
    answered, (one, other) = limit["burst"] + 1, networks
    ask = "curl --silent --parallel --parallel-immediate --cacert /usr/local/share/ca-certificates/lab-root.crt"
    ask += f" --output /dev/null --write-out '%{{http_code}} ' --connect-to '::[{network.server_address(6)}]:443'"
    ask += f" 'https://{APP}{limit['location']}status?[1-{answered + 10}]' --interface"
    asked = f"sleep 3; for source in {one}::1 {one}::2 {other}::1; do date +%s.%N; {ask} $source; echo; done; date +%s.%N"
    said = outside.check_output("sh -c %s", asked).splitlines()
    times, statuses = [float(line) for line in said[::2]], said[1::2]
    first, beside, elsewhere = (line.split().count("200") for line in statuses)
    rate = int(limit["rate"].removesuffix("r/s"))
    meanwhile = [rate * (end - begin) for begin, end in pairwise(times)]
    assert answered <= first <= answered + meanwhile[0]
    assert answered <= elsewhere <= answered + meanwhile[2]
    assert beside < min(answered / 2 + meanwhile[1], answered)
