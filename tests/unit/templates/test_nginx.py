# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import REPOSITORY, Render
from .nginx_config import Block, parse

TEMPLATES = sorted(path.name for path in (REPOSITORY / "roles" / "nginx" / "templates").iterdir())


def sites(render: Render, release: str = "13", **variables: Any) -> Block:
    return parse(render("nginx", "sites.conf.j2", release, **variables))


def server(tree: Block, name: str, tls: bool = True) -> Block:
    found = [
        block
        for block in tree.all("server")
        if any(name in line.split()[1:] for line in block.directives if line.startswith("server_name"))
        and any(" ssl" in line for line in block.directives if line.startswith("listen")) is tls
    ]
    assert len(found) == 1, f"{len(found)} servers for {name}"
    return found[0]


def test_argument_specs_describe_every_default(role_files: Callable[[str], tuple[set[str], set[str]]]) -> None:
    defaults, options = role_files("nginx")
    assert defaults == options


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_template_writes_a_port_or_an_address(template: str) -> None:
    text = (REPOSITORY / "roles" / "nginx" / "templates" / template).read_text(encoding="utf-8")
    assert not re.search(r"\d+\.\d+\.\d+\.\d+|:\d{2,5}\b|\b(80|443|4321|8000)\b|::", text)


def test_the_documented_rate_limit_comes_out_as_documented(render: Render) -> None:
    zones = parse(render("nginx", "limits.conf.j2")).directives
    assert zones == [
        "limit_req_zone $binary_remote_addr zone=api_limit:10m rate=10r/s",
        "limit_req_zone $client_network zone=api_limit_network:10m rate=10r/s",
        "limit_req_status 429",
        "limit_req_log_level warn",
    ]
    for name in ("app.nostromo.cl", "api.nostromo.cl"):
        (api,) = server(sites(render), name).all("location ^~ /api/")
        assert "limit_req zone=api_limit burst=20 nodelay" in api.directives
        assert "limit_req zone=api_limit_network burst=20 nodelay" in api.directives
        assert "error_page 429 @limited" in api.directives
        assert "proxy_pass http://orchestrator" in api.directives


def test_a_route_may_say_how_long_it_is_waited_for(render: Render) -> None:
    routes = {"/": "sevastopol", "/api/": {"component": "orchestrator", "read_timeout": "2m"}}
    tree = sites(render, nginx_sites=[{"hostname": "app.nostromo.cl", "routes": routes}])
    (api,), (rest,) = (server(tree, "app.nostromo.cl").all(f"location {path}") for path in ("^~ /api/", "/"))
    assert "proxy_pass http://orchestrator" in api.directives and "proxy_read_timeout 120s" in api.directives
    assert not [line for line in rest.directives if line.startswith("proxy_read_timeout")]
    timed = [{"hostname": "app.nostromo.cl", "routes": {"/": {"component": "sevastopol", "read_timeout": "5s"}}}]
    for path in ("/", "^~ /_astro/"):
        (location,) = server(sites(render, nginx_sites=timed, nginx_rate_limits={}), "app.nostromo.cl").all(f"location {path}")
        assert "proxy_read_timeout 5s" in location.directives


@pytest.mark.parametrize(
    ("limit", "directive"),
    [
        ({}, "limit_req zone=z"),
        ({"burst": 5}, "limit_req zone=z burst=5"),
        ({"burst": 5, "nodelay": False}, "limit_req zone=z burst=5"),
        ({"burst": 5, "nodelay": True}, "limit_req zone=z burst=5 nodelay"),
        ({"burst": 5, "delay": 3}, "limit_req zone=z burst=5 delay=3"),
    ],
)
def test_limit(render: Render, limit: dict[str, Any], directive: str) -> None:
    limits = {"z": {"key": "$binary_remote_addr", "size": "1m", "rate": "1r/s", "location": "/", **limit}}
    (location,) = server(sites(render, nginx_rate_limits=limits), "app.nostromo.cl").all("location /")
    assert directive in location.directives and directive.replace("zone=z", "zone=z_network") in location.directives


