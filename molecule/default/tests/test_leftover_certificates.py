# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What earlier attempts left in certbot's directory costs no certificate, or one, and never one in each run."""

from __future__ import annotations

import network
import pytest
from network import changed
from testinfra.host import Host
from web import get

pytestmark = pytest.mark.one_release

CERTIFICATE = network.variables()["network_certificate"]
NAME = CERTIFICATE["name"]


def serial(server: Host) -> str:
    return server.check_output("openssl x509 -noout -serial -in %s", f"{CERTIFICATE['directory']}/cert.pem")


def renewals(server: Host) -> list[str]:
    return server.check_output("ls /etc/letsencrypt/renewal").split()


def letsencrypt() -> int:
    return changed(network.attempt("--tags", "letsencrypt"))


def test_an_archive_without_its_lineage_costs_one_certificate(server: Host, outside: Host) -> None:
    before = serial(server)
    server.check_output("cd /etc/letsencrypt && rm -r live/%s renewal/%s.conf", NAME, NAME)
    assert letsencrypt() == 1
    issued = serial(server)
    assert issued != before
    assert (letsencrypt(), serial(server), renewals(server)) == (0, issued, [f"{NAME}.conf"])
    assert get(outside, f"https://{CERTIFICATE['names'][0]}/").status == 200


def test_a_certificate_that_certbot_has_numbered_gets_its_name(server: Host, outside: Host) -> None:
    """As certbot leaves it when the name was taken."""
    before = serial(server)
    server.check_output(
        "set -e; cd /etc/letsencrypt; for place in live archive; do mv $place/%s $place/%s-0001; done;"
        "sed 's,/%s/,/%s-0001/,; s,/%s$,/%s-0001,' renewal/%s.conf >renewal/%s-0001.conf; : >renewal/%s.conf; mkdir archive/%s;"
        "cd live/%s-0001; for file in *.pem; do ln -sf $(readlink $file | sed 's,/%s/,/%s-0001/,') $file; done",
        *([NAME] * 13),
    )
    assert letsencrypt() == 1
    assert (serial(server), renewals(server)) == (before, [f"{NAME}.conf"])
    assert letsencrypt() == 0
    server.check_output("certbot renew --quiet --force-renewal --no-random-sleep-on-renew --cert-name %s", NAME)
    assert serial(server) != before
    assert get(outside, f"https://{CERTIFICATE['names'][0]}/").status == 200
