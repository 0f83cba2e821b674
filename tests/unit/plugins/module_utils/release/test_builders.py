# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who builds for whom."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.release.builders import builder, made_of

WEB: dict[str, Any] = {
    "hosts": ["app1", "app2", "app3"],
    "source": {"git": "https://git.test/web.git", "version": "main", "deploy_key": "KEY"},
    "build": ["npm ci"],
    "home": "/var/lib/web",
    "environment": {"HOST": "10.0.0.1"},
}
PLATFORM = ["trixie distribution", "amd64", "/srv", "{}"]


def one(changes: dict[str, Any], platform: list[str] = PLATFORM) -> str:
    return made_of({"web": {**WEB, **changes}}, platform)["web"]


def test_only_what_runs_on_several_hosts_is_shared() -> None:
    services = {
        "web": WEB,
        "alone": {**WEB, "hosts": ["app1"]},
        "role_alone": {**WEB, "hosts": []},
        "gone": {**WEB, "state": "absent"},
    }
    assert list(made_of(services, PLATFORM)) == ["web"]


@pytest.mark.parametrize(
    "changes",
    [
        {"environment": {"HOST": "10.0.0.2"}},
        {"secrets": {"PASSWORD": "x"}},
        {"user": "other"},
        {"source": {**WEB["source"], "deploy_key": "OTHER"}},
    ],
)
def test_what_a_release_does_not_hold_does_not_count(changes: dict[str, Any]) -> None:
    assert one(changes) == one({})


@pytest.mark.parametrize(
    "changes",
    [
        {"source": {**WEB["source"], "version": "v2"}},
        {"source": {**WEB["source"], "submodules": True}},
        {"build": ["npm ci", "npm run build"]},
        {"build_environment": {"SITE": "a"}},
        {"build_scripts": False},
        {"migrate": ["npm run migrate"]},
        {"working_directory": "packages/web"},
        {"writable": ["uploads"]},
        {"home": "/home/web"},
    ],
)
def test_what_a_release_is_made_of_counts(changes: dict[str, Any]) -> None:
    assert one(changes) != one({})


@pytest.mark.parametrize("index", range(len(PLATFORM)))
def test_so_does_the_platform(index: int) -> None:
    other = list(PLATFORM)
    other[index] = "other"
    assert one({}, other) != one({})


@pytest.mark.parametrize(
    ("build_on", "made", "builders"),
    [
        pytest.param(None, ["a", "a", "a"], ["app1", "app1", "app1"], id="the first"),
        pytest.param("app3", ["a", "a", "a"], ["app3", "app3", "app3"], id="the declared one"),
        pytest.param(None, ["a", "b", "b"], ["app1", "app2", "app2"], id="one for each platform"),
        pytest.param("app1", ["a", "b", "b"], ["app1", "app2", "app2"], id="the declared one cannot for others"),
        pytest.param("app3", ["a", "b", "a"], ["app3", "app2", "app3"], id="one alone"),
        pytest.param(None, [None, "a", "a"], ["app1", "app1", "app1"], id="one of which nothing is known"),
    ],
)
def test_who_builds(build_on: str | None, made: list[str | None], builders: list[str]) -> None:
    service = {**WEB, "build_on": build_on}
    known = dict(zip(WEB["hosts"], made, strict=True))
    assert [builder(service, host, known[host] or "a", known.__getitem__) for host in WEB["hosts"]] == builders
