# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The unit in which a program runs beside a service is confined as the service's own is."""

from __future__ import annotations

import base64
import os
import sys
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe.room import (
    Entry,
    settings_of,
    unit_of,
    unit_text,
)

SHOWN = """\
# /usr/lib/systemd/system/postgresql@.service
[Unit]
Description=PostgreSQL Cluster %i

[Service]
Type=forking
ExecStart=-/usr/bin/pg_ctlcluster %i start
TimeoutStartSec=0
PIDFile=/run/postgresql/%i.pid
# which OOM killer spares
OOMScoreAdjust=-900
ReadWritePaths=/var/lib/postgresql/%I \\
    /run/%p-%i

[Install]
WantedBy=multi-user.target

# /etc/systemd/system/postgresql@.service.d/nostromo.conf
[Unit]
After=network-online.target

[Service]
User=postgres
SystemCallFilter = @system-service
SystemCallFilter=~@privileged
ExecPaths=/usr
; Environment=A=100%%
Environment=A=100%%
"""


def test_settings_that_make_the_sandbox_are_kept_in_order() -> None:
    assert settings_of(SHOWN) == [
        "OOMScoreAdjust=-900",
        "ReadWritePaths=/var/lib/postgresql/%I      /run/%p-%i",
        "User=postgres",
        "SystemCallFilter=@system-service",
        "SystemCallFilter=~@privileged",
        "ExecPaths=/usr",
        "Environment=A=100%%",
    ]


@pytest.mark.parametrize(("more", "added"), [("NoExecPaths=/\n", True), ("", False)])
def test_the_program_runs_where_only_the_units_own_may(more: str, added: bool) -> None:
    entry = Entry("postgresql@17-main.service", "postgres", "print(1)")
    lines = unit_text(SHOWN + more, entry, Path("/run/x/mother"), 2.5).splitlines()
    assert (f"ExecPaths={os.path.realpath(sys.executable)}" in lines) is added
    assert "ExecPaths=/usr" in lines


def test_a_filter_that_kills_refuses_instead() -> None:
    """Of two settings of one name the later counts, whatever the unit says of its own."""
    shown = "[Service]\nSystemCallFilter=~@privileged\nSystemCallErrorNumber=kill\n"
    lines = unit_text(shown, Entry("redis.service", "redis", ""), Path("/run/x/out"), 5).splitlines()
    assert [line for line in lines if line.startswith("SystemCallErrorNumber=")][-1] == "SystemCallErrorNumber=EPERM"


def test_the_unit_runs_the_program_in_the_same_room() -> None:
    entry = Entry("postgresql@17-main.service", "postgres", "print(1)")
    lines = unit_text(SHOWN, entry, Path("/run/x/mother"), 2.5).splitlines()
    assert lines[:4] == [
        "[Unit]",
        "Description=A look from inside postgresql@17-main.service",
        "JoinsNamespaceOf=postgresql@17-main.service",
        "CollectMode=inactive-or-failed",
    ]
    assert "ReadWritePaths=/var/lib/postgresql/17/main      /run/postgresql-17-main" in lines
    assert "Environment=A=100%%" in lines
    assert [line for line in lines if line.startswith(("User=", "Group=", "Type=", "PIDFile=", "Timeout"))] == [
        "User=postgres",
        "Type=oneshot",
        "TimeoutStartSec=2.5",
        "TimeoutStopSec=1",
    ]
    (data,) = [line.partition("=")[2] for line in lines if line.startswith("StandardInputData=")]
    assert base64.b64decode(data) == b"print(1)"
    assert "StandardOutput=truncate:/run/x/mother" in lines
    assert len([line for line in lines if line.startswith("ExecStart")]) == 1


@pytest.mark.parametrize("user", ["", "User=\n"])
def test_a_unit_that_starts_as_root_is_entered_as_the_user_of_its_workers(user: str) -> None:
    lines = unit_text(f"[Service]\n{user}NoNewPrivileges=yes\n", Entry("nginx.service", "www-data", ""), Path("/x"), 1)
    assert [line for line in lines.splitlines() if line.startswith(("User", "Group"))][-2:] == [
        "User=www-data",
        "Group=www-data",
    ]


@pytest.mark.parametrize(
    ("cgroups", "own", "unit"),
    [
        ("0::/system.slice/nginx.service\n", "0::/init.scope\n", "nginx.service"),
        ("0::/system.slice/system-pg.slice/pg@17.service/sub\n", "0::/init.scope\n", "pg@17.service"),
        ("0::/user.slice/user-1000.slice/session-3.scope\n", "0::/init.scope\n", "session-3.scope"),
        ("0::/user.slice/user-9.slice/user@9.service/app.slice/a.service\n", "0::/init.scope\n", "user@9.service"),
        (
            "0::/machine.slice/a.scope/system.slice/b.service\n",
            "0::/machine.slice/a.scope/init.scope\n",
            "b.service",
        ),
        (
            "5:cpu:/x\n1:name=systemd:/lab/system.slice/b.service\n0::/other.service\n",
            "5:cpu:/\n1:name=systemd:/lab/init.scope\n0::/\n",
            "b.service",
        ),
        ("0::/\n", "0::/init.scope\n", ""),
    ],
)
def test_the_unit_of_a_process(cgroups: str, own: str, unit: str) -> None:
    assert unit_of(cgroups, own) == unit
