# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What somebody does to the web server's configuration is named; what the role writes for the data never is."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.checks.intent import IntentError, read_intent
from ansible_collections.nostromo.networking.plugins.module_utils.checks.judge import judge
from ansible_collections.nostromo.networking.plugins.module_utils.checks.web_server import WebServer
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.checks.simulated import (
    ONE_SERVER,
    data_of,
    evidence_of,
    seeing,
)
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.checks.simulated_nginx import (
    configuration,
    dump_of,
)
from ansible_collections.nostromo.networking.tests.unit.templates.rendering import REPOSITORY, load

UPSTREAMS = {"sevastopol": ["127.0.0.1:4321"], "orchestrator": ["127.0.0.1:8000"]}
APP, API = "app.nostromo.cl", "api.nostromo.cl"
SITES = [
    {"hostname": APP, "routes": {"/": "sevastopol", "/api/": "orchestrator"}},
    {"hostname": API, "routes": {"/api/": "orchestrator"}},
    {"hostname": "www.nostromo.cl", "redirect": APP},
]
DATA = {**data_of(ONE_SERVER), "sites": SITES}
LIMITED = [f"api_limit limits https://{name}/api/" for name in (APP, API)]
ROUTES = [f"https://{name} has the data's routes, and no others" for name in (APP, API)]
OTHERS = "the web server serves the data's sites, and nothing else"
ZONE = "api_limit counts by $binary_remote_addr, 10 requests a second"
NETWORK = "api_limit counts an IPv6 network (/64) as one client"
BELIEVED = "a client's address is believed of the declared proxies only"
SPOKEN = "TLS is spoken in the promised versions only"
HEADERS = [f"every answer of https://{site['hostname']} has the promised headers" for site in SITES]
PASSED_ON = "requests for orchestrator are passed on to 127.0.0.1:8000"
API_LOCATION = "location ^~ /api/ {"
LIMIT_REQ = "limit_req zone=api_limit burst=20 nodelay;"
SITES_FILE = "# configuration file /etc/nginx/nostromo.d/sites.conf:\n"


def faults_with(
    old: str = "", new: str = "", count: int = -1, data: dict[str, Any] = DATA, **role: Any
) -> dict[str, str]:
    """Title -> reason of what is found where a text of the configuration is another; the text has to be there."""
    dumped = dump_of(data, UPSTREAMS, **role)
    assert old in dumped
    changed = dumped.replace(old, new, count) if old else dumped
    return found(data, "nginx_config", configuration(changed))


def found(data: dict[str, Any], what: str, value: Any) -> dict[str, str]:
    intent, evidence = evidence_of(data)
    findings = judge(intent, seeing(evidence, "server", lambda seen: seen.update({what: value})))
    return {one.title: one.reason for one in findings if one.subject == "nginx" and one.verdict == "failed"}


@pytest.mark.parametrize("release", ["12", "13"])
@pytest.mark.parametrize(
    ("role", "promised"),
    [
        ({}, {}),
        ({"nginx_hsts": ""}, {"hsts": ""}),
        ({"nginx_hashed_paths": []}, {"hashed_paths": []}),
        ({"nginx_trusted_proxies": []}, {"trusted_proxies": []}),
        ({"nginx_http_directives": ["map $uri $x { default 1; }"]}, {"directives": ["map $uri $x { default 1; }"]}),
    ],
)
def test_what_the_role_writes_is_what_the_data_say(
    release: str, role: dict[str, Any], promised: dict[str, Any]
) -> None:
    data = {**DATA, "web_server": {**DATA["web_server"], **promised}}
    assert faults_with(data=data, release=release, **role) == {}


@pytest.mark.parametrize(
    "limit",
    [
        {"nodelay": False, "delay": 5},
        {"rate": "30r/m"},
        {"location": "/"},
        {"ipv6_network": False},
        {"key": "$server_name$client_network"},
    ],
)
def test_what_the_role_writes_for_other_limits(limit: dict[str, Any]) -> None:
    data = copy.deepcopy(DATA)
    data["rate_limits"]["api_limit"] |= limit
    assert faults_with(data=data) == {}


def test_directives_of_a_site_are_the_data() -> None:
    own = ["client_max_body_size 1m;", "location = /robots.txt { return 200 ''; }"]
    data = {**DATA, "sites": [{**SITES[0], "directives": own}, *SITES[1:]]}
    assert faults_with(data=data) == {}


