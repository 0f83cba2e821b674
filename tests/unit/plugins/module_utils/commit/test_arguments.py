# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.nostromo.networking.plugins.module_utils.commit.arguments import ARGUMENTS, fault
from ansible_collections.nostromo.networking.plugins.modules import confirmed_commit

GOOD: dict[str, Any] = {
    "name": "web",
    "deadline_seconds": 60,
    "timeout_seconds": 120,
    "keep": 10,
    "files": [],
    "confirm": None,
}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, None),
        ({"name": "ssh_hardening.2-a"}, None),
        ({"confirm": {"url": "https://[2001:db8::1]:8443/health"}}, None),
        ({"keep": 0}, None),
        ({"name": "../etc"}, "name '../etc': give letters, digits, dots, dashes and underscores"),
        ({"name": ".."}, "name '..': give letters, digits, dots, dashes and underscores"),
        ({"name": "a b"}, "name 'a b': give letters, digits, dots, dashes and underscores"),
        ({"name": "web\n"}, "name 'web\\n': give letters, digits, dots, dashes and underscores"),
        ({"deadline_seconds": 0}, "deadline_seconds is 0: give 1 or more"),
        ({"timeout_seconds": -1}, "timeout_seconds is -1: give 1 or more"),
        ({"keep": -1}, "keep is -1: give 0 or more"),
        ({"files": [{"path": "/etc/a", "content": None, "template": "a.j2"}]}, None),
        (
            {"files": [{"path": "/etc/a", "content": "", "template": "a.j2"}]},
            "/etc/a: give content or template, not both",
        ),
        (
            {"confirm": {"url": "www.example.org/health"}},
            "confirm.url 'www.example.org/health': give an address such as https://www.example.org/health",
        ),
    ],
)
def test_faults(params: dict[str, Any], expected: str | None) -> None:
    assert fault({**GOOD, **params}) == expected


def test_arguments_are_those_that_are_documented() -> None:
    def shape(options: dict[str, Any], nested: str) -> dict[str, Any]:
        return {
            name: (option.get("type", "str"), option.get("default"), shape(option.get(nested, {}), nested))
            for name, option in options.items()
        }

    documented = yaml.safe_load(confirmed_commit.DOCUMENTATION)["options"]
    assert shape(ARGUMENTS, "options") == shape(documented, "suboptions")
