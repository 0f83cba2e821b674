# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ERR_CERT_DATE_INVALID, the second entry of the document's troubleshooting: the certificate, its renewal, what is served."""

from __future__ import annotations

from ailing import SITE, broken, diagnose, eventually

NAME = "app.nostromo.cl"
LIVE = f"/etc/letsencrypt/live/{NAME}"
RENEW = f"sudo certbot renew --cert-name {NAME} --no-random-sleep-on-renew"
#: Another certificate in place of the one on disk: self-signed, with the site's names. Dates cannot be had from an authority.
REPLACE = f"""
cp --archive /etc/letsencrypt /run/letsencrypt-before
for file in cert chain fullchain privkey; do declare $file=$(realpath {LIVE}/$file.pem); done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout $privkey -out $cert {{dates}} \\
  -subj /CN={NAME} -addext subjectAltName=DNS:{NAME},DNS:api.nostromo.cl,DNS:www.nostromo.cl 2>/dev/null
cp $cert $fullchain
"""
RESTORE = "rm -r /etc/letsencrypt; cp --archive /run/letsencrypt-before /etc/letsencrypt; systemctl reload nginx"
FORGET = "rm -r /run/letsencrypt-before"
PAST = "-not_before 20260601000000Z -not_after 20260830000000Z"
CRON = "/etc/cron.d/nostromo-certbot"


def test_certificate_expired() -> None:
    """Really expired, and served: only its signature is not an authority's. `certbot renew` gets a real new one."""
    by = REPLACE.format(dates=PAST) + "systemctl reload nginx; sleep 0.5"
    with broken(by, undo=RESTORE, cleanup=FORGET) as damage:
        found = diagnose("-e", "symptom=certificate")
        assert found.kinds() == ["certificate-expired:app.nostromo.cl"]
        finding = found.of("certificate-expired")
        assert finding.text.startswith("The certificate app.nostromo.cl expired ")
        assert finding.text.endswith(" days ago: browsers refuse the site.")
        assert finding.symptom == "ERR_CERT_DATE_INVALID"
        assert finding.saw(f"{LIVE}/fullchain.pem: valid from 2026-06-01 00:00:00 UTC to 2026-08-30 00:00:00 UTC")
        assert finding.commands() == [RENEW]
        damage.is_mended_by(finding)


def test_certificate_expired_because_nothing_renews_it() -> None:
    by = REPLACE.format(dates=PAST) + f"systemctl reload nginx; rm {CRON}; sleep 0.5"
    with broken(f"cp {CRON} /run/cron-before; {by}", undo=f"cp /run/cron-before {CRON}; {RESTORE}", cleanup=FORGET):
        found = eventually("renewal-off:certificate", "certificate-expired:app.nostromo.cl")
        off, expired = found.findings
        assert off.text == "Nothing renews the certificates: their cron entry is gone."
        assert off.saw(f"{CRON} has no certbot")
        assert off.commands() == [f"{SITE} --tags letsencrypt"]
        assert (expired.cause, expired.commands()) == (off.text, [RENEW])


def test_renewal_cron_does_not_run() -> None:
    with broken("systemctl stop cron", undo="systemctl start cron") as damage:
        finding = eventually("renewal-off:certificate").of("renewal-off")
        assert finding.text == "Nothing renews the certificates: cron does not run."
        assert finding.commands() == ["sudo systemctl enable --now cron"]
        damage.is_mended_by(finding)


def test_renewal_by_timer_that_is_off() -> None:
    """Declared to be renewed by certbot's timer, which on this host is off."""
    timer = '{"network_certificate": {"name": "app.nostromo.cl", "names": ["app.nostromo.cl"],'
    timer += f' "directory": "{LIVE}", "renewal": {{"method": "timer"}}}}}}'
    finding = diagnose("-e", timer).of("renewal-off")
    assert finding.text == "Nothing renews the certificates: certbot's timer is off."
    assert finding.commands() == ["sudo systemctl enable --now certbot.timer"]


def test_last_renewal_failed_because_port_80_is_closed() -> None:
    """Closed by hand, with a rule; certbot then really tries and fails.

    Now and then the authority still trusts its earlier look at all three names (RFC 8555, section 7.1.4), Pebble at random.
    """
    by = """
    nft insert rule inet nostromo input tcp dport 80 iif != lo reject with tcp reset
    for attempt in 1 2 3 4 5 6; do
      certbot renew --quiet --force-renewal --no-random-sleep-on-renew >/dev/null 2>&1 || exit 0
    done
    exit 1
    """
    with broken(by, undo="systemctl reload-or-restart nostromo-firewall") as damage:
        found = eventually("firewall-differs:server", "front-closed:80", "renewal-failed:app.nostromo.cl", seconds=60)
        firewall, closed, failed = found.findings
        assert closed.text == "Port 80 of the site does not answer from here."
        assert closed.saw("from here: http://app.nostromo.cl:80/", "does not answer: [Errno 111] Connection refused")
        assert closed.saw("on the host, 0.0.0.0:80 is listened on by nginx")
        assert (closed.cause, failed.cause) == (firewall.text, closed.text)
        assert failed.text.startswith("The last renewal of the certificate app.nostromo.cl failed (2026-")
        assert failed.saw("/var/log/letsencrypt/letsencrypt.log: Failed to renew certificate app.nostromo.cl")
        assert failed.commands() == [f"{RENEW} --force-renewal"]
        damage.is_mended_by(firewall, failed)


def test_served_certificate_differs_from_the_one_on_disk() -> None:
    # It is mended when the one on disk is served; then back to the authority's.
    with broken(REPLACE.format(dates="-days 60"), undo="true", cleanup=f"{RESTORE}; {FORGET}") as damage:
        found = eventually("certificate-not-served:app.nostromo.cl")
        finding = found.of("certificate-not-served")
        assert finding.text == "Nginx does not show the certificate app.nostromo.cl that is on disk."
        for name in (NAME, "api.nostromo.cl", "www.nostromo.cl"):
            assert finding.saw(f"{name}: localhost:443 shows SHA-256 ", ", on disk is SHA-256 ")
        assert finding.commands() == [f"sudo /etc/letsencrypt/deploy-{NAME}"]
        damage.is_mended_by(finding)


def test_host_without_a_certificate() -> None:
    """As after a first run whose DNS records do not lead there yet: Nginx shows a placeholder."""
    link = f"/etc/nginx/tls/{NAME}"
    by = f"cp --archive /etc/letsencrypt /run/letsencrypt-before; certbot delete --quiet --cert-name {NAME};"
    by += f" test -d /etc/nginx/tls/placeholder; ln -sfn /etc/nginx/tls/placeholder {link}; systemctl reload nginx; sleep 0.5"
    with broken(by, undo=RESTORE + f"; ln -sfn {LIVE} {link}", cleanup=FORGET) as damage:
        found = eventually("certificate-absent:app.nostromo.cl")
        finding = found.of("certificate-absent")
        assert finding.text == "There is no certificate app.nostromo.cl: browsers are shown a placeholder and refuse it."
        assert finding.saw(f"there is no certificate: {LIVE}/fullchain.pem: No such file or directory")
        assert finding.commands() == [f"{SITE} --tags letsencrypt"]
        damage.is_mended_by(finding)
