# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What mtail counts by the program, over lines of the role's own nginx and over lines made for the purpose."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.document.sites import Route, Site
from ansible_collections.nostromo.networking.plugins.module_utils.document.variables import Document
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.log_program import (
    BUCKETS,
    log_program,
    program_of,
    routes_of,
)
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.metrics import (
    CLASSES,
    DURATION,
    LOG_LINES,
    RECEIVED,
    REQUESTS,
    RESPONSES,
    SENT,
)
from ansible_collections.nostromo.networking.plugins.module_utils.quoting.characters import UnquotableError
from ansible_collections.nostromo.networking.tests.unit.templates.real_nginx import serving

from .log_lines import line
from .programs import counted, value
from .samples import monitoring

ROUTES = {"/": Route(component="sevastopol"), "/api/": Route(component="orchestrator")}
SITES = (
    Site(hostname="app.nostromo.cl", routes=ROUTES),
    Site(hostname="api.nostromo.cl", routes={"/api/": ROUTES["/api/"]}),
    Site(hostname="www.nostromo.cl", redirect="app.nostromo.cl"),
)
PROGRAM = log_program(SITES, [1.0], ["/_astro/"])
#: Requests that have broken log readers: raw bytes, over the port without TLS.
HOSTILE = [
    b'GET /api/","route":"/evil","status":200,"x":" HTTP/1.1\r\nHost: app.nostromo.cl\r\nConnection: close\r\n\r\n',
    b'GET /api/ HTTP/1.1\r\nHost: app.nostromo.cl\r\nUser-Agent: "}\\\r\nReferer: {"a":"\\\r\nConnection: close\r\n\r\n',
    b"GET /api/ HTTP/1.1\r\nHost: app.nostromo.cl\r\nUser-Agent: \xff\xfe\xc0\x80\xed\xa0\x80\r\nConnection: close\r\n\r\n",
    b"GET /api/\xff\xe2\x80\xa8 HTTP/1.1\r\nHost: app.nostromo.cl\r\nConnection: close\r\n\r\n",
    b"GET /api/ HTTP/1.1\r\nHost: app.nostromo.cl\r\nUser-Agent: a\x01\x1b[31m\x7f\r\nConnection: close\r\n\r\n",
    b"EVIL /api/ HTTP/1.1\r\nHost: app.nostromo.cl\r\nConnection: close\r\n\r\n",
    b"X_Y-Z /api/ HTTP/1.1\r\nHost: app.nostromo.cl\r\nConnection: close\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01garbage\r\n\r\n",
    b"GET /\r\n",
    b"GET /api/" + b"a" * 15000 + b" HTTP/1.1\r\nHost: app.nostromo.cl\r\nConnection: close\r\n\r\n",
    b"GET /api/" + b"a" * 40000 + b" HTTP/1.1\r\nHost: app.nostromo.cl\r\nConnection: close\r\n\r\n",
    b"GET /api/ HTTP/1.1\r\nHost: app.nostromo.cl\r\nUser-Agent: " + b'"' * 15000 + b"\r\nConnection: close\r\n\r\n",
    b'GET /api/ HTTP/1.1\r\nHost: a"b\r\nConnection: close\r\n\r\n',
    b"GET /api/ HTTP/1.1\r\nHost: app.nostromo.cl.evil\r\nConnection: close\r\n\r\n",
    b"GET /api/ HTTP/1.1\r\nHost: APP.nostromo.cl:8080\r\nConnection: close\r\n\r\n",
    b"GET http://evil.example/api/ HTTP/1.1\r\nHost: app.nostromo.cl\r\nConnection: close\r\n\r\n",
    b"GET /api/$route/${route} HTTP/1.1\r\nHost: app.nostromo.cl\r\nConnection: close\r\n\r\n",
]


def test_a_real_nginx_is_counted_request_by_request(tmp_path: Path) -> None:
    limit = {
        "key": "$binary_remote_addr",
        "size": "1m",
        "rate": "1r/m",
        "burst": 3,
        "nodelay": True,
        "location": "/api/",
    }
    with serving(tmp_path, nginx_rate_limits={"few": limit}) as nginx:
        for path in ("/api/health", "/api/404", "/api/500", "/api/slow", "/api/", "/api/", "/", "/_astro/x.js"):
            nginx.get(path)
        nginx.get("/", tls=False)
        log = "\n".join([*nginx.lines(9), ""]).encode()
    found = counted(log_program(SITES, [1.0], ["/_astro/"]), log, tmp_path)
    app = {"site": "app.nostromo.cl"}
    assert value(found, LOG_LINES, result="parsed") == 9
    assert value(found, LOG_LINES, result="unparsed") == 0
    assert {
        family: value(found, RESPONSES, **app, route="/api/", **{"class": family}) for family in CLASSES
    } == {"2xx": 2, "3xx": 0, "4xx": 1, "5xx": 1, "limited": 2}  # fmt: skip
    assert value(found, RESPONSES, **app, route="/", **{"class": "5xx"}) == 1
    assert value(found, RESPONSES, **app, route="/_astro/", **{"class": "5xx"}) == 1
    assert value(found, RESPONSES, **app, route="redirect", **{"class": "3xx"}) == 1
    assert value(found, REQUESTS, **app, route="/api/", method="GET", status="429") == 2
    # Nothing was answered by an upstream where a limit refused, or where nobody listens.
    assert value(found, f"{DURATION}_count", **app) == value(found, f"{DURATION}_count", **app, route="/api/") == 4
    assert value(found, f"{DURATION}_bucket", **app, route="/api/", le="0.2") == 3
    records = [json.loads(text) for text in log.splitlines()]
    assert value(found, SENT) == sum(record["bytes_sent"] for record in records)
    assert value(found, RECEIVED) == sum(record["bytes_received"] for record in records)


