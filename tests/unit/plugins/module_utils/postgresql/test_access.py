# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.postgresql import scram
from ansible_collections.nostromo.networking.plugins.module_utils.postgresql.access import (
    Database,
    Statement,
    User,
    batches,
    faults,
    plan,
    read_state,
)
from ansible_collections.nostromo.networking.plugins.module_utils.postgresql.sql import identifier, literal

ORCHESTRATOR = User("orchestrator", "s3cret", ("nostromo",))
ETL = User("etl", "loader", ("nostromo",))
NOSTROMO = Database("nostromo", "orchestrator")


def role(password: str, **other: Any) -> dict[str, Any]:
    return {"login": True, "password": scram.verifier(password), "powers": [], "member_of": [], **other}


def settled() -> dict[str, Any]:
    """A cluster that is as wanted."""
    return {
        "roles": {"postgres": role("x", powers=["rolsuper"]), "orchestrator": role("s3cret"), "etl": role("loader")},
        "databases": {"nostromo": {"owner": "orchestrator", "open": True, "grants": [["etl", "CONNECT"]]}},
    }


def summaries(state: dict[str, Any], *users: User) -> list[str]:
    return [statement.summary for statement in plan(users or (ORCHESTRATOR, ETL), [NOSTROMO], state)]


def test_an_empty_cluster_gets_everything() -> None:
    assert summaries({}) == [
        "create role orchestrator",
        "create role etl",
        "create database nostromo, owner orchestrator",
        "revoke CONNECT on database nostromo from everybody",
        "revoke TEMPORARY on database nostromo from everybody",
        "grant CONNECT on database nostromo to etl",
    ]


def test_a_cluster_as_wanted_gets_nothing() -> None:
    assert summaries(settled()) == []


def test_no_password_is_in_any_statement() -> None:
    assert not [s for s in plan([ORCHESTRATOR, ETL], [NOSTROMO], {}) if "s3cret" in s.sql or "loader" in s.sql]


@pytest.mark.parametrize(
    ("drift", "expected"),
    [
        ({"password": scram.verifier("other")}, ["set the password of role etl"]),
        ({"password": None}, ["set the password of role etl"]),
        ({"login": False}, ["let role etl log in"]),
        ({"powers": ["rolsuper", "rolcreatedb"]}, ["make role etl NOSUPERUSER", "make role etl NOCREATEDB"]),
        ({"member_of": ["pg_read_all_data"]}, ["end role etl's membership in pg_read_all_data"]),
    ],
)
def test_a_role_changed_by_hand_is_restored(drift: dict[str, Any], expected: list[str]) -> None:
    state = settled()
    state["roles"]["etl"] |= drift
    assert summaries(state) == expected


def test_surplus_grants_go_and_those_of_others_stay() -> None:
    state = settled()
    state["databases"]["nostromo"]["grants"] += [["", "CONNECT"], ["etl", "CREATE"], ["backup", "CONNECT"]]
    assert summaries(state) == [
        "revoke CONNECT on database nostromo from everybody",
        "revoke CREATE on database nostromo from etl",
    ]


def test_privileges_and_memberships_are_granted() -> None:
    user = User("etl", "loader", ("nostromo",), ("CREATE",), ("readers",))
    assert summaries(settled(), ORCHESTRATOR, user) == [
        "make role etl a member of readers",
        "grant CREATE on database nostromo to etl",
    ]


def test_a_role_without_a_password_has_none() -> None:
    state = settled()
    alone = User("etl", "", ("nostromo",))
    assert summaries(state, ORCHESTRATOR, alone) == ["take away the password of role etl"]
    state["roles"]["etl"]["password"] = None
    assert summaries(state, ORCHESTRATOR, alone) == []
    del state["roles"]["etl"]
    created = plan([alone], [], state)
    assert [one.sql for one in created] == ['CREATE ROLE "etl" LOGIN PASSWORD NULL']


def test_the_owner_is_changed() -> None:
    state = settled()
    state["databases"]["nostromo"]["owner"] = "postgres"
    assert summaries(state) == ["change the owner of database nostromo from postgres to orchestrator"]


def test_a_database_that_its_owner_has_closed_is_opened() -> None:
    state = settled()
    state["databases"]["nostromo"]["open"] = False
    assert summaries(state) == ["open database nostromo to those who may connect"]


def test_a_database_is_created_outside_of_a_transaction() -> None:
    one, alone, two = Statement("A", "a"), Statement("B", "b", alone=True), Statement("C", "c")
    assert list(batches([one, two, alone, one])) == [[one, two], [alone], [one]]
    assert list(batches([])) == []


def test_every_fault_at_once() -> None:
    users = [User("etl", "ñ", ("nostromo", "narcissus"), ("SELECT",)), User("postgres", "x"), User("etl", "y")]
    assert faults(users, [Database("nostromo", "ripley")]) == [
        "users[0].password (etl): the password has characters other than printable ASCII",
        "users[0].databases: 'narcissus' is not among the databases",
        "users[0].privileges: 'SELECT' is not one of CONNECT, CREATE, TEMPORARY",
        "users[1].name: 'postgres' is PostgreSQL's own",
        "users[2].name: 'etl' stands there twice",
        "databases[0].owner: 'ripley' is not among the users",
    ]


@pytest.mark.parametrize(("name", "quoted"), [("etl", '"etl"'), ('a"b', '"a""b"'), ("Año", '"Año"')])
def test_identifiers_are_quoted(name: str, quoted: str) -> None:
    assert identifier(name) == quoted


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 64])
def test_impossible_identifiers_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not a name that PostgreSQL can store"):
        identifier(name)


def test_literals_are_quoted() -> None:
    assert literal("it's") == "'it''s'"


def test_of_an_answer_only_what_is_understood_is_used() -> None:
    document = settled()
    document["roles"]["etl"] |= {"powers": ["rolsuper", "rolnonsense"], "login": "yes"}
    document["databases"]["nostromo"]["grants"].append(
        ["etl", "CONNECT ON DATABASE nostromo TO etl; DROP ROLE orchestrator; --"]
    )
    state = read_state(json.dumps(document))
    assert [statement.sql for statement in plan([ETL], [], state)] == [
        'ALTER ROLE "etl" LOGIN CONNECTION LIMIT -1',
        'ALTER ROLE "etl" NOSUPERUSER',
    ]
    assert state["databases"]["nostromo"]["grants"] == [("etl", "CONNECT")]


def test_what_it_says_of_names_does_not_reach_a_terminal_raw() -> None:
    document = settled()
    document["databases"]["nostromo"]["owner"] = "x\x1b[2J"
    assert summaries(read_state(json.dumps(document))) == [
        "change the owner of database nostromo from x\\x1b[2J to orchestrator"
    ]


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"roles": {}}',
        '{"roles": [1], "databases": {}}',
        '{"roles": {"a": 1}, "databases": {}}',
        '{"roles": {}, "databases": {"a": {"owner": "b", "open": true, "grants": [1]}}}',
        "9" * 5000,
    ],
)
def test_an_answer_that_is_none(document: str) -> None:
    with pytest.raises(ValueError, match="^the server's account of its roles and databases cannot be read$"):
        read_state(document)
