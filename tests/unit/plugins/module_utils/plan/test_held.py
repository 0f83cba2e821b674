# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What modules say in check mode, in words: held against results as a confirmed commit and others return them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.commit.model import Actual, Entry, diff
from ansible_collections.nostromo.networking.plugins.module_utils.plan.held import told_by
from ansible_collections.nostromo.networking.plugins.module_utils.plan.report import held_plan
from ansible_collections.nostromo.networking.plugins.module_utils.plan.text import plan_markdown, plan_text

WANTED = Entry("/etc/app", content=b"a\nb\n", owner="root", group="root", mode=0o644)


def there(content: bytes = b"a\nb\n", mode: int = 0o644) -> Actual:
    """The file as it is."""
    return Actual("file", content, "root", "root", mode)


def commit(wanted: Entry, actual: Actual | None, **more: Any) -> dict[str, Any]:
    """The result of a commit that would change a file."""
    return {"changed": True, "diff": [diff(wanted, actual)], "activated": ["systemctl reload nginx"], **more}


@pytest.mark.parametrize(
    ("result", "text", "difference"),
    [
        (commit(WANTED, None), "/etc/app is not there, and is made", ()),
        (commit(Entry("/etc/app", "absent"), there()), "/etc/app is removed", ()),
        (commit(WANTED, there(b"a\nc\n")), "/etc/app is another: +1 −1 lines", ("@@ -1,2 +1,2 @@", " a", "-c", "+b")),
        (
            commit(WANTED, there(mode=0o600)),
            "/etc/app: file owner=root group=root mode=0600 → file owner=root group=root mode=0644",
            (),
        ),
        (
            commit(Entry("/etc/app", content=b"new", owner="root", group="root", mode=0o644, sensitive=True), there()),
            "/etc/app is another, and what it holds is secret",
            (),
        ),
    ],
)
def test_a_file_that_is_not_as_it_should_be(result: dict[str, Any], text: str, difference: tuple[str, ...]) -> None:
    lines, effects = told_by("confirmed_commit nginx", result)
    assert [(line.text, line.difference) for line in lines] == [(text, difference)] and effects == ["nginx reloads"]


def test_what_is_in_force_and_not_on_disk_is_told() -> None:
    lines, _effects = told_by("confirmed_commit firewall", {"changed": True, "diff": [], "drifted": True})
    assert [line.text for line in lines] == ["firewall: what is in force is not what is on disk"]


def test_modules_say_why() -> None:
    lines, _effects = told_by("pm2_service etl", {"changed": True, "reasons": ["release (none) -> 1f", "definition"]})
    assert [line.text for line in lines] == ["pm2_service etl: release (none) -> 1f; definition"]


def test_nothing_is_told_where_nothing_would_change() -> None:
    assert told_by("confirmed_commit nginx", {"changed": False, "diff": []}) == ([], [])


def test_where_a_run_would_fail_is_told() -> None:
    lines, _effects = told_by("apt Install nginx", {"failed": True, "msg": "no\nsuch package"})
    assert [line.text for line in lines] == ["Install nginx: a run would fail here: no such package"]


def test_hosts_for_which_the_same_is_told_are_told_together() -> None:
    part = {"subject": "nginx", "changes": [{"text": "x is another", "difference": []}], "effects": ["nginx reloads"]}
    report = held_plan({"app1": [part], "app2": [part], "db": []})
    assert report["changes"] and report["hosts"] == [{"hosts": ["app1", "app2"], **part}]
    assert report["summary"] == ["on app1, app2: nginx reloads"]
    assert "what the hosts have in force" in plan_text(report) and "**app1, app2: nginx**" in plan_markdown(report)
    assert held_plan({"db": []})["changes"] is False
