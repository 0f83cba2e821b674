# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Locked to what stands in front of it: the lab's host `edge` takes Cloudflare's place, and the data are changed in two rows."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import network
import pytest
from ansible_collections.nostromo.networking.tests.unit.inventories import Inventory
from probes import FILTERED, Probe, attempt
from testinfra.host import Host
from web import eventually, get

pytestmark = pytest.mark.one_release

INVENTORY = Inventory("lab.yml")
SITES = network.variables()["network_sites"]
APP = next(site["hostname"] for site in SITES if "/" in site.get("routes", {}))
API = next(site["hostname"] for site in SITES if "/api/" in site.get("routes", {}))
LIMIT = next(iter(network.variables()["network_rate_limits"].values()))
SERVER = network.server_address(4)
EDGE4, EDGE6 = (re.sub(r"10$", "50", network.server_address(family)) for family in (4, 6))
WEB = network.listen("nginx")["ports"]


def through_cloudflare(row: dict[str, Any]) -> dict[str, Any]:
    """The row, from Cloudflare instead of from everywhere if it leads to the sites."""
    return {**row, "source": "cloudflare"} if (row["source"], row["destination"]) == ("internet", "nginx") else row


#: Whom the controller trusts: the lab's authority, and for the certificate that clients are shown `edge` itself.
TRUSTED = network.ROOT / ".lab" / "trusted.crt"
LOCKED = {
    "network_flows": [through_cloudflare(row) for row in INVENTORY["network_flows"]],
    "network_cloudflare_addresses": [EDGE4, EDGE6],
    "network_dns_proxied": True,
    "network_dns_resolver": EDGE4,
    "network_proof_ca_file": str(TRUSTED),
}
#: What the server itself is told of its names meanwhile.
HOSTS = [f"{address} {site['hostname']}" for site in SITES for address in (EDGE4, EDGE6)]
THROUGH = ("--connect-to", f"::{EDGE4}:443", "--insecure")
PARTS = ("--tags", "firewall,nginx")


@pytest.fixture(scope="module", autouse=True)
def locked(server: Host) -> Iterator[None]:
    TRUSTED.write_text("".join((TRUSTED.parent / name).read_text() for name in ("root.crt", "edge.crt")))
    before = server.check_output("cat /etc/hosts")
    server.check_output("printf '%%s\\n' %s | tee /etc/hosts", "\n".join([before, *HOSTS]))
    try:
        assert network.changed(network.attempt(*PARTS, **LOCKED)) > 0
        yield
    finally:
        server.check_output("printf '%%s\\n' %s | tee /etc/hosts", before)
        assert network.changed(network.attempt(*PARTS)) > 0


def playbook(name: str, *arguments: str, **extra: Any) -> str:
    """What it prints for the locked server; fails when it does."""
    told = json.dumps({**LOCKED, **extra})
    return network.ansible("ansible-playbook", f"playbooks/{name}.yml", *arguments, "-e", told)


def test_nobody_comes_past_it(outside: Host, admin: Host) -> None:
    wanted = [Probe(address, port) for address in network.variables()["network_addresses"] for port in WEB]
    for client in (outside, admin):
        assert {*attempt(client, wanted).values()} == {FILTERED}


def test_the_site_is_served_through_it(outside: Host) -> None:
    page, answer = get(outside, f"https://{APP}/", *THROUGH), get(outside, f"https://{API}/api/readings", *THROUGH)
    assert (page.status, answer.status) == (200, 200)
    assert page.headers["cf-ray"] and "json" in answer.headers["content-type"]


def test_clients_are_known_by_their_own_address(server: Host, outside: Host, admin: Host) -> None:
    """Whatever they say themselves."""
    path = f"/who-is-it-{secrets.token_hex(4)}"
    for client in (outside, admin):
        get(client, f"https://{APP}{path}", *THROUGH, "--header", f"CF-Connecting-IP: {SERVER}")
    lines = f"grep --fixed-strings {path} /var/log/nginx/access.log"
    assert eventually(lambda: len(server.run(lines).stdout.splitlines()) == 2, 10)
    seen = [json.loads(line) for line in server.check_output(lines).splitlines()]
    # Each of Nginx' workers writes its own in its time.
    assert {one["client"] for one in seen} == {re.sub(r"10$", number, SERVER) for number in ("30", "20")}


def test_each_client_has_a_limit_of_its_own(outside: Host, admin: Host) -> None:
    url, count = f"https://{API}/api/readings", LIMIT["burst"] + 11
    ask = "curl --silent --parallel --parallel-immediate --output /dev/null --write-out '%{http_code}\\n'"
    codes = outside.check_output(f"{ask} {' '.join(THROUGH)} '{url}?[1-{count}]'").split()
    assert {"200", "429"} == {*codes}
    assert get(admin, url, *THROUGH).status == 200


