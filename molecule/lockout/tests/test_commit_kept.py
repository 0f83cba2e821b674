# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A change that proves itself is kept, done once, and can be returned from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from lockout import commit, on_server, play

PATH, DROPPED, LINK = "/etc/lockout/kept", "/etc/lockout/dropped", "/etc/lockout/link"
URL = {"url": "https://app.nostromo.cl/", "url_address": "10.42.0.10", "url_statuses": "200", "validate_certs": "no"}
WAYS: dict[str, dict[str, Any]] = {
    "none": {},
    "all": {"connection": True, "command": "true", **URL},
}


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    assert (
        on_server(
            "find /var/lib/nostromo-commit -name pending; systemctl list-timers --no-legend 'nostromo-rollback-*'"
        )
        == ""
    )
    on_server("rm -rf /etc/lockout /var/lib/nostromo-commit/kept /var/lib/nostromo-commit/lockout")


@pytest.mark.parametrize("way", WAYS)
def test_change_is_kept_when_confirmed(way: str) -> None:
    run = commit(files=[{"path": PATH, "content": way}], confirm=WAYS[way])
    assert (run.failed, run.changed) == (False, True)
    assert on_server(f"cat {PATH}") == way


def test_nothing_differs_and_nothing_is_done() -> None:
    wanted = {
        "files": [{"path": PATH, "content": "x"}],
        "activate": "sh -c 'echo >>/etc/lockout/activated'",
        "confirm": WAYS["all"],
    }
    assert commit(**wanted).changed
    assert not commit(**wanted).changed
    assert on_server("wc -l </etc/lockout/activated") == "1\n"
    assert len(on_server("nostromo-commit list lockout | grep '^lockout'").splitlines()) == 1


def test_drift_of_the_running_state_is_activated_and_leaves_no_history() -> None:
    wanted = {
        "files": [{"path": PATH, "content": "x"}],
        "activate": "touch /etc/lockout/runs",
        "active": "test -e /etc/lockout/runs",
    }
    assert commit(**wanted).changed
    on_server("rm /etc/lockout/runs")
    assert commit(**wanted).changed
    assert not commit(**wanted).changed
    assert len(on_server("nostromo-commit list lockout | grep '^lockout'").splitlines()) == 1


def test_drift_is_seen_where_only_what_activates_nothing_differs() -> None:
    wanted = {
        "files": [{"path": PATH, "content": "x"}, {"path": DROPPED, "content": "y", "activate": []}],
        "activate": "touch /etc/lockout/runs",
        "active": "test -e /etc/lockout/runs",
    }
    assert commit(**wanted).changed
    on_server(f"rm /etc/lockout/runs {DROPPED}")
    assert commit(**wanted).changed
    assert not commit(**wanted).changed
    assert on_server(f"cat {DROPPED}; ls /etc/lockout/runs") == "y/etc/lockout/runs\n"


def test_history_is_listed_and_returned_to() -> None:
    on_server(f"mkdir /etc/lockout; printf zero >{PATH}; printf d >{DROPPED}; ln -s nowhere {LINK}")
    one = [{"path": PATH, "content": "one"}, {"path": DROPPED, "state": "absent"}, {"path": LINK, "state": "absent"}]
    for files in (one, [{"path": PATH, "content": "two"}, {"path": "/etc/lockout/deep/new", "content": "n"}]):
        assert not commit(name="kept", files=files, activate=f"cp {PATH} /etc/lockout/runs").failed
    listed = play("playbooks/rollback.yml", set="kept").printed
    newest, oldest = re.findall(r"kept  (\d{8}T\d{6}-\d{6})  ", listed)
    assert f"{PATH}" in listed
    assert "/etc/lockout/deep/new (was not there)" in listed

    assert play("playbooks/rollback.yml", set="kept", commit=oldest).changed
    seen = on_server(f"cat {PATH} /etc/lockout/runs {DROPPED}; readlink {LINK}; find /etc/lockout -name new")
    assert seen == "zerozerodnowhere\n"
    returned = on_server("nostromo-commit list kept").split()[1]
    assert returned not in (newest, oldest)

    assert play("playbooks/rollback.yml", set="kept", commit=returned).changed  # and back again
    assert on_server(f"cat {PATH} /etc/lockout/runs; cat /etc/lockout/deep/new") == "twotwon"
    assert not play("playbooks/rollback.yml", set="kept", commit=returned).failed


def test_return_to_an_unknown_commit() -> None:
    run = play("playbooks/rollback.yml", set="kept", commit="20260101T000000-000000")
    assert run.message == "kept: the set 'kept' has no commit '20260101T000000-000000' to return to; it has none"


def test_return_to_before_the_first_firewall() -> None:
    """The unit goes with its rules; the next run brings both back."""
    first = on_server("nostromo-commit list firewall | sed -n 's/^firewall  \\([^ ]*\\) .*/\\1/p' | tail -n 1").strip()
    assert not play("playbooks/rollback.yml", set="firewall", commit=first).failed
    assert "inet nostromo" not in on_server("nft list tables")
    assert not play("converge.yml", "--tags", "firewall").failed
    assert "inet nostromo" in on_server("nft list tables")


def test_sudo_with_a_password(request: pytest.FixtureRequest) -> None:
    on_server("echo nostromo:weyland | chpasswd; sed -i.kept 's/NOPASSWD: //' /etc/sudoers.d/nostromo")
    request.addfinalizer(lambda: play("unlock.yml", ansible_become_password="weyland"))
    run = play(
        "commit.yml",
        ansible_become_password="weyland",
        wanted={"files": [{"path": PATH, "content": "x"}], "confirm": {"connection": True}},
    )
    assert (run.failed, run.changed) == (False, True)
