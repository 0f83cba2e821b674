# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""playbooks/verify.yml finds nothing on a system as documented, and names each thing that is then done to it by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import network
import pytest
from testinfra.host import Host
from web import eventually, get

APP = f"https://{network.variables()['network_certificate']['names'][0]}/"
SITES = "/etc/nginx/nostromo.d/sites.conf"
LIMITS = "/etc/nginx/nostromo.d/limits.conf"
CERTIFICATE = network.variables()["network_certificate"]["directory"]
UPSTREAMS = "/etc/nginx/nostromo.d/upstreams.conf"
CLIENTS = "/etc/nginx/nostromo.d/clients.conf"
TLS_FILE = "/etc/nginx/nostromo.d/tls.conf"
HEADERS = "/etc/nginx/nostromo.d/headers.conf"
TLS, OTHER = "/etc/nginx/tls/app.nostromo.cl", "/etc/nginx/tls/other"
IPV4, IPV6 = network.server_address(4), network.server_address(6)
ALERTS = "/etc/prometheus/nostromo/rules.yml"
HBA = "$(ls /etc/postgresql/*/main/pg_hba.conf)"
DATAGRAMS = (
    'import socket, time; it = socket.socket(type=socket.SOCK_DGRAM); it.bind(("0.0.0.0", 51820)); time.sleep(600)'
)
SERVE = "systemd-run --quiet --unit=hole --uid={user} python3 -m http.server {port} --bind {address}"


def nft(chain: str, match: str) -> str:
    """Delete the rules of a chain that match a basic regular expression, of which there is one at least."""
    handles = f"nft --handle list chain inet nostromo {chain} | sed -n 's/.*{match}.*handle //p'"
    return f"set -- $({handles}) && [ $# -gt 0 ] && for handle; do nft delete rule inet nostromo {chain} handle $handle; done"


@dataclass(frozen=True)
class Fault:
    """Something done to the server, how it is undone, and what verify has to say: (subject, title) of every fault.

    ``perhaps`` is said where no connection from before is left that still serves.
    """

    breaks: str
    mends: str
    found: frozenset[tuple[str, str]]
    perhaps: frozenset[tuple[str, str]] = frozenset()


#: What is said of every change to the rules in force.
RULES = {("firewall", "the rules in force are those of /etc/nostromo/firewall.nft")}
#: What is said of an sshd that takes passwords.
OFFERED = {("ssh", "the sshd that runs lets nobody in but by a key")}
#: Who may not ask the database.
WITHOUT_DATABASE = (
    "alertmanager", "blackbox", "builds", "log_metrics", "nginx", "node_exporter", "prometheus", "sevastopol", "server"
)  # fmt: skip
FIREWALL_RELOADED = "systemctl reload nostromo-firewall"
NGINX_RELOADED = "systemctl reload nginx"
#: Sites without headers of their own: what they send is said in one file.
COMMON_HEADERS = [site["hostname"] for site in network.variables()["network_sites"] if not site.get("headers")]
APP_NAME, API_NAME = "app.nostromo.cl", "api.nostromo.cl"
#: What is said of another key, rate or size of the limit.
ZONE = {("nginx", "api_limit counts by $binary_remote_addr, 10 requests a second")}
NETWORK = {("nginx", "api_limit counts an IPv6 network (/64) as one client")}
SHARED = {("limit", "/api/ (api_limit): another client is served while one has used it up")}
BESIDE = {("limit", f"https://{API_NAME}/api/ counts against the same limit (api_limit)")}


def edited(file: str, program: str) -> tuple[str, str]:
    """Edit a file of Nginx' with sed, and put the one from before back."""
    before = f"/root/{Path(file).name}"
    edit = f"cp --preserve {file} {before} && sed -i '{program}' {file} && ! cmp -s {file} {before}"
    return f"{edit} && nginx -t -q && {NGINX_RELOADED}", f"mv {before} {file} && {NGINX_RELOADED}"