@pytest.mark.parametrize("limit", [{"ipv6_network": False}, {"key": "$server_name$remote_addr"}])
def test_a_limit_that_networks_do_not_have_besides(render: Render, limit: dict[str, Any]) -> None:
    limits = {"z": {"key": "$binary_remote_addr", "size": "1m", "rate": "1r/s", "location": "/", **limit}}
    assert "_network" not in render("nginx", "sites.conf.j2", nginx_rate_limits=limits)
    assert "_network" not in render("nginx", "limits.conf.j2", nginx_rate_limits=limits)


def test_upstreams_are_those_that_routes_name(render: Render) -> None:
    tree = parse(render("nginx", "upstreams.conf.j2"))
    assert [block.head for block in tree.blocks] == ["upstream orchestrator", "upstream sevastopol"]
    assert "server 127.0.0.1:8000 max_fails=3 fail_timeout=10s" in tree.blocks[0].directives
    assert "server 127.0.0.1:4321 max_fails=3 fail_timeout=10s" in tree.blocks[1].directives
    assert all("keepalive 32" in block.directives for block in tree.blocks)


def test_several_nodes_share_an_upstream(render: Render) -> None:
    nodes = {"orchestrator": ["10.0.0.1:8000", "[fd00::2]:8000"], "sevastopol": ["127.0.0.1:4321"]}
    (upstream,) = parse(render("nginx", "upstreams.conf.j2", nginx_upstreams=nodes)).all("upstream orchestrator")
    assert [line for line in upstream.directives if line.startswith("server")] == [
        "server 10.0.0.1:8000 max_fails=3 fail_timeout=10s",
        "server [fd00::2]:8000 max_fails=3 fail_timeout=10s",
    ]


def test_a_balancer_is_asked_once_more(render: Render) -> None:
    (upstream,) = parse(render("nginx", "upstreams.conf.j2", nginx_balanced=["orchestrator"])).all("upstream orchestrator")
    assert [one for one in upstream.directives if one.startswith("server")] == ["server 127.0.0.1:8000 max_fails=0"] * 2
    assert "proxy_next_upstream_timeout 10s" in render("nginx", "proxy.conf.j2")


def test_http_is_redirected_except_for_challenges(render: Render) -> None:
    plain = server(sites(render), "app.nostromo.cl", tls=False)
    assert plain.directives[:2] == ["listen 0.0.0.0:80", "listen [::]:80"]
    assert "server_name app.nostromo.cl api.nostromo.cl www.nostromo.cl" in plain.directives
    assert plain.all("location /")[0].directives == ["set $route redirect", "return 301 https://$host$request_uri"]
    assert "root /var/www/letsencrypt" in plain.all("location ^~ /.well-known/acme-challenge/")[0].directives


def test_www_is_redirected_to_app(render: Render) -> None:
    (location,) = server(sites(render), "www.nostromo.cl").all("location /")
    assert location.directives == ["set $route redirect", "return 301 https://app.nostromo.cl$request_uri"]


def test_redirects_name_an_unusual_port(render: Render) -> None:
    tree = sites(render, nginx_http_port=8080, nginx_https_port=8443)
    assert "listen [::]:8443 ssl" in server(tree, "app.nostromo.cl").directives
    (plain,) = server(tree, "app.nostromo.cl", tls=False).all("location /")
    (www,) = server(tree, "www.nostromo.cl").all("location /")
    assert "return 301 https://$host:8443$request_uri" in plain.directives
    assert "return 301 https://app.nostromo.cl:8443$request_uri" in www.directives


def test_unknown_names_are_refused(render: Render) -> None:
    tree = sites(render)
    assert server(tree, "_", tls=False).directives == [
        "listen 0.0.0.0:80 default_server",
        "listen [::]:80 default_server",
        "server_name _",
        "return 444",
    ]
    assert "ssl_reject_handshake on" in server(tree, "_").directives


