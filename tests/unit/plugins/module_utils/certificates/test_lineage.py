# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.certificates.lineage import (
    DAY_SECONDS,
    Wanted,
    command,
    describe,
    found,
    read_certificate,
    reasons,
    said,
)

# As certbot 4.0 writes it.
RENEWAL = """
# renew_before_expiry = 30 days
version = 4.0.0
archive_dir = /etc/letsencrypt/archive/app.nostromo.cl

# Options used in the renewal process
[renewalparams]
account = bb40b0e5915dc818d57795d0325d1c2d
key_type = ecdsa
renew_hook = /etc/letsencrypt/deploy-app.nostromo.cl
server = https://acme/dir
authenticator = webroot
webroot_path = /var/www/letsencrypt,
[[webroot_map]]
api.nostromo.cl = /var/www/letsencrypt
app.nostromo.cl = /var/www/letsencrypt
"""
# As OpenSSL 3.0 and 3.5 write it.
CERTIFICATE = """X509v3 Subject Alternative Name: critical
    DNS:app.nostromo.cl, DNS:api.nostromo.cl
notBefore=Jan  1 00:00:00 2026 GMT
notAfter=Apr  1 00:00:00 2026 GMT
"""
# As python3-cloudflare 2.20 says it at each use (Debian 13), shortened.
NOTICE = (
    "/usr/lib/python3/dist-packages/certbot_dns_cloudflare/_internal/dns_cloudflare.py:108: PendingDeprecationWarning: \n"
    "       !!!!!!!!!!!!!!!!!!!!   WARNING  !!!!!!!!!!!!!!!!!!!!\n"
    "       !! You're seeing this warning because you've upgraded !!\n"
    "       !!                                                    !!\n"
    "       !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!\n"
    "  self.cf = CloudFlare.CloudFlare(token=api_token)\n"
)
WANTED = Wanted(
    name="app.nostromo.cl",
    names=("app.nostromo.cl", "api.nostromo.cl"),
    server="https://acme/dir",
    key_type="ecdsa",
    webroot="/var/www/letsencrypt",
    deploy_hook="/etc/letsencrypt/deploy-app.nostromo.cl",
)
FOUND = found(RENEWAL, CERTIFICATE)
SOON = FOUND.not_before + DAY_SECONDS


def test_a_lineage_as_wanted_is_left_alone() -> None:
    assert reasons(WANTED, FOUND, SOON) == []
    assert describe(WANTED) == describe(FOUND)


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({"names": ("app.nostromo.cl", "api.nostromo.cl", "www.nostromo.cl")}, "it lacks www.nostromo.cl"),
        ({"names": ("app.nostromo.cl",)}, "it has api.nostromo.cl besides"),
        ({"server": "https://other/dir"}, "its server is https://acme/dir instead of https://other/dir"),
        ({"key_type": "rsa"}, "its key type is ecdsa instead of rsa"),
        ({"webroot": "/srv"}, "its webroot is /var/www/letsencrypt instead of /srv"),
        ({"deploy_hook": "/x"}, "its deploy hook is /etc/letsencrypt/deploy-app.nostromo.cl instead of /x"),
    ],
)
def test_a_difference_is_a_reason(wanted: dict, reason: str) -> None:
    assert reasons(replace(WANTED, **wanted), FOUND, SOON) == [reason]


def test_no_certificate_is_a_reason() -> None:
    assert reasons(WANTED, None, SOON) == ["there is no certificate"]


@pytest.mark.parametrize(
    ("days_left", "expected"),
    [
        (30, []),
        (23, []),
        (22, ["it expires in 22 days and has not been renewed; does renewal run?"]),
        (-2, ["it expired 2 days ago; does renewal run?"]),
    ],
)
def test_a_certificate_that_renewal_has_forgotten_is_issued_again(days_left: int, expected: list[str]) -> None:
    assert reasons(WANTED, FOUND, FOUND.not_after - days_left * DAY_SECONDS) == expected


def test_a_renewal_file_without_hook_and_map() -> None:
    text = "[renewalparams]\nserver = https://acme/dir\nkey_type = rsa\nwebroot_path = /srv,\n"
    lineage = found(text, CERTIFICATE)
    assert (lineage.webroots, lineage.deploy_hook) == (("/srv",), "")


def test_a_text_that_is_no_certificate_is_refused() -> None:
    with pytest.raises(ValueError, match="no period of validity in 'unable to load certificate'"):
        read_certificate("unable to load certificate")


def test_the_command_names_everything_that_renewal_needs() -> None:
    first = command(WANTED, "admin@nostromo.cl", again=False)
    assert " ".join(first) == (
        "certbot certonly --non-interactive --agree-tos --cert-name app.nostromo.cl --webroot"
        " --webroot-path /var/www/letsencrypt --server https://acme/dir --key-type ecdsa --email admin@nostromo.cl"
        " --deploy-hook /etc/letsencrypt/deploy-app.nostromo.cl --domain app.nostromo.cl --domain api.nostromo.cl"
    )
    again = command(WANTED, "", again=True)
    assert {"--register-unsafely-without-email", "--renew-with-new-domains", "--force-renewal"} <= set(again)


# As certbot 2.1 and 4.0 write it (Debian 12 and 13).
BY_DNS = RENEWAL.replace(
    """authenticator = webroot
webroot_path = /var/www/letsencrypt,
[[webroot_map]]
api.nostromo.cl = /var/www/letsencrypt
app.nostromo.cl = /var/www/letsencrypt
""",
    """authenticator = dns-cloudflare
dns_cloudflare_credentials = /etc/letsencrypt/cloudflare.ini
""",
)


def test_a_lineage_by_dns() -> None:
    wanted, actual = replace(WANTED, credentials="/etc/letsencrypt/cloudflare.ini"), found(BY_DNS, CERTIFICATE)
    assert reasons(wanted, actual, SOON) == [] and describe(wanted) == describe(actual)
    assert "webroot" not in describe(wanted)
    assert reasons(WANTED, actual, SOON) == ["its challenge is dns-cloudflare instead of webroot"]
    assert reasons(wanted, FOUND, SOON) == ["its challenge is webroot instead of dns-cloudflare"]
    other = replace(wanted, credentials="/root/cloudflare.ini")
    assert reasons(other, actual, SOON) == [
        "its file of credentials is /etc/letsencrypt/cloudflare.ini instead of /root/cloudflare.ini"
    ]
    words = command(wanted, "", again=False)
    assert words[words.index("--dns-cloudflare") + 1 :][:2] == ["--dns-cloudflare-credentials", wanted.credentials]
    assert "--webroot" not in words


def test_the_notice_of_a_library_is_left_out() -> None:
    assert said(f"{NOTICE}Error determining zone_id: 9109\n{NOTICE}Ask for help\n") == (
        "Error determining zone_id: 9109\nAsk for help"
    )
