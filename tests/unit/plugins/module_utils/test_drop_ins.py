# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.drop_ins import (
    Setting,
    conflicts,
    directories,
    settings,
)

OURS = "/etc/systemd/system/nginx.service.d/nostromo.conf"
CONTENT = """\
[Unit]
After=network-online.target
[Service]
ExecStartPre=/usr/sbin/nginx -t
MemoryMax=75%
ReadWritePaths=/var/lib/nginx /var/log/nginx
SystemCallFilter=@system-service
SystemCallFilter=~@resources
"""
THEIRS = "etc/systemd/system/nginx.service.d/10-theirs.conf"


def said(root: Path, **files: str) -> dict[str, str]:
    """What is found in a host with these files, beside ours."""
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    return conflicts({OURS: CONTENT}, root)


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("[Service]\nMemoryMax=1G\n", "line 2 MemoryMax=1G"),
        ("# ours\n[Service]\nLimitNOFILE=9\nmemorymax = 1G\n", "line 4 memorymax=1G"),
        (
            "[Service]\nReadWritePaths=\\\n  /srv \\\n# why\n  /tmp\nMemoryMax=1G\n",
            "line 2 ReadWritePaths=/srv /tmp, line 6 MemoryMax=1G",
        ),
        ("[Service]\nSystemCallFilter=\n", "line 2 SystemCallFilter="),
        ("[Service]\nExecStartPre=\n", "line 2 ExecStartPre="),
        ("[Unit]\nAfter=\n", "line 2 After="),
        # What does not touch ours, or says the same.
        ("[Service]\nMemoryMax=75%\nSystemCallFilter=~@resources\n", None),
        ("[Service]\nEnvironment=TZ=UTC\n", None),
        ("[Unit]\nAfter=srv.mount\nMemoryMax=1G\n", None),
        ("[Service]\nExecStartPre=/bin/true\n#MemoryMax=1G\n;MemoryMax=1G\n", None),
        ("", None),
    ],
)
def test_what_others_set(tmp_path: Path, content: str, lines: str | None) -> None:
    sentence = f"/{THEIRS} sets what nginx.service has otherwise: {lines}"
    assert said(tmp_path, **{THEIRS: content}) == ({f"/{THEIRS}": sentence} if lines else {})


@pytest.mark.parametrize(
    "path",
    [
        "etc/systemd/system.control/nginx.service.d/50-MemoryMax.conf",  # systemctl set-property
        "run/systemd/system/service.d/zzz-lxc-service.conf",
        "usr/lib/systemd/system/nginx.service.d/vendor.conf",
        THEIRS,
    ],
)
def test_wherever_it_lies(tmp_path: Path, path: str) -> None:
    assert list(said(tmp_path, **{path: "[Service]\nMemoryMax=1G\n"})) == [f"/{path}"]


def test_what_counts_for_nothing(tmp_path: Path) -> None:
    """Another's unit, a file that is no drop-in, ours itself, and one that is masked."""
    other = "[Service]\nMemoryMax=1G\n"
    found = said(
        tmp_path,
        **{
            "etc/systemd/system/apache2.service.d/a.conf": other,
            "etc/systemd/system/nginx.service.d/a.conf.old": other,
            OURS.lstrip("/"): other,
            "usr/lib/systemd/system/nginx.service.d/vendor.conf": other,
            "etc/systemd/system/nginx.service.d/vendor.conf": "",
        },
    )
    assert found == {}


def test_a_whole_unit_of_ours(tmp_path: Path) -> None:
    path = "etc/systemd/system/pm2-etl.service.d/override.conf"
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text("[Service]\nNoNewPrivileges=no\n")
    ours = {"/etc/systemd/system/pm2-etl.service": "[Service]\nNoNewPrivileges=yes\n"}
    assert list(conflicts(ours, tmp_path)) == [f"/{path}"]
    assert conflicts({**ours, f"/{path}": None}, tmp_path) == {}  # it is about to go
    assert conflicts({"/etc/nginx/nginx.conf": "user www-data;"}, tmp_path) == {}


def test_where_drop_ins_lie() -> None:
    assert directories("pm2-my-etl.service") == [
        "pm2-my-etl.service.d",
        "pm2-my-.service.d",
        "pm2-.service.d",
        "service.d",
    ]
    assert directories("postgresql@17-main.service") == [
        "postgresql@17-main.service.d",
        "postgresql@.service.d",
        "service.d",
    ]
    assert directories("ssh.socket") == ["ssh.socket.d", "socket.d"]


def test_the_last_line_may_lack_its_end() -> None:
    assert settings("[Service]\nExecStart=/bin/sh -c 'a=b'") == [Setting(2, "Service", "ExecStart", "/bin/sh -c 'a=b'")]