def routes(component: str) -> set[tuple[str, str]]:
    """What is said of every route to a component that does not answer."""
    return {
        ("route", f"https://{site['hostname']}{route} is served by {component}")
        for site in network.variables()["network_sites"]
        for route, target in site.get("routes", {}).items()
        if target == component
    }


def limited(*names: str) -> set[tuple[str, str]]:
    """What is said of sites on which a limit does not hold."""
    return {("nginx", f"api_limit limits https://{name}/api/") for name in names}


def unlike_the_data(*names: str) -> set[tuple[str, str]]:
    """What is said of sites with other locations than the data's."""
    return {("nginx", f"https://{name} has the data's routes, and no others") for name in names}


def flows(*titles: str) -> set[tuple[str, str]]:
    return {("flow", title) for title in titles}


FAULTS = {
    "8000 is open to the world": Fault(
        "nft insert rule inet nostromo input tcp dport 8000 accept"
        f" && {SERVE.format(user='orchestrator', port=8000, address=IPV4)}",
        f"systemctl stop hole; {FIREWALL_RELOADED}",
        frozenset(
            {("listener", "orchestrator listens on 127.0.0.1:8000/tcp")}
            | RULES
            | flows("internet → orchestrator 8000/tcp: deny", "admins → orchestrator 8000/tcp: deny")
        ),
    ),
    "8000 is let through over IPv6, where nothing listens yet": Fault(
        "nft insert rule inet nostromo input meta nfproto ipv6 tcp dport 8000 accept",
        FIREWALL_RELOADED,
        frozenset(RULES | flows("internet → orchestrator 8000/tcp: deny", "admins → orchestrator 8000/tcp: deny")),
    ),
    "the database listens everywhere, and the firewall has a hole": Fault(
        "psql -U postgres -d postgres -qXc \"ALTER SYSTEM SET listen_addresses = '*'\" && systemctl restart 'postgresql@*'"
        " && nft insert rule inet nostromo input tcp dport 5432 accept",
        "psql -U postgres -d postgres -qXc 'ALTER SYSTEM RESET listen_addresses' && systemctl restart 'postgresql@*'"
        f" && {FIREWALL_RELOADED}",
        frozenset(
            {("listener", "mother listens on 127.0.0.1:5432/tcp")}
            | RULES
            | flows("internet → mother 5432/tcp: deny", "admins → mother 5432/tcp: deny")
        ),
    ),
    "something listens that nobody declared": Fault(
        SERVE.format(user="etl", port=9999, address="127.0.0.1"),
        "systemctl stop hole",
        frozenset({("listener", "nothing but what the matrix declares listens: 127.0.0.1:9999/tcp")}),
    ),
    "passwords are allowed over SSH": Fault(
        "echo PasswordAuthentication yes >/etc/ssh/sshd_config.d/00-hole.conf && systemctl restart ssh",
        "rm /etc/ssh/sshd_config.d/00-hole.conf && systemctl restart ssh",
        frozenset({("ssh", "PasswordAuthentication is no")} | OFFERED),
    ),
    "an admin may use a password over SSH": Fault(
        "printf 'Match User nostromo\\nPasswordAuthentication yes\\n' >/etc/ssh/sshd_config.d/zz-hole.conf"
        " && systemctl restart ssh",
        "rm /etc/ssh/sshd_config.d/zz-hole.conf && systemctl restart ssh",
        frozenset({("ssh", "PasswordAuthentication is no")} | OFFERED),
    ),
    "the limit is removed": Fault(
        *edited(SITES, "/limit_req zone/d"),
        frozenset(
            {("limit", "/api/ (api_limit): 21 of any number of immediate requests are answered")}
            | limited(APP_NAME, API_NAME)
        ),
    ),
    "the limit is 11 requests a second": Fault(
        *edited(LIMITS, "s/rate=10r/rate=11r/"),
        frozenset({("limit", "/api/ (api_limit): 10 requests a second after that")} | ZONE | NETWORK),
    ),
    "the limit is missing on one of two sites": Fault(
        *edited(SITES, "/server_name api.nostromo.cl;/,$ {/limit_req zone/d}"),
        frozenset(limited(API_NAME) | BESIDE),
    ),
    "the limit counts all clients of a site together": Fault(
        f"cp --preserve {LIMITS} /root/limits.conf && sed -i 's/.binary_remote_addr/$server_name/' {LIMITS}"
        " && nginx -t -q && systemctl restart nginx",  # no reload changes a key
        f"mv /root/limits.conf {LIMITS} && systemctl restart nginx",
        frozenset(ZONE | SHARED),  # by IPv6, the limit of the network still counts for both sites
    ),
    "a pattern escapes the limit": Fault(
        *edited(
            SITES, r"s#location ^~ /api/ {#location ~ [.]json$ { proxy_pass http://orchestrator; }\nlocation /api/ {#"
        ),
        frozenset(limited(APP_NAME, API_NAME) | unlike_the_data(APP_NAME, API_NAME)),
    ),
    "the web server was not reloaded after a change": Fault(
        f"sleep 2; cp --preserve {LIMITS} /root/limits.conf && sed -i s/rate=10r/rate=11r/ {LIMITS}",
        f"mv /root/limits.conf {LIMITS} && {NGINX_RELOADED}",
        frozenset({("nginx", "the web server runs with the configuration on disk")} | ZONE | NETWORK),
    ),
    "whoever names a client's address is believed": Fault(
        f"cp --preserve {CLIENTS} /root/clients.conf && sed -i /real_ip/d {CLIENTS}"
        f" && printf 'real_ip_header X-Forwarded-For;\nset_real_ip_from 0.0.0.0/0;\n' >>{CLIENTS}"
        f" && nginx -t -q && {NGINX_RELOADED}",
        f"mv /root/clients.conf {CLIENTS} && {NGINX_RELOADED}",
        frozenset({("nginx", "a client's address is believed of the declared proxies only")}),
    ),
    "TLS 1.0 is switched on": Fault(
        *edited(TLS_FILE, "s/ssl_protocols /ssl_protocols TLSv1 TLSv1.1 /"),
        frozenset({("nginx", "TLS is spoken in the promised versions only")}),
        # Debian's OpenSSL refuses it all the same unless its security level is lowered.
        frozenset({("answer", "TLS 1.0 and 1.1 are refused")}),
    ),
    "a header is no longer sent": Fault(
        *edited(HEADERS, "/add_header X-Frame-Options/d"),
        frozenset(
            (subject, title.format(name))
            for name in COMMON_HEADERS
            for subject, title in (
                ("nginx", "every answer of https://{} has the promised headers"),
                ("answer", "https://{} answers with the promised headers"),
            )
        ),
    ),
    "another site is served": Fault(
        *edited(SITES, "$ a server { listen 80; server_name blog.example; return 204; }"),
        frozenset({("nginx", "the web server serves the data's sites, and nothing else")}),
    ),
    "another certificate is served": Fault(
        f"readlink {TLS} >/root/link && mkdir -p {OTHER} && openssl req -x509 -newkey rsa:2048 -nodes -days 9"
        f" -subj /CN=app.nostromo.cl -keyout {OTHER}/privkey.pem -out {OTHER}/fullchain.pem"
        f" && ln -sfn {OTHER} {TLS} && {NGINX_RELOADED}",
        f"ln -sfn $(cat /root/link) {TLS} && {NGINX_RELOADED} && rm -r {OTHER}",
        frozenset(
            ("served", title.format(name))
            for name in network.variables()["network_certificate"]["names"]
            for title in (
                "{} shows the certificate that is on disk",
                "{}'s certificate is trusted, and is for that name",
            )
        ),
    ),
    "everybody may read the certificate's key": Fault(
        f"chmod 644 {CERTIFICATE}/privkey.pem",
        f"chmod 600 {CERTIFICATE}/privkey.pem",
        frozenset({("certificate", "the key of the certificate app.nostromo.cl is not open to everybody")}),
    ),
    "www leads to the wrong place": Fault(
        *edited(SITES, r"s#return 301 https://app\.nostromo\.cl#return 301 https://api.nostromo.cl#"),
        frozenset({("redirect", "https://www.nostromo.cl leads to https://app.nostromo.cl")}),
    ),
    "the web server asks a port where nothing listens": Fault(
        *edited(UPSTREAMS, "s/:8000/:8001/"),
        frozenset(
            routes("orchestrator") | {("nginx", "requests for orchestrator are passed on to 127.0.0.1:8000")},
        ),
    ),
    "a service is down": Fault(
        "systemctl stop pm2-orchestrator",
        "systemctl start pm2-orchestrator",
        frozenset(
            {("health", "orchestrator is healthy"), ("listener", "orchestrator listens on 127.0.0.1:8000/tcp")}
            | routes("orchestrator")
            | routes("sevastopol")
            | flows(
                "nginx → orchestrator 8000/tcp: allow",
                "sevastopol → orchestrator 8000/tcp: allow",
                "orchestrator → orchestrator 8000/tcp: allow",
                "blackbox → orchestrator 8000/tcp: allow",
            )
        ),
    ),
    "the rule for public HTTP is missing": Fault(
        nft("input", "dport [{ ]*80[ }].*accept"),
        FIREWALL_RELOADED,
        frozenset(
            RULES
            | flows("internet → nginx 80/tcp: allow", "admins → nginx 80/tcp: allow")
            | {
                ("redirect", f"http://{site['hostname']} leads to https://{site['hostname']}")
                for site in network.variables()["network_sites"]
            }
        ),
    ),
    "the frontend may send to the internet": Fault(
        "nft insert rule inet nostromo output meta skuid sevastopol ip daddr != 169.254.0.0/16 tcp dport 443 accept",
        FIREWALL_RELOADED,
        frozenset(RULES | flows("sevastopol → internet 443/tcp: deny")),
    ),
    "the rule that guards the database on loopback is missing": Fault(
        nft("local", "dport 5432 .*reject"),
        FIREWALL_RELOADED,
        frozenset(
            RULES | flows(*(f"{name} → mother 5432/tcp: deny" for name in WITHOUT_DATABASE)),
        ),
    ),
    "the rule that lets the frontend reach the API is missing": Fault(
        nft("local", "dport 8000 .*accept"),
        FIREWALL_RELOADED,
        frozenset(
            {("health", "orchestrator is healthy")}
            | RULES
            | routes("orchestrator")
            | flows(*(f"{name} → orchestrator 8000/tcp: allow" for name in ("nginx", "sevastopol", "orchestrator", "blackbox")))
        ),
        frozenset(routes("sevastopol")),
    ),
    "the certificate is no longer renewed": Fault(
        "mv /etc/cron.d/nostromo-certbot /root/cron",
        "mv /root/cron /etc/cron.d/nostromo-certbot",
        frozenset({("renewal", "cron renews the certificates: 0 0 * * * certbot renew --quiet")}),
    ),
    "the sshd that runs takes passwords, though its files no longer say so": Fault(
        "echo PasswordAuthentication yes >/etc/ssh/sshd_config.d/00-hole.conf && systemctl restart ssh"
        " && rm /etc/ssh/sshd_config.d/00-hole.conf",
        "systemctl restart ssh",
        frozenset(OFFERED),
    ),
    "something answers datagrams on a port such as the kernel chooses": Fault(
        f"systemd-run --quiet --unit=datagrams python3 -c '{DATAGRAMS}'",
        "systemctl stop datagrams",
        frozenset({("listener", "nothing but what the matrix declares listens: 0.0.0.0:51820/udp")}),
    ),
    "the database believes whoever comes": Fault(
        f"cp --preserve {HBA} /root/hba && sed -i '1i host all all 10.0.0.0/8 trust' {HBA} && systemctl reload postgresql",
        f"cp --preserve /root/hba {HBA} && systemctl reload postgresql",
        frozenset(
            {
                ("access", "the database believes nobody without proof"),
                ("access", "the database admits only whom the matrix lets through to it"),
            }
        ),
    ),
    "another table translates addresses": Fault(
        "nft add table ip other && nft add chain ip other in '{ type nat hook prerouting priority dstnat; }'"
        " && nft add rule ip other in tcp dport 8080 dnat to 172.17.0.2:80",
        "nft delete table ip other",
        frozenset({("firewall", "no other firewall filters or translates")}),
    ),
    "what gives metrics of requests is stopped": Fault(
        "systemctl stop mtail && sleep 16",  # Prometheus asks every 15 s
        "systemctl start mtail",
        frozenset(
            {
                ("monitoring", "the programs of monitoring run with what is on disk"),
                ("monitoring", "all that the data name is asked for metrics, and answers"),
                ("listener", "log_metrics listens on 127.0.0.1:3903/tcp"),
            }
            | flows("prometheus → log_metrics 3903/tcp: allow", "log_metrics → log_metrics 3903/tcp: allow")
        ),
    ),
    "an alert is called otherwise": Fault(
        f"cp --preserve {ALERTS} /root/rules.yml && sed -i s/DiskFull/DiskFuller/ {ALERTS} && systemctl reload prometheus",
        f"mv /root/rules.yml {ALERTS} && touch {ALERTS} && systemctl reload prometheus",
        frozenset(
            {
                ("monitoring", "the programs of monitoring are told what the data say"),
                ("monitoring", "Prometheus has the alerts of the data, and no others"),
            }
        ),
    ),
    "nobody tries rows any more": Fault(
        "systemctl stop nostromo-proof.timer",
        "systemctl start nostromo-proof.timer",
        frozenset({("monitoring", "figures of rows, of rules and of certificates are written by their timers")}),
    ),
    "the name of a component leads elsewhere": Fault(
        "cp /etc/hosts /root/hosts && sed 's/^127.0.0.1 mother.internal$/192.0.2.7 mother.internal/' /root/hosts >/etc/hosts",
        "cat /root/hosts >/etc/hosts && rm /root/hosts",  # in its place, for it is mounted
        frozenset({("internal_names", "mother.internal leads to 127.0.0.1")}),
    ),
    "somebody else renews the certificate, and nobody is told": Fault(
        "echo '@daily certbot renew' | crontab - && sed -i.before /renew_hook/d /etc/letsencrypt/renewal/*.conf",
        "crontab -r; for one in /etc/letsencrypt/renewal/*.before; do mv $one ${one%.before}; done",
        frozenset(
            {
                ("renewal", "nobody else renews the certificates"),
                ("renewal", "the certificate app.nostromo.cl, when renewed, is put into service"),
            }
        ),
    ),
}
#: Faults that do not hide one another: each of these is one run, since a run is what takes the time.
ROUNDS = (
    (
        "8000 is open to the world",
        "passwords are allowed over SSH",
        "the frontend may send to the internet",
        "the rule that guards the database on loopback is missing",
        "the limit is removed",
        "the database believes whoever comes",
    ),
    (
        "8000 is let through over IPv6, where nothing listens yet",
        "the database listens everywhere, and the firewall has a hole",
        "something listens that nobody declared",
        "the web server asks a port where nothing listens",
        "the limit is 11 requests a second",
        "the limit is missing on one of two sites",
        "the certificate is no longer renewed",
        "the sshd that runs takes passwords, though its files no longer say so",
    ),
    (
        "another certificate is served",
        "an admin may use a password over SSH",
        "the rule for public HTTP is missing",
        "the rule that lets the frontend reach the API is missing",
        "a pattern escapes the limit",
        "the web server was not reloaded after a change",
    ),
    (
        "www leads to the wrong place",
        "everybody may read the certificate's key",
        "a service is down",
        "something answers datagrams on a port such as the kernel chooses",
        "another table translates addresses",
        "somebody else renews the certificate, and nobody is told",
    ),
    (
        "the limit counts all clients of a site together",
        "whoever names a client's address is believed",
        "TLS 1.0 is switched on",
        "a header is no longer sent",
        "another site is served",
        "what gives metrics of requests is stopped",
        "an alert is called otherwise",
        "nobody tries rows any more",
        "the name of a component leads elsewhere",
    ),
)
assert sorted(what for together in ROUNDS for what in together) == sorted(FAULTS)


