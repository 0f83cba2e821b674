# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe.database import read, read_port, serious
from ansible_collections.nostromo.networking.plugins.module_utils.postgresql.client import DatabaseError, Row


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


def test_numbers_and_sessions() -> None:
    assert read([("3", "100", "3", "f")], [("etl", "x\x1b[2J", "idle", "2", "7"), ("", "", "", "1", None)]) == {
        "used": 3,
        "most": 100,
        "reserved": 3,
        "recovery": False,
        "sessions": [
            {"user": "etl", "application": "x\\x1b[2J", "state": "idle", "sessions": 2, "seconds": 7},
            {"user": "", "application": "", "state": "", "sessions": 1, "seconds": None},
        ],
    }


@pytest.mark.parametrize(
    ("numbers", "sessions"),
    [
        ([], []),
        ([("3", "100", "3")], []),
        ([("many", "100", "3", "f")], []),
        ([(None, "100", "3", "f")], []),
        ([("3", "100", "3", "f")], [("etl",)]),
        ([("3", "100", "3", "f")], [("etl", "", "idle", None, "0")]),
    ],
)
def test_answers_that_are_none(numbers: list[Row], sessions: list[Row]) -> None:
    with pytest.raises(DatabaseError, match="^the server's account of its connections cannot be read$"):
        read(numbers, sessions)