@pytest.mark.parametrize(
    ("release", "variables", "directive", "listener"),
    [
        ("12", {}, False, "listen 0.0.0.0:443 ssl http2"),
        ("13", {}, True, "listen 0.0.0.0:443 ssl"),
        ("12", {"nginx_version": "1.28"}, True, "listen 0.0.0.0:443 ssl"),
        ("13", {"nginx_version": "1.25.0"}, False, "listen 0.0.0.0:443 ssl http2"),
    ],
)
def test_http2_in_the_dialect_of_the_version(
    render: Render, release: str, variables: dict[str, str], directive: bool, listener: str
) -> None:
    tree = sites(render, release, **variables)
    assert ("http2 on" in tree.directives) is directive
    assert listener in server(tree, "app.nostromo.cl").directives


def test_tls_is_mozillas_intermediate_profile(render: Render) -> None:
    lines = parse(render("nginx", "tls.conf.j2")).directives
    assert "ssl_protocols TLSv1.2 TLSv1.3" in lines
    assert "ssl_ecdh_curve X25519MLKEM768:X25519:prime256v1:secp384r1" in lines
    (suites,) = (line.split()[1].split(":") for line in lines if line.startswith("ssl_ciphers"))
    assert all(suite.startswith("ECDHE-") and ("GCM" in suite or "POLY1305" in suite) for suite in suites)


def test_each_site_has_the_certificate_that_holds_its_name(render: Render) -> None:
    shop = {"hostname": "shop.example.net", "routes": {"/": "sevastopol"}}
    own = [{"hostname": "app.nostromo.cl", "routes": {"/": "sevastopol"}}, shop]
    app = {"name": "app.nostromo.cl", "names": ["app.nostromo.cl"]}
    both = [app, {"name": "shop", "names": ["shop.example.net"], "directory": "/etc/shop"}]
    tree = sites(render, nginx_sites=own, nginx_certificates=both)
    for hostname, name in (("app.nostromo.cl", "app.nostromo.cl"), ("shop.example.net", "shop")):
        found = [line for line in server(tree, hostname).directives if line.startswith("ssl_certificate")]
        assert found == [
            f"ssl_certificate /etc/nginx/tls/{name}/fullchain.pem",
            f"ssl_certificate_key /etc/nginx/tls/{name}/privkey.pem",
        ]


def test_older_openssl_is_not_given_groups_it_lacks(render: Render) -> None:
    assert "ssl_ecdh_curve X25519:prime256v1:secp384r1;" in render("nginx", "tls.conf.j2", "12")


@pytest.mark.parametrize("template", ["sites.conf.j2", "errors.conf.j2"])
def test_a_location_with_a_header_of_its_own_keeps_the_others(render: Render, template: str) -> None:
    common = {"include nostromo.d/headers.conf", 'add_header X-Frame-Options "SAMEORIGIN" always'}
    for block in parse(render("nginx", template)).walk():
        if any(line.startswith("add_header") for line in block.directives):
            assert common & {*block.directives}, block.head


def test_hsts_can_be_left_out(render: Render) -> None:
    assert 'add_header Strict-Transport-Security "max-age=63072000" always;' in render("nginx", "headers.conf.j2")
    assert "Strict-Transport-Security" not in render("nginx", "headers.conf.j2", nginx_hsts="")


def test_behind_cloudflare_the_client_is_whom_cloudflare_names(render: Render) -> None:
    lines = parse(render("nginx", "clients.conf.j2", network_dns_proxied=True)).directives
    assert lines[0] == "real_ip_header CF-Connecting-IP"
    assert "set_real_ip_from 173.245.48.0/20" in lines
    assert "set_real_ip_from 2400:cb00::/32" in lines


def test_without_a_proxy_nobody_is_believed(render: Render) -> None:
    assert parse(render("nginx", "clients.conf.j2", network_dns_proxied=False)).directives == []


def test_programs_get_json_and_people_a_page_when_an_application_is_down(render: Render) -> None:
    app = server(sites(render), "app.nostromo.cl")
    assert "error_page 502 503 504 /.nostromo/unavailable.html" in app.all("location /")[0].directives
    assert "error_page 502 503 504 /.nostromo/unavailable.json" in app.all("location ^~ /api/")[0].directives
    assert json.loads(render("nginx", "unavailable.json.j2"))["error"] == "service_unavailable"


