# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is said of the way to a database on another host."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.checks.encryption import CHECK
from ansible_collections.nostromo.networking.plugins.module_utils.checks.intent import Intent, read_intent
from ansible_collections.nostromo.networking.plugins.module_utils.checks.judge import judge
from ansible_collections.nostromo.networking.plugins.module_utils.checks.model import Evidence, Finding, Look, Scene
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.checks.simulated import (
    DAY,
    NOW,
    ONE_SERVER,
    SOUND_LOGIN,
    TWO_HOSTS,
    data_of,
    evidence_of,
    seeing,
)

ROLES = [
    {"name": "loader", "component": "etl", "databases": ["nostromo", "other"]},
    {"name": "api", "component": "orchestrator", "databases": ["nostromo"]},
    {"name": "people", "databases": ["nostromo"]},
    {"name": "page", "component": "sevastopol", "databases": ["nostromo"]},
]


def intent_of(matrix: dict[str, Any]) -> Intent:
    return read_intent({**data_of(matrix), "database_ca": "PEM", "database_roles": ROLES})


def judged(**changes: Any) -> list[Finding]:
    intent = intent_of(TWO_HOSTS)
    login: Any = {**SOUND_LOGIN, **changes}
    return list(CHECK.judge(Scene(intent, intent.matrix.hosts["web"], Look({"logins": {"etl": login}}), NOW)))


def test_each_component_elsewhere_that_a_row_admits_asks_as_its_own_user() -> None:
    intent = intent_of(TWO_HOSTS)
    assert CHECK.needs(intent, intent.matrix.hosts["web"]) == {
        "logins": {
            "authorities": "PEM",
            "logins": {
                "etl": {"user": "etl", "role": "loader", "database": "nostromo", "address": "10.0.0.4", "port": 5432}
            },
        }
    }
    assert CHECK.needs(intent, intent.matrix.hosts["data"]) == {}
    assert CHECK.needs(replace(intent, database_ca=""), intent.matrix.hosts["web"]) == {}
    alone = intent_of(ONE_SERVER)
    assert CHECK.needs(alone, alone.matrix.hosts["server"]) == {}


def test_a_sound_one_holds() -> None:
    assert [(one.verdict, one.title) for one in judged()] == [
        ("passed", "mother refuses etl without TLS"),
        ("passed", "mother shows etl a certificate of network_database_ca, and lets it log in over TLS"),
        ("passed", "more than 25% of the lifetime of the certificate of mother is left"),
    ]


@pytest.mark.parametrize(
    ("changes", "verdicts", "reason"),
    [
        (
            {"clear_goes_on": True, "clear_refused": False, "clear": "it asks for SASL (SCRAM)"},
            ["failed", "passed", "passed"],
            "it goes on with the login in the clear: it asks for SASL (SCRAM)",
        ),
        (
            {"clear_refused": False, "clear": "FATAL: too many clients"},
            ["skipped", "passed", "passed"],
            "it refuses for another reason: FATAL: too many clients",
        ),
        (
            {"distrusted": "unable to get local issuer certificate", "encrypted_goes_on": False},
            ["passed", "failed"],
            "it is not believed: unable to get local issuer certificate",
        ),
        ({"encrypted_goes_on": False, "encrypted": "FATAL: no"}, ["passed", "failed", "passed"], "it is refused: FATAL: no"),
        (
            {"not_after": NOW + 20 * DAY},
            ["passed", "passed", "failed"],
            "only 20 of 120 days are left: any run renews it",
        ),
        ({"unreached": "Connection refused"}, ["skipped"], "Connection refused"),
    ],
)
def test_what_does_not_hold(changes: dict[str, Any], verdicts: list[str], reason: str) -> None:
    found = judged(**changes)
    assert [one.verdict for one in found] == verdicts
    assert [one.reason for one in found if one.verdict != "passed"] == [reason]


@pytest.mark.parametrize("kind", ["host", "hostnossl", "hostgssenc"])
def test_a_rule_that_admits_in_the_clear_is_found_where_the_database_is(kind: str) -> None:
    intent, evidence = evidence_of(data_of(TWO_HOSTS))
    title = "the database admits nobody over the network without TLS"

    def said(of: Evidence) -> list[tuple[str, str]]:
        return [(one.verdict, one.reason) for one in judge(intent, of) if one.title == title]

    def loosened(seen: dict[str, Any]) -> None:
        seen["hba"]["rules"][1]["type"] = kind

    assert said(evidence) == [("passed", "")]
    ((verdict, reason),) = said(seeing(evidence, "data", loosened))
    assert verdict == "failed" and reason.startswith(f"line 2: {kind} nostromo ")
    assert not [one for one in judge(*evidence_of(data_of(ONE_SERVER))) if one.title == title]