def test_nothing_that_a_client_sends_becomes_a_label(tmp_path: Path) -> None:
    chance = random.Random(1)
    with serving(tmp_path, nginx_rate_limits={}) as nginx:
        for raw in HOSTILE:
            nginx.ask(raw, tls=False)
            nginx.ask(raw)
        for _ in range(100):
            word = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=10))
            nginx.ask(f"GET / HTTP/1.1\r\nHost: {word}.example\r\nConnection: close\r\n\r\n".encode(), tls=False)
            nginx.ask(f"{word.upper()} / HTTP/1.1\r\nHost: api.nostromo.cl\r\nConnection: close\r\n\r\n".encode())
        log = "\n".join([*nginx.lines(220), ""]).encode("utf-8", "surrogateescape")
    found = counted(PROGRAM, log, tmp_path)
    assert value(found, LOG_LINES, result="unparsed") == 0
    assert value(found, LOG_LINES, result="parsed") == log.count(b"\n") == value(found, REQUESTS)
    labels = {pair for (name, having) in found if name == REQUESTS for pair in having}
    assert {text for name, text in labels if name == "site"} <= {*(site.hostname for site in SITES), "other"}
    assert {text for name, text in labels if name == "method"} <= {"GET", "other"}
    assert {text for name, text in labels if name == "route"} <= {"/", "/api/", "redirect", "-"}
    assert {text for name, text in labels if name == "status"} <= {
        "000", "009", "200", "301", "400", "404", "405", "414", "421", "444", "494", "501", "502",
    }  # fmt: skip


def test_every_class_is_there_before_it_happens(tmp_path: Path) -> None:
    found = counted(PROGRAM, line(), tmp_path)
    there = {tuple(sorted(having)) for (name, having) in found if name == RESPONSES}
    assert there == {
        (("class", family), ("route", route), ("site", site.hostname))
        for site in SITES
        for route in routes_of(site, ["/_astro/"])
        for family in CLASSES
    }
    assert sum(found[key] for key in found if key[0] == RESPONSES) == 1
    assert (LOG_LINES, frozenset({("result", "unparsed")})) in found


@pytest.mark.parametrize(
    ("changes", "family"),
    [
        ({"status": 200}, "2xx"),
        ({"status": 304}, "3xx"),
        ({"status": 499}, "4xx"),
        ({"status": 429, "limit": "PASSED"}, "4xx"),
        ({"status": 429, "limit": "REJECTED"}, "limited"),
        ({"status": 200, "limit": "REJECTED_DRY_RUN"}, "2xx"),
        ({"status": 504}, "5xx"),
    ],
)
def test_class(changes: dict[str, Any], family: str, tmp_path: Path) -> None:
    found = counted(PROGRAM, line(**changes), tmp_path)
    assert {key for key in found if key[0] == RESPONSES and found[key]} == {
        (RESPONSES, frozenset({("class", family), ("route", "/api/"), ("site", "app.nostromo.cl")}))
    }


@pytest.mark.parametrize(
    ("changes", "measured"),
    [
        ({}, 1),
        ({"upstream_header_time": ""}, 0),
        ({"upstream_header_time": "-", "status": 502}, 0),
        ({"upstream_header_time": "-, 0.020"}, 1),
        ({"upstream_header_time": "0.001", "status": 500}, 1),
        ({"upstream_header_time": "0.001", "status": 101, "duration": 86400.0}, 0),
        ({"upstream_header_time": "", "status": 429, "limit": "REJECTED", "duration": 0.0}, 0),
    ],
)
def test_how_long_is_told_where_an_upstream_answered(changes: dict[str, Any], measured: int, tmp_path: Path) -> None:
    assert value(counted(PROGRAM, line(**changes), tmp_path), f"{DURATION}_count") == measured


