# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The services of a host from their declaration and the matrix."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.services import services

VIEW = {
    "components": ["etl", "orchestrator", "server"],
    "accounts": [
        {"name": "etl", "title": "ETL Service", "home": "/var/lib/etl", "shell": "/usr/sbin/nologin"},
        {"name": "orchestrator", "title": "Orchestrator", "home": "/opt/orchestrator", "shell": "/bin/sh"},
    ],
    "listen": {"orchestrator": {"addresses": ["127.0.0.1"], "ports": [8000], "port": 8000}},
    "health": {"orchestrator": "/health"},
    "hosts": {"orchestrator": ["app1", "app2"]},
}


def test_only_the_components_of_the_host_in_the_order_of_declaration() -> None:
    declared = {"sevastopol": {"script": "a.js"}, "orchestrator": {"script": "b.js"}, "etl": {"script": "c"}}
    assert services(declared, VIEW) == {
        "orchestrator": {
            "name": "orchestrator",
            "user": "orchestrator",
            "title": "Orchestrator",
            "home": "/opt/orchestrator",
            "shell": "/bin/sh",
            "hosts": ["app1", "app2"],
            "script": "b.js",
            "health": {"address": "127.0.0.1", "port": 8000, "path": "/health"},
            "ports": [8000],
        },
        "etl": {
            "name": "etl",
            "user": "etl",
            "title": "ETL Service",
            "home": "/var/lib/etl",
            "shell": "/usr/sbin/nologin",
            "hosts": [],
            "script": "c",
            "ports": [],
        },
    }
    assert list(services(declared, VIEW)) == ["orchestrator", "etl"]


ELSEWHERE = {
    **VIEW,
    "host": "app1",
    "database": "mother",
    "upstreams": {"mother": ["10.0.0.31:5432"]},
    "names": {"mother.internal": ["10.0.0.31"], "db.example.org": ["10.0.0.32"]},
}
TRUST = {
    "PGSSLMODE": "verify-full",
    "PGSSLROOTCERT": "/etc/nostromo/database-ca.crt",
    "NODE_EXTRA_CA_CERTS": "/etc/nostromo/database-ca.crt",
}


@pytest.mark.parametrize(
    ("view", "environment", "more"),
    [
        (ELSEWHERE, {"PGHOST": "10.0.0.31", "PORT": 1}, TRUST),
        (ELSEWHERE, {"PGHOST": "10.0.0.31", "NODE_EXTRA_CA_CERTS": "/own"}, {**TRUST, "NODE_EXTRA_CA_CERTS": "/own"}),
        (ELSEWHERE, {"PGHOST": "mother.internal"}, TRUST),
        (ELSEWHERE, {"PGHOST": "db.example.org"}, {}),
        (ELSEWHERE, {"PORT": 1}, {}),
        ({**ELSEWHERE, "upstreams": {}}, {"PGHOST": "10.0.0.31"}, {}),
        ({**ELSEWHERE, "components": ["etl", "mother"]}, {"PGHOST": "/run/postgresql"}, {}),
        (None, {"PGHOST": "10.0.0.31"}, {}),
    ],
)
def test_who_asks_the_database_on_another_host_knows_it(
    view: dict[str, Any] | None, environment: dict[str, Any], more: dict[str, str]
) -> None:
    found = services({"etl": {"script": "c", "environment": environment}}, view)
    assert found["etl"]["environment"] == {**environment, **more}


def test_a_service_alone_gets_defaults() -> None:
    assert services({"app": {"script": "a.js", "user": "runner"}}) == {
        "app": {
            "name": "app",
            "user": "runner",
            "title": "app",
            "home": "/var/lib/runner",
            "shell": "/usr/sbin/nologin",
            "hosts": [],
            "script": "a.js",
        }
    }


def test_what_is_complete_stays_as_it_is() -> None:
    once = services({"orchestrator": {"script": "b.js"}}, VIEW)
    assert services(once) == once


def test_two_services_of_one_user() -> None:
    with pytest.raises(
        ValueError, match=r"pm2_services\.b\.user: 'x' already runs 'a'; give each service a user of its own"
    ):
        services({"a": {"user": "x"}, "b": {"user": "x"}})


def test_scripts_that_are_commands_are_all_named() -> None:
    with pytest.raises(ValueError, match=r"pm2_services\.a\.script: 'npm' is a command") as raised:
        services({"a": {"script": "npm", "args": ["start"]}, "b": {"script": "b.js"}, "c": {"script": "/srv/c.js"}})
    assert str(raised.value).splitlines()[1] == "pm2_services.c.script: '/srv/c.js' is not a path inside the release"


def test_a_service_runs_as_the_user_of_its_component() -> None:
    view = {**VIEW, "users": {"orchestrator": "bridge"}}
    assert services({"orchestrator": {"script": "x.js"}}, view)["orchestrator"]["user"] == "bridge"
