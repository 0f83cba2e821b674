# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is installed on a host runs there by itself, and is written only where it differs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.commit import boot, journal
from ansible_collections.nostromo.networking.plugins.module_utils.commit.installation import install
from ansible_collections.nostromo.networking.plugins.module_utils.commit.model import CommitError


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Program and units in a directory of their own; what systemd was asked."""
    commands: list[str] = []

    def run(command: Sequence[str], _seconds: float) -> str | None:
        commands.append(" ".join(command))
        return None

    monkeypatch.setattr(journal, "PROGRAM", tmp_path / "nostromo-commit")
    monkeypatch.setattr(journal, "UNITS", tmp_path)
    monkeypatch.setattr(journal, "run", run)
    return commands


def test_it_is_installed_once_and_runs(asked: list[str], tmp_path: Path) -> None:
    install()
    enable = f"systemctl --quiet enable {' '.join(boot.UNITS)}"
    assert asked == ["systemctl daemon-reload", enable]
    assert {path.name for path in tmp_path.iterdir()} == {"nostromo-commit", *boot.UNITS}
    said = subprocess.run([sys.executable, journal.PROGRAM], capture_output=True, text=True, check=False).stderr
    assert said.startswith("The journal of confirmed commits on this host.")
    written = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    install()
    assert (len(asked), {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}) == (2, written)


def test_a_program_of_an_older_release_is_replaced_without_systemd(asked: list[str]) -> None:
    install()
    journal.PROGRAM.write_text("older")
    install()
    assert journal.PROGRAM.read_bytes().startswith(b"#!/usr/bin/python3\n")
    assert (journal.PROGRAM.stat().st_mode & 0o777, len(asked)) == (0o755, 2)


def test_units_that_systemd_does_not_take(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "run", lambda command, _seconds: f"{command[1]}: exit status 1")
    with pytest.raises(CommitError) as error:
        install()
    said = "cannot prepare the rollback at boot; nothing was changed\ndaemon-reload: exit status 1"
    assert (str(error.value), asked) == (said, [])