def test_the_share_below_an_alerts_threshold_is_exact(tmp_path: Path) -> None:
    program = log_program(SITES, [0.8, 1.0])
    log = b"".join(line(duration=seconds) for seconds in (0.799, 0.8, 0.801, 1.0, 1.001))
    found = counted(program, log, tmp_path)
    assert [value(found, f"{DURATION}_bucket", le=bound) for bound in ("0.75", "0.8", "1", "1.5")] == [0, 2, 4, 5]


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"not JSON",
        line()[:-20],
        line()[20:].rstrip(),
        line()[:60] + line().rstrip(),
        line().replace(b'"status":200', b'"status":"200"').rstrip(),
        line().rstrip() + b" ",
    ],
    ids=["empty", "text", "cut off", "begun late", "begun twice", "another format", "longer"],
)
def test_a_line_that_is_none_is_counted_as_such(wrong: bytes, tmp_path: Path) -> None:
    found = counted(PROGRAM, line() + wrong + b"\n" + line(), tmp_path)
    assert value(found, LOG_LINES, result="unparsed") == 1
    assert value(found, LOG_LINES, result="parsed") == value(found, REQUESTS) == 2


def test_ten_thousand_lines_are_ten_thousand_requests(tmp_path: Path) -> None:
    chance = random.Random(2)
    log, truth, slow = [], Counter[tuple[str, str, str]](), 0
    for _ in range(10_000):
        host = chance.choice(["app.nostromo.cl", "api.nostromo.cl", "evil.example"])
        route, status = chance.choice(["/", "/api/", "-"]), chance.choice([200, 204, 301, 404, 429, 500, 503])
        duration = round(chance.expovariate(3), 3)
        log.append(line(host=host, route=route, status=status, duration=duration))
        truth["other" if host == "evil.example" else host, route, str(status)] += 1
        slow += duration > 1
    found = counted(PROGRAM, b"".join(log), tmp_path)
    for (site, route, status), number in truth.items():
        assert value(found, REQUESTS, site=site, route=route, status=status, method="GET") == number
    assert value(found, f"{DURATION}_count") - value(found, f"{DURATION}_bucket", le="1") == slow


@pytest.mark.parametrize(("alert", "bound"), [({"percentile": 95, "above_ms": 640}, True), (False, False)])
def test_the_documents_program(alert: object, bound: bool) -> None:
    faults = Faults()
    routes = [{path: {"component": route.component} for path, route in site.routes.items()} for site in SITES]
    sites = [
        {"hostname": site.hostname, "routes": routes[number], "redirect": site.redirect} for number, site in enumerate(SITES)
    ]
    variables = {"network_sites": sites, "network_monitoring": monitoring(alerts={"response_time": alert})}
    document = Document.read_variables(variables, faults)
    assert list(faults) == []
    assert program_of(document, ["/_astro/"]) == log_program(SITES, [0.64] if bound else [], ["/_astro/"])


def test_a_long_list_of_sites_is_split_for_mtail(tmp_path: Path) -> None:
    sites = [Site(hostname=f"{'a' * 50}{number}.example.org", routes={"/": Route(component="x")}) for number in range(100)]
    program = log_program(sites)
    assert max(len(pattern) for pattern in re.findall(r"/(\^.*\$)/", program)) <= 1024
    log = line(host=sites[0].hostname) + line(host=sites[99].hostname) + line(host="aaaa.example.org")
    found = counted(program, log, tmp_path)
    assert [value(found, REQUESTS, site=name) for name in (sites[0].hostname, sites[99].hostname, "other")] == [1, 1, 1]


def test_a_dot_of_a_host_name_is_a_dot(tmp_path: Path) -> None:
    assert value(counted(PROGRAM, line(host="appxnostromo.cl"), tmp_path), REQUESTS, site="other") == 1


def test_a_route_that_mtail_cannot_hold_is_refused() -> None:
    with pytest.raises(UnquotableError, match="is not a string of mtail"):
        log_program([Site(hostname="a.example.org", routes={'/"': Route(component="x")})])


@pytest.mark.parametrize(
    ("site", "routes"),
    [
        (SITES[0], ["-", "/", "/_astro/", "/api/", "redirect"]),
        (SITES[1], ["-", "/api/", "redirect"]),
        (SITES[2], ["redirect"]),
        (Site(hostname="files.example.org", root="/srv"), ["-", "/", "redirect"]),
    ],
)
def test_the_routes_of_a_site(site: Site, routes: list[str]) -> None:
    assert routes_of(site, ["/_astro/"]) == routes


def test_buckets_are_in_order_and_alerts_add_theirs_once() -> None:
    (buckets,) = re.findall(r"buckets (.*)", log_program((), [1.0, 0.25]))
    assert [float(bound) for bound in buckets.split(", ")] == sorted({*BUCKETS, 0.25})
