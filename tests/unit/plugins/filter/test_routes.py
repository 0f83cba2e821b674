# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.nostromo.networking.plugins.filter.routes import routes

TIMED = {"component": "api", "read_timeout": "2m"}


def test_both_forms_are_told_in_one() -> None:
    sites = [
        {"hostname": "app.example.org", "routes": {"/api/": TIMED, "/": "web"}},
        {"hostname": "www.example.org", "redirect": "app.example.org"},
        {"hostname": "api.example.org", "root": "/var/www", "routes": {"/v1/": {"component": "api"}}},
    ]
    assert routes(sites) == [
        {"hostname": "app.example.org", "path": "/", "component": "web", "read_timeout_seconds": None},
        {"hostname": "app.example.org", "path": "/api/", "component": "api", "read_timeout_seconds": 120},
        {"hostname": "api.example.org", "path": "/v1/", "component": "api", "read_timeout_seconds": None},
    ]


def test_what_cannot_be_read_is_named() -> None:
    with pytest.raises(AnsibleFilterError, match=r'routes\["/"\].read_timeout: 10 has no unit; write 10s'):
        routes([{"hostname": "app.example.org", "routes": {"/": {"component": "web", "read_timeout": 10}}}])
