# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Nothing passes with the doctor that verify calls a fault, and nothing is told twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.checks.model import Evidence
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.agreed import Agreed
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.diagnosis import CHECKS, diagnose
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.model import Diagnosis, Scene
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.checks.simulated import (
    ONE_SERVER,
    data_of,
    evidence_of,
    seeing,
)
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.doctor.scenes import declared

Change = Callable[[dict[str, Any]], None]


def diagnosis_of(change: Change = lambda _seen: None, checks: tuple[Any, ...] = ()) -> Diagnosis:
    """With verify's checks, and those of the doctor's that are given."""
    intent, evidence = evidence_of(data_of(ONE_SERVER))
    changed: Evidence = seeing(evidence, "server", change)
    look = changed.looks["server"]
    return diagnose(
        Scene(declared(), look.seen, look.unseen, {}, evidence.now), checks, agreed=Agreed(intent, "server")
    )


def test_a_sound_host_is_fine() -> None:
    found = diagnosis_of()
    assert found.findings == ()
    assert {*found.passed} == {"access", "health", "impostor", "internal_names", "listener", "room", "ssh"}
    assert found.passed["access"] == "Access to the database, as the data say (3 checked)"


STRAY = {"protocol": "udp", "address": "0.0.0.0", "port": 51820, "process": "", "pid": 0, "user": ""}
FAULTS: list[tuple[Change, str, str]] = [
    (
        lambda seen: seen["sockets"].append(STRAY),
        "listener-differs",
        "It does not hold that nothing but what the matrix declares listens: 0.0.0.0:51820/udp: "
        "the kernel of user unknown (PID 0) listens there.",
    ),
    (
        lambda seen: seen["ssh_offers"].update(ripley=["publickey", "password"]),
        "ssh-differs",
        "It does not hold that the sshd that runs lets nobody in but by a key: it offers publickey, password to ripley.",
    ),
    (
        lambda seen: seen["certificate"]["app.nostromo.cl"].update(key_mode="0644"),
        "certificate-differs",
        "It does not hold that the key of the certificate app.nostromo.cl is not open to everybody: everybody has rights to the"
        " file.",
    ),
]


@pytest.mark.parametrize(("change", "kind", "text"), FAULTS, ids=[kind for _change, kind, _text in FAULTS])
def test_what_verify_calls_a_fault_is_one(change: Change, kind: str, text: str) -> None:
    found = diagnosis_of(change)
    assert [(one.finding.kind, one.finding.text) for one in found.findings] == [(kind, text)]
    assert kind.partition("-")[0] not in found.passed


def test_what_the_doctor_follows_to_its_cause_is_told_once() -> None:
    firewall = tuple(check for check in CHECKS if check.name == "firewall")

    def gone(seen: dict[str, Any]) -> None:
        seen["firewall"].update(loaded=False)
        seen["firewall"]["unit"].update(active="failed", sub="failed", since="", result="")

    assert [one.finding.kind for one in diagnosis_of(gone, firewall).findings] == ["firewall-down"]
    assert [one.finding.kind for one in diagnosis_of(gone).findings] == ["firewall-differs"]


def test_where_nothing_could_be_seen_nothing_is_said() -> None:
    intent, _evidence = evidence_of(data_of(ONE_SERVER))
    unseen = diagnose(
        Scene(declared(), {}, {"sshd": "the host cannot be reached"}), (), agreed=Agreed(intent, "server")
    )
    assert (unseen.findings, unseen.passed) == ((), {})