def test_files_of_a_site_are_those_of_its_directory() -> None:
    files = {"hostname": "files.nostromo.cl", "root": "/var/www/files"}
    both = {"hostname": "both.nostromo.cl", "root": "/var/www/both", "routes": {"/api/": "orchestrator"}}
    data = {**DATA, "sites": [*SITES, files, both]}
    assert faults_with(data=data) == {}
    told = faults_with("root /var/www/files;", "root /srv;", data=data)
    assert told == {
        "https://files.nostromo.cl has the data's routes, and no others": "its files are not those of /var/www/files"
    }


def test_headers_of_a_site_are_on_every_answer_of_it() -> None:
    policy = "default-src 'self'; img-src 'self' data:"
    headers = {"Content-Security-Policy": policy, "X-Frame-Options": "DENY", "Permissions-Policy": ""}
    data = {**DATA, "sites": [{**SITES[0], "headers": headers}, *SITES[1:]]}
    assert faults_with(data=data) == {}
    told = faults_with(f'add_header Content-Security-Policy "{policy}" always;', "", 1, data=data)
    assert list(told) == ["every answer of https://app.nostromo.cl has the promised headers"]


def test_how_long_a_route_may_be_silent() -> None:
    timed = {"component": "sevastopol", "read_timeout": "5s"}
    routes = {"/": timed, "/api/": {"component": "orchestrator", "read_timeout": "2m"}}
    data = {**DATA, "sites": [{"hostname": APP, "routes": routes}, *SITES[1:]]}
    assert faults_with(data=data) == {}
    assert faults_with("proxy_read_timeout 120s;", "proxy_read_timeout 20m;", data=data) == {
        ROUTES[0]: "location ^~ /api/ waits 20m, not 120s"
    }
    assert faults_with("proxy_read_timeout 5s;", "", data=data) == {
        ROUTES[0]: "location ^~ /_astro/ waits as long as all others, not 5s; location / waits as long as all others, not 5s"
    }


