# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a task asks for becomes a service and a recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.arguments import ARGUMENTS
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.model import Health, Service, ServiceError
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.parse import build_environment, recipe, service
from ansible_collections.nostromo.networking.plugins.module_utils.release import variables
from ansible_collections.nostromo.networking.plugins.module_utils.release.variables import NO_SCRIPTS
from ansible_collections.nostromo.networking.plugins.modules import pm2_service

API = {"name": "api", "user": "api", "home": "/var/lib/api", "script": "src/server.js"}


def options(**given: Any) -> dict[str, Any]:
    """The options of a task, complete."""
    checked = ArgumentSpecValidator(ARGUMENTS).validate({**API, **given})
    assert not checked.error_messages
    return dict(checked.validated_parameters)


def test_a_service_that_says_little() -> None:
    wanted = Service("api", "api", "/var/lib/api", "/srv/api", "src/server.js", mode="cluster")
    assert service(options()) == wanted


def test_a_service_that_says_much() -> None:
    found = service(
        options(
            directory="/opt/api",
            args=["-v"],
            instances=2,
            environment={"PORT": 8000, "DEBUG": True},
            secrets={"TOKEN": "hush"},
            health={"address": "127.0.0.1", "port": 8000, "path": "/health"},
            max_memory=256,
            writable=["uploads"],
        )
    )
    assert (found.directory, found.args, found.instances, found.max_memory) == ("/opt/api", ("-v",), 2, 256)
    assert (found.environment, found.secrets) == ({"PORT": "8000", "DEBUG": "true"}, {"TOKEN": "hush"})
    assert found.health == Health("127.0.0.1", 8000, "/health")
    assert found.shared == {"uploads": "/var/lib/api/uploads"}


@pytest.mark.parametrize(
    ("given", "mode"),
    [
        ({}, "cluster"),
        ({"mode": "fork"}, "fork"),
        ({"interpreter": "none"}, "fork"),
        ({"schedule": "@daily"}, "fork"),
    ],
)
def test_the_mode(given: dict[str, Any], mode: str) -> None:
    assert service(options(**given)).mode == mode


def test_a_service_that_cannot_work_is_refused() -> None:
    with pytest.raises(ServiceError, match="^instances: 0 is less than 1$"):
        service(options(instances=0))


def test_what_makes_a_release_and_what_a_build_gets_besides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variables, "_HOST", tmp_path / "environment")
    (tmp_path / "environment").write_text("A=host\nB=host\n")
    given = options(build=["npm ci"], build_environment={"A": 1}, platform="trixie", working_directory="web")
    found = recipe(given, service(given))
    assert (found.commands, found.variables, found.platform) == (("npm ci",), {"A": 1}, "trixie")
    assert (found.working_directory, found.shared) == ("web", {})
    built = build_environment(given, found.variables)
    assert built == {"PATH": "/usr/local/bin:/usr/bin:/bin", "A": "1", "B": "host"}
    assert found.migrate == ()
    assert recipe(options(migrate=["npm run migrate"]), service(given)).migrate == ("npm run migrate",)
    given["build_scripts"] = False
    assert recipe(given, service(given)).variables == {"A": 1, **NO_SCRIPTS}


def test_defaults_are_those_of_the_documentation() -> None:
    documented = yaml.safe_load(pm2_service.DOCUMENTATION)["options"]
    assert {name: option.get("default") for name, option in ARGUMENTS.items()} == {
        name: option.get("default") for name, option in documented.items()
    }
