# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.nostromo.networking.plugins.filter.certificates import certificates

APP = {"name": "app.example.org", "names": ["app.example.org"]}
FILLED_IN = {
    "name": "app.example.org",
    "names": ["app.example.org"],
    "directory": "/etc/letsencrypt/live/app.example.org",
    "challenge": "http",
    "server": "https://acme-v02.api.letsencrypt.org/directory",
    "email": "",
    "renewal": {"method": "cron", "schedule": "0 0 * * *", "command": "certbot renew --quiet"},
    "hook": "/etc/letsencrypt/deploy-app.example.org",
}
OWN = {
    "directory": "/etc/own",
    "challenge": "dns",
    "server": "https://acme/dir",
    "email": "ops@example.org",
    "renewal": {"method": "timer"},
}


def test_one_as_it_stands_or_a_list() -> None:
    assert certificates(APP) == certificates([APP]) == [FILLED_IN]
    assert certificates([]) == []


def test_what_the_data_say_stays() -> None:
    timer = {**FILLED_IN["renewal"], "method": "timer"}
    assert certificates([APP, {**APP, **OWN}])[1] == {**FILLED_IN, **OWN, "renewal": timer}


def test_notices_go_to_an_address_of_all() -> None:
    found = certificates([APP, {**APP, **OWN}, {**APP, "email": ""}], "all@example.org")
    assert [one["email"] for one in found] == ["all@example.org", "ops@example.org", ""]


def test_what_cannot_be_read_is_named() -> None:
    with pytest.raises(AnsibleFilterError, match=r"certificates: network_certificate\[1\].name: is missing; add it"):
        certificates([APP, {"names": ["www.example.org"]}])