@dataclass(frozen=True)
class Run:
    """What a run of verify.yml ended with, printed and reported."""

    status: int
    printed: str
    report: dict[str, Any]
    directory: Path

    @property
    def faults(self) -> frozenset[tuple[str, str]]:
        return frozenset(
            (check["subject"], check["title"]) for check in self.report["checks"] if check["verdict"] == "failed"
        )


def verify(directory: Path) -> Run:
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", str(network.INVENTORY)]
    done = subprocess.run(
        [*command, "playbooks/verify.yml", "-e", f"reports={directory}"],
        cwd=network.ROOT,
        env=network.ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    report = directory / "proof.json"
    assert report.exists(), done.stdout + done.stderr
    return Run(done.returncode, done.stdout, json.loads(report.read_text("utf-8")), directory)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return verify(tmp_path_factory.mktemp("sound"))


def test_nothing_is_found_on_a_system_as_documented(sound: Run) -> None:
    assert (sound.status, sound.faults) == (0, frozenset()), sound.printed


def test_every_documented_row_is_proven(sound: Run) -> None:
    rows = {row["path"]: row["verdict"] for row in sound.report["rows"] if row["path"].startswith("network_flows")}
    assert set(rows.values()) == {"passed"}, rows
    assert len(rows) == len([one for one in network.matrix().flows if one.path.startswith("network_flows")])


def test_a_row_that_cannot_be_tried_says_so(sound: Run) -> None:
    """There is no link-local client in the lab to send a DHCPv6 reply."""
    row = next(row for row in sound.report["rows"] if row["name"] == "DHCPv6 replies")
    assert (row["verdict"], row["tries"]) == ("skipped", 0)
    assert f"not tried  {row['path']}" in sound.printed


def test_the_limit_passes_exactly_its_burst(sound: Run) -> None:
    burst, rate, beside, other = [check for check in sound.report["checks"] if check["subject"] == "limit"]
    assert (other["verdict"], "429" in other["evidence"][0]) == ("passed", False)
    assert beside["evidence"][0].startswith("statuses ")
    assert burst["evidence"][0].startswith("21 of 27 answered")
    assert 9.5 <= float(rate["evidence"][0].split()[0]) <= 10.5


def test_reports_for_ci_agree(sound: Run) -> None:
    suites = ElementTree.parse(sound.directory / "proof.xml").getroot()
    assert suites.get("failures") == "0"
    assert int(suites.get("tests")) == len(sound.report["checks"]) == len(suites.findall(".//testcase"))


#: What it looks at in these is the same on every release.
ONE_RELEASE = ("another certificate is served", "the limit counts all clients of a site together")


@pytest.mark.parametrize(
    "together",
    [pytest.param(one, marks=[pytest.mark.one_release] if one[0] in ONE_RELEASE else []) for one in ROUNDS],
    ids="; ".join,
)
def test_each_fault_is_found_and_named_and_nothing_else(
    server: Host, outside: Host, tmp_path: Path, sound: Run, together: tuple[str, ...]
) -> None:
    faults = [FAULTS[what] for what in together]
    found = frozenset().union(*(fault.found for fault in faults))
    perhaps = frozenset().union(*(fault.perhaps for fault in faults))
    try:
        for fault in faults:
            server.check_output(fault.breaks)
        run = verify(tmp_path)
    finally:
        for fault in reversed(faults):
            server.run(fault.mends)
        assert eventually(lambda: get(outside, f"{APP}api/status").status == 200), "the server has not recovered"
    assert run.faults - perhaps == found, run.printed
    assert run.status != 0
    assert all(title in run.printed for _subject, title in found)
    assert ElementTree.parse(tmp_path / "proof.xml").getroot().get("failures") == str(len(run.faults))


def test_nothing_is_left_of_the_faults(tmp_path: Path) -> None:
    run = verify(tmp_path)
    assert (run.status, run.faults) == (0, frozenset()), run.printed
