# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A wildcard, proven by DNS: Debian's own plugin of certbot, Pebble, and a stand-in of Cloudflare, all on the lab's hosts.

Pebble and the stand-in run on the host `admin`, so that the lab's authority keeps its resolver and its root.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from example import ROOT, play
from testinfra.host import Host
from web import eventually

ZONE = "example.org"
NAMES = ("almanac.example.org", "*.almanac.example.org")
WWW = "www.almanac.example.org"
#: Of the host `admin`, and what of it the server trusts.
PLACE, TRUSTED = "/run/by-dns", "/run/by-dns.pem"
FILES = [ROOT / "tests" / "standins" / "cloudflare" / f"{name}.py" for name in ("__main__", "cloud", "names", "server")]
PEBBLE = {
    "listenAddress": ":443",
    "managementListenAddress": ":15000",
    "certificate": f"{PLACE}/cert.pem",
    "privateKey": f"{PLACE}/key.pem",
}
SERVE = f"""
cd {PLACE}
openssl req -quiet -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 30 \\
  -subj /CN=admin -addext subjectAltName=DNS:admin,DNS:localhost -keyout key.pem -out cert.pem
run() {{ systemd-run --quiet --collect --unit "$@"; }}
run by-dns-cloudflare --working-directory {PLACE} sh -c \\
  'exec python3 -m cloudflare {ZONE} --address 0.0.0.0 --port 80 --names 53 >told.json'
run by-dns-pebble --setenv PEBBLE_VA_NOSLEEP=1 --setenv PEBBLE_WFE_NONCEREJECT=0 \\
  pebble -config {PLACE}/pebble.json -dnsserver 127.0.0.1:53
"""


@dataclass(frozen=True)
class Issuer:
    """Who issues certificates of names that the stand-in has records of.

    :param token: Cloudflare's.
    :param root: who has signed them (PEM).
    """

    host: Host
    token: str
    root: str

    def records(self) -> list[str]:
        """The names of the zone's records."""
        ask = f"curl --silent --fail --header 'Authorization: Bearer {self.token}' http://localhost/client/v4/zones"
        zone = json.loads(self.host.check_output(ask))["result"][0]["id"]
        return [one["name"] for one in json.loads(self.host.check_output(f"{ask}/{zone}/dns_records"))["result"]]


@pytest.fixture(scope="module")
def issuer(admin: Host, server: Host) -> Iterator[Issuer]:
    admin.check_output("install -d -m 0777 %s %s", PLACE, f"{PLACE}/cloudflare")
    copy = ["scp", "-q", "-F", str(ROOT / ".lab" / "ssh_config"), *map(str, FILES), f"admin:{PLACE}/cloudflare"]
    subprocess.run(copy, check=True)
    admin.check_output("echo %s >%s", json.dumps({"pebble": PEBBLE}), f"{PLACE}/pebble.json")
    try:
        admin.check_output("bash -euc %s", SERVE)
        fetch = f"curl --silent --fail --cacert {PLACE}/cert.pem https://localhost:15000/roots/0"
        assert eventually(lambda: admin.run(fetch).rc == 0, 20)
        root = admin.check_output(fetch)
        own = admin.check_output("cat %s", f"{PLACE}/cert.pem")
        server.check_output("printf '%%s\\n' %s %s >%s", own, root, TRUSTED)
        told = json.loads(admin.check_output("cat %s", f"{PLACE}/told.json"))
        yield Issuer(admin, told["network_cloudflare"]["token"], root)
    finally:
        admin.run(f"systemctl stop by-dns-pebble by-dns-cloudflare; rm -r {PLACE}")


@pytest.fixture(scope="module")
def data(issuer: Issuer, server: Host) -> Iterator[str]:
    """Extra variables by which the sites have their certificate that way."""
    yield json.dumps(
        {
            "network_certificate": {"name": "by-dns", "names": NAMES, "challenge": "dns"},
            "network_cloudflare": {"certbot_token": issuer.token},
            "letsencrypt_server": "https://admin/dir",
            "letsencrypt_cloudflare_api_url": "http://admin/client/v4",
            "letsencrypt_ca_bundle": TRUSTED,
        }
    )
    play("almanac", "site", "--tags", "nginx,letsencrypt")
    # With its account, of which the next Pebble knows nothing.
    server.check_output("certbot delete --quiet --cert-name by-dns; rm -r /etc/letsencrypt/accounts/admin %s", TRUSTED)


def served(client: Host, name: str, root: str) -> str:
    """Serial number and names of the certificate that a client is shown, once it is found to be that root's and for that name."""
    return client.check_output(
        "printf %%s %s >/run/root.pem; openssl s_client -connect %s -servername %s -verify_hostname %s -verify_return_error"
        " -CAfile /run/root.pem </dev/null 2>/dev/null | openssl x509 -noout -serial -ext subjectAltName",
        root,
        f"{name}:443",
        name,
        name,
    )


def test_a_wildcard_is_issued_and_served(issuer: Issuer, data: str, outside: Host) -> None:
    """No record stays at Cloudflare, nobody sees the token, and another run changes nothing."""
    first, again = (play("almanac", "site", "-e", data, "--tags", "nginx,letsencrypt") for _number in range(2))
    assert "failed=0" in first and re.search(r"server .*changed=0 .*failed=0", again)
    for name in (NAMES[0], WWW):
        assert {*re.findall(r"DNS:([^,\s]+)", served(outside, name, issuer.root))} == {*NAMES}
    assert issuer.records() == []
    assert issuer.token not in first + again


def test_cron_renews_it_in_silence(issuer: Issuer, data: str, server: Host, outside: Host) -> None:
    """By the line that is in place, with what cron sets for it, and at once."""
    before = served(outside, WWW, issuer.root)
    *settings, line = server.check_output("grep -v '^#' /etc/cron.d/nostromo-certbot").splitlines()
    given = dict(re.sub("[\"']", "", one).split("=", 1) for one in settings)
    command = line.partition(" root ")[2] + " --cert-name by-dns --force-renewal --no-random-sleep-on-renew"
    words = ["env", "-i", *(f"{name}={value}" for name, value in given.items()), given["SHELL"], "-c", command]
    assert server.check_output(" ".join(["%s"] * len(words)) + " 2>&1", *words) == ""
    assert served(outside, WWW, issuer.root) != before
    assert issuer.records() == []