def test_verify_and_doctor_find_nothing_wrong(tmp_path: Path) -> None:
    printed = playbook("verify", reports=str(tmp_path))
    checks = json.loads((tmp_path / "proof.json").read_text())["checks"]
    shut = [one for one in checks if one["destination"] == "nginx" and one["source"] not in network.matrix().components]
    assert {one["verdict"] for one in shut if one["action"] == "deny"} == {"passed"}, printed
    for subject in ("public_name", "through", "served", "route", "limit"):  # by names and through `edge`, or on the host
        assert {one["verdict"] for one in checks if one["subject"] == subject} == {"passed"}, printed
    assert "server: nothing wrong was found" in playbook("doctor")


def test_explain_says_by_what_one_comes_in() -> None:
    assert "through Cloudflare" in playbook("explain", "-e", "from=internet", "-e", "to=nginx", "-e", "port=443")


def test_an_origin_that_is_open_beside_it_is_named(server: Host, tmp_path: Path) -> None:
    server.check_output("nft insert rule inet nostromo input tcp dport 443 accept")
    try:
        with pytest.raises(AssertionError, match="the origin is open beside Cloudflare"):
            playbook("verify", reports=str(tmp_path))
    finally:
        server.check_output("systemctl reload nostromo-firewall")


#: The site's certificate replaced by one that has expired, and served.
EXPIRED = """
cp --archive /etc/letsencrypt /run/letsencrypt-before
for file in cert chain fullchain privkey; do declare $file=$(realpath {live}/$file.pem); done
openssl req -quiet -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -keyout $privkey -out $cert \\
  -not_before 20260601000000Z -not_after 20260830000000Z -subj /CN={name} -addext subjectAltName={names}
cp $cert $fullchain
systemctl reload nginx
"""
AS_BEFORE = """
test -d /run/letsencrypt-before || exit 0
rm -r /etc/letsencrypt
mv /run/letsencrypt-before /etc/letsencrypt
systemctl reload nginx
"""


def test_a_certificate_that_has_expired_is_told_as_what_cloudflare_answers(server: Host, outside: Host) -> None:
    """Which is 526 with Full (strict), and 525 where the server knows no such name."""
    known = network.variables()["network_certificate"]
    names = ",".join(f"DNS:{name}" for name in known["names"])
    script = EXPIRED.format(live=known["directory"], name=known["name"], names=names)
    try:
        server.check_output("bash -euc %s", script)
        assert eventually(lambda: get(outside, f"https://{APP}/", *THROUGH).status == 526, 10)
        assert get(outside, f"https://unknown.{APP.partition('.')[2]}/", *THROUGH).status == 525
        told = rf"(?s)The certificate {known['name']} expired .*Cloudflare answers 526 for {APP}: .*Because +The certificate "
        with pytest.raises(AssertionError, match=told):
            playbook("doctor", symptom="certificate")
    finally:
        server.check_output("bash -euc %s", AS_BEFORE)
    assert eventually(lambda: get(outside, f"https://{APP}/", *THROUGH).status == 200, 10)


@pytest.fixture(scope="module")
def pulls(locked: None) -> dict[str, Any]:
    """The server demands what `edge` shows it, in these last tests of the module."""
    certificate = (network.ROOT / ".lab" / "origin-pulls.crt").read_text()
    found = {"network_cloudflare": {"origin_pulls": {"certificate": certificate, "mode": "required"}}}
    assert network.changed(network.attempt("--tags", "nginx", **LOCKED, **found)) > 0
    return found


def test_who_does_not_show_the_certificate_is_refused(
    edge: Host, outside: Host, pulls: dict[str, Any]
) -> None:
    """`edge` alone gets through the firewall, and so stands for everybody else as well."""
    for url in (f"https://{APP}/", f"https://{API}/api/readings"):
        past = ("--connect-to", f"::{SERVER}:443")
        foreign = ("--cert", "/etc/edge/edge.crt", "--key", "/etc/edge/edge.key")
        own = ("--cert", "/etc/edge/origin-pulls.crt", "--key", "/etc/edge/origin-pulls.key")
        assert get(outside, url, *THROUGH).status == 200
        assert [get(edge, url, *past, *shown).status for shown in ((), foreign, own)] == [400, 400, 200]


def test_verify_finds_the_demand_and_the_sites_behind_it(pulls: dict[str, Any], tmp_path: Path) -> None:
    printed = playbook("verify", reports=str(tmp_path), **pulls)
    checks = json.loads((tmp_path / "proof.json").read_text())["checks"]
    for subject in ("uncertified", "through", "served", "route", "nginx"):
        assert {one["verdict"] for one in checks if one["subject"] == subject} == {"passed"}, printed
