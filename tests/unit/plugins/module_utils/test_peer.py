# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Of which unit a process is."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.peer import unit_of

POD = "/machine.slice/libpod-0123.scope"


@pytest.mark.parametrize(
    ("init", "group", "unit"),
    [
        ("0::/init.scope", "0::/system.slice/pm2-api.service", "pm2-api.service"),
        ("0::/init.scope", "0::/system.slice/pm2-api.service/inner.service", "pm2-api.service"),
        ("0::/init.scope", "0::/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service"),
        ("0::/init.scope", "0::/user.slice/user-7.slice/session-3.scope", "session-3.scope"),
        # A user's own manager may call its units what it likes.
        ("0::/init.scope", "0::/user.slice/user-7.slice/user@7.service/app.slice/pm2-api.service", "user@7.service"),
        ("0::/init.scope", "0::/init.scope", "init.scope"),
        ("0::/init.scope", "0::/", ""),
        (f"0::{POD}/init.scope", f"0::{POD}/system.slice/pm2-api.service", "pm2-api.service"),
        ("5:cpu:/\n1:name=systemd:/init.scope", "5:cpu:/\n1:name=systemd:/system.slice/a.service", "a.service"),
    ],
)
def test_unit_of(tmp_path: Path, init: str, group: str, unit: str) -> None:
    for number, text in ((1, init), (7, group)):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "cgroup").write_text(f"{text}\n")
    assert unit_of(7, tmp_path) == unit


def test_a_process_that_has_ended_is_of_no_unit(tmp_path: Path) -> None:
    assert unit_of(7, tmp_path) == ""
