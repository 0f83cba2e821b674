# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The certificate: whose it is, that it is trusted, and that its renewal reaches the clients without a failed request."""

from __future__ import annotations

import network
import pytest
from testinfra.host import Host
from web import ROOT_CERTIFICATE, asking_all_the_while

CERTIFICATE = network.variables()["network_certificate"]
NAMES = CERTIFICATE["names"]


def served(client: Host, name: str) -> str:
    """The fingerprint of the certificate that a client gets, once its chain is verified for that name."""
    return client.check_output(
        "openssl s_client -connect %s -servername %s -verify_hostname %s -verify_return_error -CAfile %s -no-CApath"
        " -no-CAstore </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256",
        f"{name}:443",
        name,
        name,
        ROOT_CERTIFICATE,
    )


def on_disk(server: Host) -> str:
    return server.check_output(
        "openssl x509 -noout -fingerprint -sha256 -in %s", f"{CERTIFICATE['directory']}/fullchain.pem"
    )


@pytest.mark.parametrize("name", NAMES)
def test_clients_trust_the_certificate(server: Host, outside: Host, name: str) -> None:
    assert served(outside, name) == on_disk(server)


def test_certificate_holds_the_documented_names_only(server: Host) -> None:
    printed = server.check_output(
        "openssl x509 -noout -ext subjectAltName -in %s", f"{CERTIFICATE['directory']}/fullchain.pem"
    )
    assert sorted(printed.splitlines()[1].strip().split(", ")) == sorted(f"DNS:{name}" for name in NAMES)


def test_renewal_is_planned_once(server: Host) -> None:
    """The documented cron line or certbot's timer, never both."""
    planned = server.check_output("grep -rhs '^[^#].*certbot.*renew' /etc/cron.d /etc/crontab /var/spool/cron || true")
    timer = server.run("systemctl is-enabled certbot.timer").stdout.strip() == "enabled"
    renewal = CERTIFICATE["renewal"]
    # The package's own line does nothing under systemd, and says so.
    lines = [line for line in planned.splitlines() if "/run/systemd/system" not in line]
    if renewal["method"] == "cron":
        assert not timer
        assert len(lines) == 1
        assert lines[0].startswith(renewal["schedule"])
        assert renewal["command"] in lines[0]
    else:
        assert (timer, lines) == (True, [])


def test_renewed_certificate_is_served_at_once(server: Host, outside: Host) -> None:
    """Nginx is reloaded by the deploy hook: same process, new certificate, and no request of a client fails meanwhile."""
    before, master = on_disk(server), server.check_output("cat /run/nginx.pid")
    with asking_all_the_while(outside, f"https://{NAMES[0]}/") as codes:
        server.check_output(
            "certbot renew --quiet --force-renewal --no-random-sleep-on-renew --cert-name %s", CERTIFICATE["name"]
        )
    renewed = on_disk(server)
    assert renewed != before
    assert served(outside, NAMES[0]) == renewed
    assert server.check_output("cat /run/nginx.pid") == master
    assert set(codes) == {"200"}


def test_certbots_own_unit_renews_from_its_room(server: Host, outside: Host) -> None:
    """By the method `timer` it is what renews: confined, with the deploy hook and all."""
    before = on_disk(server)
    drop_in = "/run/systemd/system/certbot.service.d/due.conf"
    due = f"/usr/bin/certbot -q renew --force-renewal --no-random-sleep-on-renew --cert-name {CERTIFICATE['name']}"
    text = f"[Service]\nExecStart=\nExecStart={due}\n"
    server.check_output(
        "mkdir -p $(dirname %s) && printf %%s %s >%s && systemctl daemon-reload", drop_in, text, drop_in
    )
    try:
        server.check_output("systemctl start certbot.service")
    finally:
        server.check_output("rm %s && systemctl daemon-reload", drop_in)
    renewed = on_disk(server)
    assert renewed != before
    assert served(outside, NAMES[0]) == renewed


def test_certificate_that_nginx_cannot_use_is_not_deployed(server: Host, outside: Host) -> None:
    """Its key is another's: the reload fails, the link leads where it led, and Nginx goes on with what it has."""
    live, link = CERTIFICATE["directory"], f"/etc/nginx/tls/{CERTIFICATE['name']}"
    hook = f"/etc/letsencrypt/deploy-{CERTIFICATE['name']}"
    before = served(outside, NAMES[0])
    server.check_output("ln -sfn /etc/nginx/tls/placeholder %s && mv %s/privkey.pem %s/kept", link, live, live)
    try:
        server.check_output("cp /etc/nginx/tls/placeholder/privkey.pem %s/privkey.pem", live)
        assert server.run(hook).rc == 1
        assert server.check_output("readlink %s", link) == "/etc/nginx/tls/placeholder"
        assert served(outside, NAMES[0]) == before
    finally:
        server.check_output("mv %s/kept %s/privkey.pem && %s", live, live, hook)
    assert server.check_output("readlink %s", link) == live
    assert served(outside, NAMES[0]) == before
