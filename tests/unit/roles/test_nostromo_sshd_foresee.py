# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The host's own tool that foresees whom other files shut out: which line is to blame, and where sshd would not listen."""

from __future__ import annotations

import getpass
import importlib.util
import os
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

FILES = Path(__file__).resolve().parents[3] / "roles" / "ssh_hardening" / "files"
TABLE = (
    "sl local_address rem_address st\n"
    "0: 00000000:0016 00000000:0000 0A 0\n1: 0100007F:0017 00000000:0000 0A 0\n2: 0100007F:0018 0:0 01 0\n"
)
TABLE6 = (
    "sl local_address rem_address st\n0: 0000000000000000FFFF00000100007F:0016 0:0 0A 0\n1: 000000000000000000000000\
00000000:0016 0:0 0A 0\n"
)


@pytest.fixture
def foresight(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("nostromo_sshd_foresee", FILES / "nostromo_sshd_foresee.py")
    assert spec is not None
    assert spec.loader is not None
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def line(keyword: str, value: str, file: str = "/etc/other.conf", number: int = 1) -> Any:
    return SimpleNamespace(file=file, number=number, keyword=keyword, value=value, conditional=False)


def test_listeners_are_read_from_the_kernel(foresight: ModuleType) -> None:
    expected = {("0.0.0.0", 22), ("127.0.0.1", 23), ("::ffff:127.0.0.1", 22), ("::", 22)}
    assert foresight.listeners([TABLE, TABLE6]) == expected


@pytest.mark.parametrize(
    ("then", "lost"),
    [
        ("0.0.0.0:22 [::]:22", []),
        ("127.0.0.1:22", ["0.0.0.0", "::"]),
        ("0.0.0.0:22", ["::"]),
        ("0.0.0.0:2222 [::]:22", ["0.0.0.0"]),
    ],
)
def test_where_sshd_would_not_listen_any_more(foresight: ModuleType, then: str, lost: list[str]) -> None:
    now = {("0.0.0.0", 22), ("::", 22), ("10.0.0.1", 443)}
    assert foresight.closed(now, {22}, set(map(foresight.listener, then.split())), {22}) == lost


def test_an_address_that_a_wildcard_covers_stays(foresight: ModuleType) -> None:
    assert foresight.closed({("10.0.0.1", 22)}, {22}, {("0.0.0.0", 22), ("0.0.0.0", 2222)}, {2222}) == []


@pytest.mark.parametrize(
    ("name", "keyword", "value", "normal", "faults"),
    [
        ("00-a.conf", "maxauthtries", "6", "6", ["line 1 (maxauthtries 6) is read first, and should be 4"]),
        ("00-a.conf", "logingracetime", "30s", "30", []),  # the same, as sshd reads it
        ("00-a.conf", "banner", "none", "none", []),  # the role says nothing of it
        ("50-cloud-init.conf", "maxauthtries", "6", "6", []),  # sshd has taken the role's before
    ],
)
def test_a_line_that_is_read_before_the_roles(
    foresight: ModuleType, name: str, keyword: str, value: str, normal: str, faults: list[str]
) -> None:
    place = "/etc/ssh/sshd_config.d"
    sshd: Any = SimpleNamespace(
        DROP_IN=f"{place}/00-nostromo.conf", effective=lambda _option, _file: {keyword: [normal]}
    )
    wanted = {"maxauthtries": ["4"], "logingracetime": ["30"]}
    lines = [line(keyword, value, f"{place}/{name}")]
    assert foresight.earlier(sshd, lines, set(wanted), wanted) == [f"{place}/{name} {fault}" for fault in faults]


@pytest.mark.parametrize(
    ("in_others", "alone", "keys", "expected"),
    [
        (
            False,
            True,
            1,
            ["ripley: sshd would accept none of the user's keys: /etc/other.conf line 1 (denyusers ripley)"],
        ),
        (True, True, 1, []),
        (False, False, 1, []),  # the role's own settings, which the commit takes back
        (False, True, 0, []),  # nothing to offer
    ],
)
def test_whom_others_shut_out(
    foresight: ModuleType, in_others: bool, alone: bool, keys: int, expected: list[str]
) -> None:
    sshd = SimpleNamespace(effective=lambda *_: {}, DROP_IN="/own")
    login = SimpleNamespace(
        keys_in=lambda user, patterns: [("ssh-ed25519", "AAAA")] * keys,
        lets_in=lambda user, keys, files: in_others if files == "/all" else alone,
    )
    lines = [line("denyusers", "ripley"), line("allowusers", "x", "/own")]
    user = getpass.getuser()
    found = foresight.of_user(sshd, login, user, "/all", "/own", lines)
    assert [text.replace(user, "ripley") for text in found] == expected


def test_who_is_judged_by_address_is_not_judged_here(foresight: ModuleType) -> None:
    sshd = SimpleNamespace(effective=lambda *_: {"allowusers": ["root@10.0.0.*"]}, DROP_IN="/own")
    assert foresight.of_user(sshd, SimpleNamespace(), "root", "/all", "/own", []) == []


def test_a_line_that_is_newer_than_what_sshd_has_read(
    foresight: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid, other = tmp_path / "pid", tmp_path / "other.conf"
    other.write_text("ForceCommand /bin/false\n")
    monkeypatch.setattr(foresight, "PID_FILE", str(pid))
    assert foresight.dormant(str(other)) is False  # no daemon that reads files once: each connection does
    pid.write_text("1")
    sshd = SimpleNamespace(effective=lambda *_: {"forcecommand": ["/bin/false"]}, DROP_IN="/own")
    login = SimpleNamespace(keys_in=lambda *_: [])
    told = [f"root: {other} line 1 (forcecommand /bin/false) is not loaded yet, and would hinder the login"]
    for offset, expected in ((-3600, told), (3600, [])):
        os.utime(pid, (0, os.stat(other).st_ctime + offset))
        lines = [line("forcecommand", "/bin/false", str(other))]
        assert foresight.of_user(sshd, login, "root", "/all", "/own", lines) == expected
