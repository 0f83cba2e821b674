# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A plan is empty exactly if two sets of decisions are the same, and says all else in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.plan.effects import in_words
from ansible_collections.nostromo.networking.plugins.module_utils.plan.plan import Decisions, plan
from ansible_collections.nostromo.networking.plugins.module_utils.plan.report import Compared, plain_plan
from ansible_collections.nostromo.networking.plugins.module_utils.plan.text import plan_markdown, plan_text
from hypothesis import given
from hypothesis import strategies as st

RULES, UNIT = "/etc/app/rules", "/etc/systemd/system/app.service.d/own.conf"
TASKS: dict[str, Any] = {
    "nginx": {
        "confirmed_commit nginx": {
            "files": [
                {"path": RULES, "content": "a\nb\n"},
                {"path": UNIT, "content": "x\ny\n", "activate": ["systemctl daemon-reload", "systemctl restart nginx"]},
            ],
            "activate": ["systemctl reload nginx"],
            "tolerated": [],
        }
    },
    "pm2": {"pm2_service etl": {"name": "etl", "build": ["make"], "environment": {"A": "1"}, "instances": 1}},
}
VALUES = st.sampled_from([None, "", "x", "y", 1, True, ["a"], ["a", "b"], ["b", "a"], {"k": "v"}, [{"name": "n", "v": 1}]])
FILE = st.fixed_dictionaries(
    {"path": st.sampled_from(["/a", "/b"]), "content": st.sampled_from(["", "x\n", "x\ny\n"])},
    optional={"state": st.sampled_from(["present", "absent"]), "activate": st.just([])},
)
TOLD = st.fixed_dictionaries(
    {},
    optional={
        "files": st.lists(FILE, max_size=2, unique_by=lambda file: file["path"]),
        "activate": st.just(["systemctl reload x"]),
        **dict.fromkeys(("environment", "secrets", "name", "addresses", "users", "records"), VALUES),
    },
)
TASK = st.sampled_from(
    ["confirmed_commit x", "pm2_service y", "postgresql_access z", "apt a", "cloudflare_zone b", "certbot_certificate c"]
)
HERE = st.fixed_dictionaries(
    {"components": st.lists(st.sampled_from(["a", "b"]), unique=True)},
    optional=dict.fromkeys(("listen", "clients", "firewall"), VALUES),
)
HOSTS = st.dictionaries(
    st.sampled_from(["h1", "h2"]),
    st.fixed_dictionaries(
        {"matrix": HERE}, optional={role: st.dictionaries(TASK, TOLD, max_size=2) for role in ("firewall", "pm2")}
    ),
)
DATA = st.dictionaries(st.just("all"), st.dictionaries(st.sampled_from(["network_flows", "network_ssh", "reached_at"]), VALUES))


@given(HOSTS, HOSTS, DATA, DATA)
def test_it_is_empty_exactly_if_the_decisions_are_the_same(one: Any, other: Any, data: Any, others: Any) -> None:
    found = plan(Decisions({}, one, data), Decisions({}, other, others))
    same = json.dumps([one, data], sort_keys=True) == json.dumps([other, others], sort_keys=True)
    assert found.is_empty is same
    report = plain_plan(found, Compared("main"))
    assert report["changes"] is not same and (report["summary"][0].startswith("Nothing changes") is same)
    for line in (line for part in report["hosts"] for line in part["changes"]):
        assert line["text"].strip()
    assert plan_text(report) and plan_markdown(report)


def changed(**roles: Any) -> dict[str, Any]:
    """The report of a host ``app`` whose roles are told otherwise."""
    before = Decisions({}, {"app": {"matrix": {}, **TASKS}})
    after = Decisions({}, {"app": {"matrix": {}, **TASKS, **roles}})
    return plain_plan(plan(before, after), Compared("main", "0123456789abcdef"))


def commit(**changes: Any) -> dict[str, Any]:
    """The commit of the sample with some other arguments."""
    return {"confirmed_commit nginx": {**TASKS["nginx"]["confirmed_commit nginx"], **changes}}


def service(**changes: Any) -> dict[str, Any]:
    """The service of the sample, likewise."""
    return {"pm2_service etl": {**TASKS["pm2"]["pm2_service etl"], **changes}}


FILES = TASKS["nginx"]["confirmed_commit nginx"]["files"]


