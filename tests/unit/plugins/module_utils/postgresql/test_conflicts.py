# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.postgresql.conflicts import (
    Use,
    conflicts,
    read_use,
)

OWNERS = {"nostromo": "orchestrator"}
ROLES = ["orchestrator", "etl"]


def use(owner: str = "orchestrator", owners: tuple[str, ...] = (), connected: tuple[str, ...] = ()) -> Use:
    return {"owner": owner, "owners": list(owners), "connected": list(connected)}


EMPTY = {name: use("postgres") for name in ("postgres", "template0", "template1")}


@pytest.mark.parametrize(
    ("found", "closing", "sentences"),
    [
        ({}, True, {}),
        ({"nostromo": use()}, True, {}),
        ({"nostromo": use("postgres")}, True, {}),
        ({"nostromo": use("etl", ("orchestrator",), ("etl", "postgres"))}, True, {}),
        (
            {"nostromo": use("wiki")},
            False,
            {"nostromo": "database nostromo: it is wiki's; its owner would be orchestrator"},
        ),
        (
            {"nostromo": use("postgres", ("wiki",), ("ash", "etl"))},
            False,
            {
                "nostromo": "database nostromo: wiki owns what is in it, ash is connected; its owner would be orchestrator"
            },
        ),
        ({"nostromo": use("orchestrator", ("wiki",))}, False, {}),  # as it was
        (
            {"nostromo": use("orchestrator", ("wiki",))},
            True,
            {"nostromo": "database nostromo: wiki owns what is in it; only declared users would get in"},
        ),
        ({"wiki": use("wiki")}, False, {}),
        ({"wiki": use("wiki")}, True, {"wiki": "database wiki: it is wiki's; only declared users would get in"}),
        (
            {"wiki": use("postgres")},
            True,
            {"wiki": "database wiki: it is postgres's, and not declared; only declared users would get in"},
        ),
        (
            {"postgres": use("postgres", connected=("watch\x1b",))},
            True,
            {"postgres": "database postgres: watch\\x1b is connected; only declared users would get in"},
        ),
    ],
)
def test_what_would_be_taken_from_others(found: dict[str, Use], closing: bool, sentences: dict[str, str]) -> None:
    assert conflicts(EMPTY | found, OWNERS, ROLES, closing) == sentences


def test_what_the_server_answers_is_data() -> None:
    told = {"nostromo": use("orchestrator", ("etl",))}
    assert read_use(json.dumps(told)) == told


@pytest.mark.parametrize("answer", ["", "[]", '{"a": 1}', '{"a": {"owner": "b"}}', "{" * 9999, "null"])
def test_an_answer_that_is_none(answer: Any) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        read_use(answer)
