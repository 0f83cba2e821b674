# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A diff shows what is declared, and no secret, not even one that is declared no more."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.definition import ecosystem
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.diff import diff
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.pm2.samples import API, PATH, RELEASE


def test_before_and_after_without_secrets() -> None:
    before = replace(API, environment={"PORT": "8000"}, secrets={"PGPASSWORD": "old", "TOKEN": "gone"}, instances=1)
    shown = diff(API, PATH, ecosystem(before, PATH, RELEASE), ["instances 1 -> 2"])
    assert (shown["before_header"], shown["after_header"]) == ("api (PM2)", "api (PM2)")
    assert shown["prepared"] == "# instances 1 -> 2\n"
    old, new = json.loads(shown["before"]), json.loads(shown["after"])
    assert (old["instances"], new["instances"]) == (1, 2)
    assert (old["env"]["PGPASSWORD"], old["env"]["TOKEN"], old["env"]["PORT"]) == ("********", "********", "8000")
    assert new["env"]["PGPASSWORD"] == "********"
    assert "hush" not in shown["after"]


@pytest.mark.parametrize(
    ("before", "text"),
    [(None, ""), ("", ""), ("no JSON", '{\n  "env": {}\n}\n'), ('{"apps": []}', '{\n  "env": {}\n}\n')],
)
def test_what_there_is_no_definition_of(before: str | None, text: str) -> None:
    shown = diff(API, PATH, before)
    assert (shown["before"], "prepared" in shown) == (text, False)
