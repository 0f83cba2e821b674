# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who is let in, by the database and by sshd, who else renews, and which sockets only wait for an answer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe import hba, renewal, sockets, ssh_offers
from ansible_collections.nostromo.networking.plugins.module_utils.observe.run import ObservationError, Output
from ansible_collections.nostromo.networking.plugins.module_utils.postgresql.client import DatabaseError

CLIENT_SAID = [
    ("Warning: x\nripley@127.0.0.1: Permission denied (publickey).\n", ["publickey"]),
    (
        "ripley@::1: Permission denied (publickey,password,hostbased).",
        ["publickey", "password", "hostbased"],
    ),
    ("ssh: connect to host 127.0.0.1 port 22: Connection refused", None),
    ("Not allowed at this time", None),
    ("", None),
]


@pytest.mark.parametrize(("said", "methods"), CLIENT_SAID)
def test_methods_in_a_refusal(said: str, methods: list[str] | None) -> None:
    assert ssh_offers.read_methods(said) == methods


def test_the_first_address_that_answers_is_asked() -> None:
    def run(command: list[str], **_how: object) -> Output:
        answers = command[-2].endswith("@203.0.113.7")
        return Output(255, "", "x@y: Permission denied (publickey)." if answers else "Connection refused")

    found = ssh_offers.observe(run, 22, ["127.0.0.1", "203.0.113.7"])
    assert set(map(tuple, found.values())) == {("publickey",)}
    assert "nostromo-unknown" in found
    with pytest.raises(ObservationError, match="sshd does not say how it may be logged in to: Connection refused"):
        ssh_offers.observe(run, 22, ["127.0.0.1"])


def test_access_rules_of_the_database() -> None:
    rows = [("1", "local", "all", "postgres", "", "", "peer", ""), ("7", "", "", "", "", "", "", "invalid CIDR mask")]
    access = hba.read(rows, [("12",)])
    assert access["newer"] == 12
    assert access["rules"][0] == {
        "line": 1, "type": "local", "databases": "all", "users": "postgres", "address": "", "netmask": "", "method": "peer",
        "error": "",
    }  # fmt: skip
    assert access["rules"][1]["error"] == "invalid CIDR mask"
    assert hba.read(rows, [("-3",)])["newer"] == 0


@pytest.mark.parametrize(("rules", "newer"), [([("x",)], [("1",)]), ([], []), ([("x", *7 * ("",))], [("1",)])])
def test_answers_that_are_none(rules: list[tuple[str, ...]], newer: list[tuple[str, ...]]) -> None:
    with pytest.raises(DatabaseError, match="cannot be read"):
        hba.read(rules, newer)


def test_who_else_renews(tmp_path: Path) -> None:
    files = {
        "etc/crontab": "17 * * * * root run-parts /etc/cron.hourly\n",
        "etc/cron.d/certbot": "0 */12 * * * root test -x /usr/bin/certbot -a \\! -d /run/systemd/system && certbot -q renew\n",
        "etc/cron.daily/tls": "#!/bin/sh\n# certbot used to be here\n/snap/bin/certbot renew\n",
        "var/spool/cron/crontabs/root": "@daily certbot renew\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert [line.removeprefix(f"{tmp_path}/") for line in renewal.others(tmp_path)] == [
        "etc/cron.daily/tls: /snap/bin/certbot renew",
        "var/spool/cron/crontabs/root: @daily certbot renew",
    ]


@pytest.mark.parametrize(
    ("mode", "uid", "why"),
    [
        (0o100644, 0, ""),
        (0o100664, 0, "others than root may write to it"),
        (0o100644, 1000, "it is not root's"),
        (0o120777, 0, "it is no file"),
    ],
)
def test_what_cron_leaves_out(mode: int, uid: int, why: str) -> None:
    assert renewal.refusal(os.stat_result((mode, 0, 0, 1, uid, 0, 0, 0, 0, 0))) == why


STAYS = "udp UNCONN 0 0 0.0.0.0:51820 0.0.0.0:*"
REPLY = 'udp UNCONN 0 0 0.0.0.0:40000 0.0.0.0:* users:(("node",pid=1,fd=9))'


def test_a_socket_that_waits_for_an_answer_is_none_that_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = [f"{STAYS}\n{REPLY}\n", f"{STAYS}\n"]
    monkeypatch.setattr(sockets.time, "sleep", lambda _seconds: None)
    found = sockets.observe(lambda *_command, **_how: Output(0, printed.pop(0), ""))
    assert [(one["port"], one["process"]) for one in found] == [(51820, "")]


def test_nobody_waits_where_there_is_no_such_socket() -> None:
    printed = ["tcp LISTEN 0 0 127.0.0.1:8000 0.0.0.0:*\n"]
    assert len(sockets.observe(lambda *_command, **_how: Output(0, printed.pop(0), ""))) == 1
