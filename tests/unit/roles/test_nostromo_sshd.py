# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The host's own tool of the role ssh_hardening: which line keeps a setting from being in force."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

TOOL = Path(__file__).resolve().parents[3] / "roles" / "ssh_hardening" / "files" / "nostromo_sshd.py"


@pytest.fixture
def sshd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool over a configuration in the test's directory."""
    spec = importlib.util.spec_from_file_location("nostromo_sshd", TOOL)
    assert spec is not None
    assert spec.loader is not None
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "sshd_config.d").mkdir()
    (tmp_path / "sshd_config").write_text(f"Include {tmp_path}/sshd_config.d/*.conf\nX11Forwarding yes\n")
    (tmp_path / "sshd_config.d" / "00-nostromo.conf").write_text("PasswordAuthentication no\n")
    monkeypatch.setattr(module, "MAIN", str(tmp_path / "sshd_config"))
    monkeypatch.setattr(module, "DROP_IN", str(tmp_path / "sshd_config.d" / "00-nostromo.conf"))
    return module


def faults(sshd: ModuleType, actual: str) -> Any:
    wanted = {"passwordauthentication": ["no"]}
    return sshd.faults_of(list(sshd.lines_of(sshd.MAIN)), set(wanted), wanted, {"passwordauthentication": [actual]})


def test_settings_in_force(sshd: ModuleType) -> None:
    assert faults(sshd, "no") == []


def test_a_file_that_sorts_earlier_is_named(sshd: ModuleType, tmp_path: Path) -> None:
    earlier = tmp_path / "sshd_config.d" / "00-cloud.conf"
    earlier.write_text("# cloud\nPasswordAuthentication = yes\n")
    assert faults(sshd, "yes") == [f"passwordauthentication is yes and should be no: {earlier} line 2 sets it"]


def test_a_match_block_that_opens_what_should_be_closed_is_named(sshd: ModuleType, tmp_path: Path) -> None:
    main = tmp_path / "sshd_config"
    main.write_text(
        main.read_text() + "Match User etl\n  PasswordAuthentication yes\nMatch all\n  PasswordAuthentication yes\n"
    )
    assert faults(sshd, "no") == [f"{main} line 4: a Match block sets passwordauthentication to yes"]


def test_a_setting_that_adds_up_may_be_said_twice(sshd: ModuleType) -> None:
    lines, wanted = list(sshd.lines_of(sshd.MAIN)), {"port": ["22"]}
    assert sshd.faults_of(lines, {"port"}, wanted, {"port": ["22", "22"]}) == []
    assert sshd.faults_of(lines, {"port"}, wanted, {"port": ["22", "2222"]}) == [
        "port is 22, 2222 and should be 22: sshd does not say where it comes from"
    ]


def test_a_missing_include_is_one_fault(sshd: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "sshd_config").write_text("Port 22\n")
    assert faults(sshd, "yes") == [f"{tmp_path}/sshd_config does not include {tmp_path}/sshd_config.d/00-nostromo.conf"]


def test_listeners_are_read_from_the_kernel(sshd: ModuleType) -> None:
    listening, established = "0: 00000000:0016 00000000:0000 0A 0", "1: 0100007F:0017 00000000:0000 01 0"
    assert sshd.listening(f"sl local_address rem_address st\n{listening}\n{established}\n") == {22}
