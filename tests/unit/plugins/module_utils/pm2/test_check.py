# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What cannot work is refused before anything is touched."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.check import check
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.model import Health, Service, ServiceError
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.pm2.samples import API, JOB


def said(service: Service) -> str | None:
    """What is wrong with a service."""
    try:
        check(service)
    except ServiceError as error:
        return str(error)
    return None


@pytest.mark.parametrize("service", [API, JOB], ids=["api", "job"])
def test_a_sound_service(service: Service) -> None:
    assert said(service) is None


@pytest.mark.parametrize(
    ("service", "message"),
    [
        (
            replace(API, name="Api"),
            "name: 'Api' is not lower-case letters, digits, '-' and '_', beginning with a letter",
        ),
        (replace(API, environment={"A B": "1"}), "environment.A B: not a name of an environment variable"),
        (
            replace(API, environment={"status": "1"}),
            "environment.status: PM2 keeps its own state under this name; choose another, such as STATUS",
        ),
        (
            replace(API, environment={"PGPASSWORD": "x"}),
            "secrets.PGPASSWORD: also in environment; keep it in one of them",
        ),
        (
            replace(API, working_directory="../b", writable=("uploads", "/tmp", "a b")),
            "working_directory: '../b' is not a path inside the release, such as packages/web\n"
            "writable: '/tmp' is not a path inside the release, such as packages/web\n"
            "writable: 'a b' is not a path inside the release, such as packages/web",
        ),
        (replace(API, instances=0), "instances: 0 is less than 1"),
        (
            replace(API, mode="fork"),
            "instances: 2 in fork mode would fight over one port; set mode: cluster, or 1 instance",
        ),
        (replace(API, interpreter="none"), 'mode: cluster is for Node.js; "none" runs in fork mode; remove it'),
        (
            replace(API, schedule="@daily", health=None),
            "schedule: runs in fork mode with one instance; remove mode and instances",
        ),
        (
            replace(JOB, health=Health("127.0.0.1", 1)),
            "health: a scheduled service ends; its exit status is its health; remove it",
        ),
        (replace(API, script="../x.js"), "script: '../x.js' is not a path inside the release"),
        (
            replace(API, instances=0, script="/x.js"),
            "instances: 0 is less than 1\nscript: '/x.js' is not a path inside the release",
        ),
    ],
    ids=lambda value: value.partition(":")[0] if isinstance(value, str) else "",
)
def test_faults(service: Service, message: str) -> None:
    assert said(service) == message


@pytest.mark.parametrize("script", ["npm", "npm start", "yarn", "node", "node dist/server.js", "python3", "npx"])
def test_a_command_is_no_script(script: str) -> None:
    with pytest.raises(
        ServiceError, match=re.escape(f"script: {script!r} is a command, and a script is a file of the release")
    ):
        check(replace(API, script=script))


@pytest.mark.parametrize(
    "script", ["dist/server.js", "npm/start.js", "node.js", ".venv/bin/python", "bin/npm", "start"]
)
def test_files_of_a_release_are_scripts(script: str) -> None:
    check(replace(API, script=script))
