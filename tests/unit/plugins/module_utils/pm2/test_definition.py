# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The file that boots and the record that PM2 should hold say the same."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.definition import (
    declared,
    ecosystem,
    environment,
    record,
    update,
)
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.model import Service
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.pm2.samples import API, JOB, PATH, RELEASE

PACKAGE = replace(API, working_directory="packages/api")


def test_a_package_of_a_monorepo_runs_in_its_directory() -> None:
    held = record(PACKAGE, PATH)
    assert held["pm_cwd"] == "/srv/api/current/packages/api"
    assert held["pm_exec_path"] == "/srv/api/current/packages/api/src/server.js"


@pytest.mark.parametrize(
    "service", [API, JOB, replace(API, max_memory=300), PACKAGE], ids=["api", "job", "memory", "monorepo"]
)
def test_a_definition_read_back_runs_the_same(service: Service) -> None:
    release, again = declared(ecosystem(service, PATH, RELEASE), service) or ("", service)
    assert release == RELEASE
    assert record(again, PATH) == record(service, PATH)
    assert again.health == service.health


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"release": "x", "apps": []}', '{"release": "x", "apps": [{}]}'])
def test_an_unreadable_definition_is_none(content: str) -> None:
    assert declared(content, API) is None


def test_nothing_of_the_starting_process_reaches_the_service() -> None:
    app = json.loads(ecosystem(API, PATH, RELEASE))["apps"][0]
    assert app["filter_env"] == [""]
    assert app["env"] == {
        "HOME": "/var/lib/api",
        "LANG": "C.UTF-8",
        "LOGNAME": "api",
        "NODE_ENV": "production",
        "PATH": PATH,
        "PGPASSWORD": "hush",
        "PORT": "8000",
        "USER": "api",
    }


def test_a_service_may_set_what_is_set_by_default() -> None:
    assert environment(replace(API, environment={"NODE_ENV": "staging"}), PATH)["NODE_ENV"] == "staging"


def test_an_update_deletes_removed_variables_wherever_pm2_keeps_them() -> None:
    wanted = record(API, PATH)
    change = update(wanted, {"env": {**wanted["env"], "OLD": "1", "unique_id": "7"}, "OLD": "1"})
    assert change["OLD"] == "null"
    assert change["env"] == {**wanted["env"], "unique_id": "7"}
    assert change["cron_restart"] == "null"
    assert change["pm_exec_path"] == "/srv/api/current/src/server.js"