def test_hashed_files_are_kept_for_a_year_where_there_is_a_frontend(render: Render) -> None:
    tree = sites(render)
    (hashed,) = server(tree, "app.nostromo.cl").all("location ^~ /_astro/")
    assert 'add_header Cache-Control "public, max-age=31536000, immutable"' in hashed.directives
    assert "proxy_pass http://sevastopol" in hashed.directives
    assert not server(tree, "api.nostromo.cl").all("location ^~ /_astro/")


def test_a_line_of_the_access_log_is_a_json_object(render: Render) -> None:
    (line,) = (text for text in parse(render("nginx", "logging.conf.j2")).directives if text.startswith("log_format"))
    template = "".join(re.findall(r"'([^']*)'", line))
    record = json.loads(re.sub(r"\$\w+", "0", template))
    assert {"route", "status", "duration", "upstream_response_time", "request_id"} <= set(record)


def test_the_service_binds_its_own_ports_and_is_limited(render: Render) -> None:
    own = {"nginx_http_port": 8080, "nginx_https_port": 8443, "nginx_memory_max": "1G", "nginx_tasks_max": 64}
    lines = render("nginx", "service.conf.j2", **own).splitlines()
    assert {line for line in lines if line.startswith("SocketBind")} == {
        "SocketBindDeny=any",
        "SocketBindAllow=tcp:8080",
        "SocketBindAllow=tcp:8443",
    }
    assert {"MemoryMax=1G", "TasksMax=64"} <= set(lines)


def test_directives_of_ones_own_land_where_they_belong(render: Render) -> None:
    own = [{"hostname": "app.nostromo.cl", "routes": {"/": "sevastopol"}, "directives": ["client_max_body_size 1g;"]}]
    assert "client_max_body_size 1g" in server(sites(render, nginx_sites=own), "app.nostromo.cl").directives
    (http,) = parse(render("nginx", "nginx.conf.j2", nginx_http_directives=["resolver 192.0.2.53;"])).all("http")
    assert "resolver 192.0.2.53" in http.directives


def shell(
    render: Render, place: Path, template: str, *arguments: str, **programs: str
) -> subprocess.CompletedProcess[str]:
    """Run a script of the role where there are these programs, each the text of a shell script."""
    (place / "error.log").touch()
    for name, text in {"sleep": "true", **programs}.items():
        (place / name).write_text(f"#!/bin/sh\n{text}\n")
        (place / name).chmod(0o755)
    script = render("nginx", template, __nginx_directory=str(place)).replace(
        "/var/log/nginx/error.log", f"{place}/error.log"
    )
    environment = {"PATH": f"{place}:{os.environ['PATH']}"}
    return subprocess.run(
        ["sh", "-c", script, "sh", *arguments], env=environment, capture_output=True, text=True, check=False
    )


def sockets(*listening: str) -> str:
    """What ss(8) says of sockets, each given as address and program."""
    lines = "".join(
        f'LISTEN 0 511 {where} *:* users:(("{who}",pid=1,fd=5))\n' for where, who in map(str.split, listening)
    )
    return f"cat <<'SOCKETS'\n{lines}SOCKETS"


CONFIGURATION = 'echo "    listen 0.0.0.0:80 default_server;\n    listen [::]:80;\n    listen [::]:80;"'


@pytest.mark.parametrize(
    ("listening", "status", "message"),
    [
        (["0.0.0.0:80 nginx", "[::]:80 nginx", "127.0.0.1:5432 postgres"], 0, ""),
        (["[::]:80 nginx", "0.0.0.0:80 py"], 3, "nginx does not listen on 0.0.0.0:80, held by py (PID 1 of root"),
        (["[::]:80 nginx", "0.0.0.0:8080 py"], 1, "nginx does not listen on 0.0.0.0:80 (see "),
        ([], 1, "nginx does not listen on 0.0.0.0:80 [::]:80 (see "),
    ],
)
def test_a_port_that_another_program_holds_is_noticed(
    render: Render, tmp_path: Path, listening: list[str], status: int, message: str
) -> None:
    done = shell(render, tmp_path, "listens.sh.j2", nginx=CONFIGURATION, ss=sockets(*listening))
    assert done.returncode == status
    assert done.stderr.startswith(message)


