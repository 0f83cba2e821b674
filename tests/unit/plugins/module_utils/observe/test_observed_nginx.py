# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe.nginx import (
    read_arguments,
    read_faults,
    read_files,
    read_start,
)

DUMPED = """# configuration file /etc/nginx/nginx.conf:
user www-data;
# configuration file is a comment:
# configuration file /etc/nginx/nostromo.d/sites.conf:
server { }
"""
FAILED = "nginx: configuration file /etc/nginx/nginx.conf test failed"


def test_files_of_the_configuration() -> None:
    assert read_files(DUMPED) == ["/etc/nginx/nginx.conf", "/etc/nginx/nostromo.d/sites.conf"]


@pytest.mark.parametrize(
    ("said", "log", "faults"),
    [
        (f'nginx: [emerg] unknown directive "x" in a:3\n{FAILED}\n', "", ['unknown directive "x" in a:3']),
        (f"2026/11/25 04:07:29 [emerg] 12#12: no events\n{FAILED}\n", "", ["no events"]),
        (f"nginx: [warn] conflicting server name\nnginx: [emerg] no events\n{FAILED}", "", ["no events"]),
        (FAILED, "", [FAILED]),
        (
            FAILED,
            "2026/11/24 04:07:28 [emerg] 1#1: before\n2026/11/25 04:07:29 [emerg] 1#1: mkdir() failed (28: No space left)\n",
            ["mkdir() failed (28: No space left)"],
        ),
        ("Killed\n", "2026/11/25 04:07:28 [notice] 1#1: exiting\n", ["Killed"]),
    ],
)
def test_faults(said: str, log: str, faults: list[str]) -> None:
    assert read_faults(said, log) == faults


def test_start_of_a_process_whose_name_has_spaces_and_brackets() -> None:
    fields = " ".join(str(number) for number in range(3, 53))
    assert read_start(f"812 (nginx) worker) {fields}") == 22


@pytest.mark.parametrize(
    ("title", "arguments"),
    [
        ("nginx: master process /usr/sbin/nginx -g daemon on; master_process on; pid /run/nginx/nginx.pid;", ""),
        ("nginx: master process nginx -c /tmp/other.conf -p /tmp/", "-c /tmp/other.conf -p /tmp/"),
    ],
)
def test_a_master_that_reads_other_files(title: str, arguments: str) -> None:
    assert read_arguments(title) == arguments
