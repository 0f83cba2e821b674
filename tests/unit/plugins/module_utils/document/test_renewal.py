# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Schedules that cron will run, and commands that renew."""

from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.document.renewal import command_fault, schedule_fault


@pytest.mark.parametrize(
    "schedule",
    ["0 0 * * *", "*/15 3-5 1,15 * mon-fri", "0-59/7 0 29 feb *", "0 0 31 2,3 *", "5 4 31 4 7", "0  0 * JAN sun"],
)
def test_what_cron_runs(schedule: str) -> None:
    assert schedule_fault(schedule) is None


@pytest.mark.parametrize(
    "schedule",
    ["", "@daily", "0 0 * *", "0 0 * * * *", "60 0 * * *", "0 24 * * *", "0 0 0 * *", "0 0 * 13 *", "0 0 * * 8",
     "5-1 0 * * *", "*/0 0 * * *", "*/60 0 * * *", "5/10 0 * * *", "*-5 0 * * *", "1,,2 0 * * *", "-1 0 * * *",
     "mon 0 * * *", "0 0 31 4 *", "0 0 30 feb *", "0 0 * * *\n0 1 * * *", "\u0661 0 * * *"],
)  # fmt: skip
def test_what_cron_refuses_or_never_runs(schedule: str) -> None:
    assert schedule_fault(schedule)


@pytest.mark.parametrize(
    ("command", "is_sound"),
    [
        ("certbot renew --quiet", True),
        ("/usr/bin/certbot -q renew", True),
        ("nice certbot renew", True),
        ("certbot renew --deploy-hook 'date +\\%F'", True),
        ("certbot renew --deploy-hook 'date +%F'", False),
        ("cerbot renew", False),
        ("certbot certificates", False),
        ("true", False),
        ("certbot renew '", False),
        ("certbot renew\n* * * * * root true", False),
    ],
)
def test_commands(command: str, is_sound: bool) -> None:
    assert (command_fault(command) is None) == is_sound