CHANGES: list[tuple[str, str, int, list[str]]] = [
    ("limit_req_zone $binary_remote_addr", "limit_req_zone $server_name", -1, [ZONE]),
    ("rate=10r/s", "rate=11r/s", -1, [ZONE, NETWORK]),
    ("limit_req_zone $client_network", "limit_req_zone $server_name", -1, [NETWORK]),
    ("map $binary_remote_addr $client_network", "map $uri $client_network", -1, [NETWORK, OTHERS]),
    ("(?<network>.{8}).{8}", "(?<network>.{16})", -1, [NETWORK]),
    ('"~^\\x00{10}', '"~^" ""; "~^\\x00{10}', -1, [NETWORK]),
    ("limit_req zone=api_limit_network burst=20 nodelay;", "", 1, LIMITED[:1]),
    ("limit_req zone=api_limit_network burst=20", "limit_req zone=api_limit_network burst=2000", 1, LIMITED[:1]),
    ("rate=10r/s", "rate=600r/m", -1, []),
    ("zone=api_limit_network:10m", "zone=api_limit_network:32k", -1, [NETWORK]),
    ("zone=api_limit:10m", "zone=api_limit:32k", -1, [ZONE]),
    ("zone=api_limit", "zone=api_limit_b1946ac9", -1, []),
    (LIMIT_REQ, "", -1, LIMITED),
    (LIMIT_REQ, "", 1, LIMITED[:1]),
    (LIMIT_REQ, "limit_req zone=api_limit burst=2000 nodelay;", 1, LIMITED[:1]),
    (LIMIT_REQ, "limit_req zone=api_limit burst=20;", 1, LIMITED[:1]),
    (LIMIT_REQ, f"{LIMIT_REQ} limit_req_dry_run on;", 1, ROUTES[:1]),
    (LIMIT_REQ, f"{LIMIT_REQ} proxy_read_timeout 1h;", 1, ROUTES[:1]),
    ("limit_req_status 429;", "limit_req_status 429; limit_req_dry_run on;", -1, [OTHERS]),
    (API_LOCATION, rf"location ~ \.json$ {{ proxy_pass http://orchestrator; }} {API_LOCATION}", 1, ROUTES[:1]),
    (API_LOCATION, rf"location ~ \.json$ {{ proxy_pass http://orchestrator; }} {API_LOCATION[:9]}/api/ {{", 1,
     [*LIMITED[:1], *ROUTES[:1]]),
    (API_LOCATION, f"location = /api/one {{ proxy_pass http://orchestrator; }} {API_LOCATION}", 1, [*LIMITED[:1], *ROUTES[:1]]),
    (API_LOCATION, f"location /api/free/ {{ proxy_pass http://orchestrator; }} {API_LOCATION}", 1, [*LIMITED[:1], *ROUTES[:1]]),
    (API_LOCATION, f"{API_LOCATION} location /api/in/ {{ return 204; }}", 1, ROUTES[:1]),
    (API_LOCATION, f"rewrite ^/open(.*)$ /api$1; {API_LOCATION}", 1, ROUTES[:1]),
    (API_LOCATION, f"{API_LOCATION} if ($arg_x) {{ return 204; }}", 1, ROUTES[:1]),
    ("proxy_pass http://orchestrator;", "proxy_pass http://127.0.0.1:5432;", 1, ROUTES[:1]),
    ("server_name app.nostromo.cl;", "server_name app.nostromo.cl other.example;", -1, [OTHERS]),
    (SITES_FILE, f"{SITES_FILE}server {{ listen 8080; server_name blog.example; }}\n", 1, [OTHERS]),
    ("    include nostromo.d/sites.conf;\n}\n", "    include nostromo.d/sites.conf;\n}\nstream { }\n", 1, [OTHERS]),
    ("443 ssl;", "443 ssl proxy_protocol;", 1, ROUTES[:1]),
    ("set_real_ip_from 198.41.128.0/17;", "set_real_ip_from 198.41.128.0/17; set_real_ip_from 0.0.0.0/0;", -1, [BELIEVED]),
    ("set_real_ip_from 198.41.128.0/17;", "set_real_ip_from unix:;", -1, [BELIEVED]),
    ("real_ip_header CF-Connecting-IP;", "real_ip_header X-Forwarded-For;", -1, [BELIEVED]),
    ("X-Forwarded-For $remote_addr;", "X-Forwarded-For $proxy_add_x_forwarded_for;", -1, [BELIEVED]),
    ("ssl_protocols TLSv1.2", "ssl_protocols TLSv1 TLSv1.2", -1, [SPOKEN]),
    ('add_header X-Frame-Options "SAMEORIGIN" always;', "", -1, HEADERS),
    ('add_header X-Frame-Options "SAMEORIGIN" always;', 'add_header X-Frame-Options "SAMEORIGIN";', -1, HEADERS),
    ("proxy_hide_header X-Frame-Options;", "", -1, HEADERS),
    (LIMIT_REQ, f"{LIMIT_REQ} add_header X-Own 1;", 1, [*ROUTES[:1], *HEADERS[:1]]),
    ("server 127.0.0.1:8000", "server 127.0.0.1:8001", -1, [PASSED_ON]),
    ("server 127.0.0.1:8000", "server 127.0.0.1:9000 weight=9; server 127.0.0.1:8000", -1, [PASSED_ON]),
    ("server 127.0.0.1:8000", "server 127.0.0.1:8000 weight=9", -1, [PASSED_ON]),
    ("upstream sevastopol {", "upstream own { server 192.0.2.9; } upstream sevastopol {", -1,
     ["requests are passed on to nobody but the routes' components"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "count", "titles"), CHANGES)
def test_what_is_done_by_hand_is_named(old: str, new: str, count: int, titles: list[str]) -> None:
    assert set(faults_with(old, new, count)) == {*titles}


def test_a_site_that_reaches_what_is_limited_by_a_shorter_route() -> None:
    """App routes /api, api routes /api/, the limit is at /api/: what app serves there was never limited."""
    data = {**DATA, "sites": [{"hostname": APP, "routes": {"/": "sevastopol", "/api": "orchestrator"}}, *SITES[1:]]}
    assert faults_with(data=data) == {LIMITED[0]: "location ^~ /api is not limited by it"}


def test_another_component_below_the_same_path_is_not_limited() -> None:
    data = {**DATA, "sites": [{"hostname": APP, "routes": {"/": "sevastopol"}}, *SITES[1:]]}
    assert faults_with(data=data) == {}


def test_a_longer_route_to_what_is_limited() -> None:
    routes = {"/": "sevastopol", "/api/": "orchestrator", "/api/v2/": "orchestrator"}
    data = {**DATA, "sites": [{"hostname": APP, "routes": routes}, *SITES[1:]]}
    assert faults_with(data=data) == {LIMITED[0]: "location ^~ /api/v2/ is not limited by it"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"changed": [{"path": "/etc/nginx/nginx.conf", "time": 5.0}]},
         "not loaded: /etc/nginx/nginx.conf was changed after the workers took up theirs"),
        ({"faults": ["no events"]}, "it could not be loaded: no events"),
        ({"workers_started": 0.0}, "no worker runs"),
        ({"arguments": "-c /tmp/x.conf"}, "it was started with other files: -c /tmp/x.conf"),
    ],
)  # fmt: skip
def test_what_does_not_run_is_not_proven(change: dict[str, Any], reason: str) -> None:
    sound = evidence_of(DATA)[1].looks["server"].seen["nginx"]
    assert found(DATA, "nginx", {**sound, **change}) == {"the web server runs with the configuration on disk": reason}


