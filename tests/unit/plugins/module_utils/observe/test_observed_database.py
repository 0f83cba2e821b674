# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe.database import read_port, serious


@pytest.mark.parametrize(
    ("texts", "port"),
    [
        (["port = 5432\n"], 5432),
        (["port = 5432 # (change requires restart)\n", "# port = 1\nport = '5433'\n"], 5433),
        (["#port = 5433\nreport = 1\n"], 5432),
        ([], 5432),
    ],
)
def test_port(texts: list[str], port: int) -> None:
    assert read_port(*texts) == port


def test_serious_lines() -> None:
    log = [
        "LOG:  database system is ready",
        'FATAL:  could not write lock file "postmaster.pid": No space left on device',
        "STATEMENT:  SELECT 'FATAL'",
        "PANIC:  could not open file",
    ]
    assert serious(log) == [log[1], log[3]]
    assert serious(log, most=1) == [log[3]]