def test_what_nginx_says_of_a_refused_reload_ends_the_wait(render: Render, tmp_path: Path) -> None:
    (tmp_path / "error.log").write_text(
        '2026/11/26 20:00:00 [emerg] 7#7: old\n2026/11/26 20:00:01 [emerg] 7#7: limit_req "z" uses the "$a" key\n'
    )
    programs = {"nginx": CONFIGURATION, "ss": sockets(), "sleep": "kill $PPID"}
    done = shell(render, tmp_path, "listens.sh.j2", "38", **programs)
    assert done.returncode == 1
    assert ': limit_req "z" uses the "$a" key (see ' in done.stderr


@pytest.mark.parametrize(
    ("statuses", "status", "verbs"),
    [
        ("0", 0, ["reload-or-restart"]),
        ("1 0", 0, ["reload-or-restart", "restart"]),
        ("1 1", 1, ["reload-or-restart", "restart"]),
        ("3", 1, ["reload-or-restart"]),
    ],
)
def test_what_a_reload_cannot_change_is_restarted(
    render: Render, tmp_path: Path, statuses: str, status: int, verbs: list[str]
) -> None:
    """But not where nginx would not come back, for another program holds its port."""
    (tmp_path / "statuses").write_text(statuses.replace(" ", "\n") + "\n")
    done = shell(
        render,
        tmp_path,
        "apply.sh.j2",
        listens=f"status=$(head -n 1 {tmp_path}/statuses); sed -i 1d {tmp_path}/statuses; echo said >&2; exit $status",
        systemctl=f'echo "$1" >>{tmp_path}/verbs',
    )
    assert (done.returncode, (tmp_path / "verbs").read_text().split()) == (status, verbs)
    assert status == 0 or "said" in done.stderr


def test_a_site_below_a_wildcard_is_served_with_its_certificate(render: Render) -> None:
    certificates = [
        {"name": "wild", "names": ["*.nostromo.cl"], "challenge": "dns"},
        {"name": "own", "names": ["api.nostromo.cl"]},
    ]
    tree = sites(render, nginx_certificates=certificates)
    for name, certificate in (("app", "wild"), ("api", "own"), ("www", "wild")):
        (directive,) = (line for line in server(tree, f"{name}.nostromo.cl").directives if line.startswith("ssl_certificate "))
        assert directive == f"ssl_certificate /etc/nginx/tls/{certificate}/fullchain.pem"


OWN, ITS = (f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----" for text in ("AAAA", "BBBB"))


@pytest.mark.parametrize(
    ("cloudflare", "asked", "known"),
    [
        ({}, "", ""),
        ({"origin_pulls": {"certificate": OWN}}, "ssl_verify_client optional_no_ca", OWN),
        ({"origin_pulls": {"certificate": OWN, "authority": ITS, "mode": "required"}}, "ssl_verify_client optional", ITS),
        ({"origin_pulls": {"certificate": OWN, "mode": "disabled"}}, "", ""),
    ],
)
def test_the_certificate_that_cloudflare_shows(render: Render, cloudflare: dict[str, Any], asked: str, known: str) -> None:
    found = parse(render("nginx", "client_certificate.conf.j2", network_cloudflare=cloudflare)).directives
    assert [one for one in found if one.startswith("ssl_verify_client")] == [asked] * bool(asked)
    if known:
        file = render("nginx", "client_authorities.pem.j2", network_cloudflare=cloudflare)
        assert file.partition("\n")[2].strip() == known
    refusals = [block for block in sites(render, network_cloudflare=cloudflare).blocks if block.all("if ($uncertified_client)")]
    assert len(refusals) == (3 if asked == "ssl_verify_client optional" else 0)