@pytest.mark.parametrize(
    ("roles", "texts", "effects"),
    [
        (
            {"nginx": commit(files=[{"path": RULES, "content": "a\nc\n"}, FILES[1]])},
            [f"{RULES} changes, +1 −1 lines"],
            ["nginx reloads"],
        ),
        (
            {"nginx": commit(files=[FILES[0], {**FILES[1], "content": "x\n"}])},
            [f"{UNIT} changes, +0 −1 line"],
            ["nginx restarts"],
        ),
        ({"nginx": commit(files=FILES[:1])}, [f"{UNIT} is not written any more, and stays"], []),
        (
            {"nginx": commit(files=[*FILES, {"path": "/etc/new", "content": "n\n"}])},
            ["/etc/new is written, a new file"],
            ["nginx reloads"],
        ),
        (
            {"nginx": commit(files=[{**FILES[0], "state": "absent"}, FILES[1]])},
            [f"{RULES} is removed"],
            ["nginx reloads"],
        ),
        ({"nginx": commit(tolerated=["ufw"])}, ["how the commit nginx is checked and put into effect changes: tolerated"], []),
        ({"pm2": service(environment={"A": "2", "B": "of-no-concern"})},
         ["etl: environment A changes", "etl: environment B is new"], ["etl's processes are replaced"]),
        ({"pm2": service(build=["make", "make test"])}, ["etl: build gains make test"],
         ["etl is built anew, and its processes are replaced"]),
        ({"pm2": service(instances=2)}, ["etl: instances: 1 → 2"], ["etl runs as another number of processes"]),
        ({"pm2": {}}, ["etl is not looked after any more, and runs on"], []),
        ({"pm2": {**service(), "pm2_service api": {"environment": {"KEY": "of-no-concern"}}}}, ["api is deployed"],
         ["api is built and started"]),
        ({"postgresql": {}}, ["is set up here from now on"], ["postgresql is set up"]),
        ({"postgresql": {}, "pm2": service(keep=2)}, ["etl: keep is new: 2", "is set up here from now on"],
         ["postgresql is set up"]),
    ],
)  # fmt: skip
def test_what_changes_on_hosts_and_what_follows(roles: dict[str, Any], texts: list[str], effects: list[str]) -> None:
    report = changed(**roles)
    assert [line["text"] for part in report["hosts"] for line in part["changes"]] == texts
    assert [effect for part in report["hosts"] for effect in part["effects"]] == effects
    assert "of-no-concern" not in json.dumps(report) + plan_text(report, True) + plan_markdown(report)


def test_hosts_for_which_the_same_changes_are_told_together() -> None:
    def hosts(number: int) -> dict[str, Any]:
        return {name: {"matrix": {"listen": {"api": {"port": number}}}} for name in ("app1", "app2", "db")}

    after = {**hosts(2), "db": {**hosts(2)["db"], "pm2": {}}}
    report = plain_plan(plan(Decisions({}, hosts(1)), Decisions({}, after)), Compared("main"))
    assert [part["hosts"] for part in report["hosts"]] == [["app1", "app2", "db"], ["db"]]
    assert "on app1, app2: nothing reloads" in report["summary"]


def test_the_lines_of_a_file_are_shown_when_they_are_asked_for() -> None:
    report = changed(nginx=commit(files=[{"path": RULES, "content": "a\n```\n<b>@me</b>\n"}, FILES[1]]))
    assert "+<b>" not in plan_text(report) and "        +<b>@me</b>" in plan_text(report, True).splitlines()
    lines = plan_markdown(report).splitlines()
    fences = [line for line in lines if line.strip().startswith("```")]
    assert fences == ["  ```diff", "  ```"] and "  +<b>@me</b>" in lines


def test_a_comment_holds_it_however_much_changes() -> None:
    files = [{"path": f"/etc/{number}", "content": "x" * 900 + "\n"} for number in range(90)]
    before = Decisions({}, {"app": {"nginx": commit(files=files)}})
    others = [{**file, "content": "y" * 900 + "\n"} for file in files]
    report = plain_plan(plan(before, Decisions({}, {"app": {"nginx": commit(files=others)}})), Compared("main"))
    assert len(plan_markdown(report)) < 65_536 and "/etc/89 changes" in plan_markdown(report)


def test_what_acts_on_a_terminal_is_shown_and_does_not() -> None:
    report = changed(matrix={"title": "\x1b[2J"})
    assert "\x1b" not in plan_text(report) and "\x1b" not in plan_markdown(report)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("systemctl reload-or-restart nostromo-firewall.service", "the firewall's rules are loaded anew"),
        ("systemctl --quiet enable --now certbot.timer", "certbot.timer is started"),
        ("systemctl enable --quiet x.service", ""),
        ("sh -c 'test -x /etc/nginx/n.d/apply || exec systemctl x; exec /etc/nginx/n.d/apply'",
         "nginx reloads, or restarts if it cannot"),
        ("/opt/own tool", "runs /opt/own tool"),
    ],
)  # fmt: skip
def test_commands_in_words(command: str, words: str) -> None:
    assert in_words(command) == words