def test_what_cannot_be_read_or_is_not_said_is_skipped() -> None:
    intent, evidence = evidence_of(DATA)
    unseen = judge(intent, seeing(evidence, "server", lambda seen: seen.update(nginx_config=None)))
    assert [one.verdict for one in unseen if one.subject == "nginx"] == ["passed", "skipped"]
    silent = judge(*evidence_of({key: value for key, value in DATA.items() if key != "web_server"}))
    assert [one.title for one in silent if one.subject == "nginx" and one.verdict == "skipped"] == [
        BELIEVED, SPOKEN, "every answer has the promised headers",
    ]  # fmt: skip


def test_what_the_data_leave_out_is_what_the_role_does() -> None:
    role, web = load(REPOSITORY / "roles" / "nginx" / "defaults" / "main.yml"), WebServer()
    assert web.tls_protocols == {*role["nginx_tls_protocols"]}
    assert web.headers == {**role["nginx_security_headers"], "Strict-Transport-Security": role["nginx_hsts"]}
    assert [*web.hashed_paths] == role["nginx_hashed_paths"]


def test_every_fault_of_what_is_promised_is_told() -> None:
    wrong = {"trusted_proxies": ["cloudflare"], "tls": [], "directives": ["map {"]}
    with pytest.raises(IntentError) as caught:
        read_intent({**DATA, "web_server": wrong})
    paths = [str(fault).partition(": ")[0] for fault in caught.value.faults]
    key = "network_proof.web_server"
    assert sorted(paths) == [f"{key}.directives[0]", f"{key}.tls", f"{key}.trusted_proxies[0]"]


def test_a_site_whose_requests_do_not_count_against_the_limit() -> None:
    intent, evidence = evidence_of(DATA)
    beside = {f"https://{API}/api/": [200, 429, 200]}
    judged = judge(
        intent, seeing(evidence, "server", lambda seen: seen["site"]["limits"]["api_limit"].update(beside=beside))
    )
    failed = {one.title: one.reason for one in judged if one.verdict == "failed"}
    assert failed == {f"https://{API}/api/ counts against the same limit (api_limit)": "2 of 3 requests were answered"}


@pytest.mark.parametrize(("said", "verdict"), [("refused", "passed"), ("spoken", "failed"), ("timed out", "skipped")])
def test_old_tls(said: str, verdict: str) -> None:
    intent, evidence = evidence_of(DATA)
    judged = judge(intent, seeing(evidence, "server", lambda seen: seen["site"].update(old_tls=said)))
    assert [one.verdict for one in judged if one.title == "TLS 1.0 and 1.1 are refused"] == [verdict]


def test_an_answer_without_a_promised_header() -> None:
    intent, evidence = evidence_of(DATA)

    def change(seen: dict[str, Any]) -> None:
        headers = seen["site"]["answers"][APP]["https"]["headers"]
        headers.remove(["x-frame-options", "SAMEORIGIN"])

    failed = {
        one.title: one.reason for one in judge(intent, seeing(evidence, "server", change)) if one.verdict == "failed"
    }
    assert failed == {f"https://{APP} answers with the promised headers": "X-Frame-Options is not sent, not SAMEORIGIN"}


DEMANDED = "the web server demands the certificate of the proxy in front of it"
REFUSAL = "    if ($uncertified_client) {\n        return 400;\n    }\n"


def promising(mode: str) -> dict[str, Any]:
    believed = {"trusted_proxies": ["198.41.128.0/17"], "client_address_header": "CF-Connecting-IP"}
    return {**DATA, "web_server": {"client_certificate": mode, **believed}}


@pytest.mark.parametrize("mode", ["disabled", "log", "required"])
def test_a_certificate_of_the_proxy_is_asked_for_as_the_data_say(mode: str) -> None:
    assert faults_with(data=promising(mode), nginx_client_certificate=mode) == {}
    others = {"disabled", "log", "required"} - {mode}
    assert all(faults_with(data=promising(mode), nginx_client_certificate=one) for one in others)


def test_a_demand_that_is_taken_out_by_hand() -> None:
    data = promising("required")
    one = faults_with(REFUSAL, "", 1, data, nginx_client_certificate="required")
    assert one == {DEMANDED: "app.nostromo.cl serves who shows none"}
    off = faults_with("ssl_verify_client optional;", "", -1, data, nginx_client_certificate="required")
    assert off == {DEMANDED: "ssl_verify_client is off, not optional"}
    again = faults_with(REFUSAL, f"{REFUSAL}ssl_verify_client off;", 1, data, nginx_client_certificate="required")
    assert "that of app.nostromo.cl is off" in again[DEMANDED]
