# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The chain of a service, from its unit to its answer: the first link that is broken is the finding."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.checks.services import CHECK
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.doctor.scenes import (
    SITE,
    brief,
    process,
    service,
    socket,
    stopped,
    unit,
    well,
    without,
)

SOCKETS = well().seen["sockets"]
SILENT = without(SOCKETS, 8000)
NAME = "orchestrator"
UNIT = "pm2-orchestrator.service"
RESTART = f"sudo systemctl restart {UNIT}"
LOGS = "sudo pm2 logs orchestrator --lines 50"
REFUSED = ", so connections to 127.0.0.1:8000 are refused"
TWO = (process(0), process(1))

CASES: dict[str, tuple[dict[str, Any], list[dict[str, Any]], str, tuple[str, str, str, list[str]]]] = {
    "no unit": (
        service(NAME, unit=stopped(UNIT, load="not-found", enabled="")),
        SILENT,
        "refused",
        (
            "error",
            "service-stopped:orchestrator",
            f"Orchestrator is not installed: its unit is missing{REFUSED}.",
            [f"here: {SITE} --tags pm2"],
        ),
    ),
    "no definition": (
        service(NAME, *TWO, declared=None),
        SOCKETS,
        "",
        (
            "error",
            "service-stopped:orchestrator",
            "Orchestrator is not installed: /etc/pm2/orchestrator.json is missing.",
            [f"here: {SITE} --tags pm2"],
        ),
    ),
    "stopped": (
        service(NAME, unit=stopped(UNIT), daemon=0),
        SILENT,
        "refused",
        (
            "error",
            "service-stopped:orchestrator",
            f"Orchestrator is stopped{REFUSED}.",
            [f"sudo systemctl start {UNIT}"],
        ),
    ),
    "cannot start": (
        service(NAME, unit=stopped(UNIT, active="activating", sub="auto-restart", result="exit-code"), daemon=0),
        SILENT,
        "refused",
        (
            "error",
            "service-stopped:orchestrator",
            f"Orchestrator cannot be started by systemd{REFUSED}.",
            [RESTART],
        ),
    ),
    "PM2 does not answer": (
        service(NAME, daemon=0, problem="PM2 did not answer getMonitorData within 15 s"),
        SOCKETS,
        "",
        ("error", "service-stopped:orchestrator", "The PM2 of Orchestrator does not answer.", [RESTART]),
    ),
    "missing from the list": (
        service(NAME),
        SILENT,
        "refused",
        (
            "error",
            "service-stopped:orchestrator",
            f"Orchestrator is missing from PM2's list, though /etc/pm2/orchestrator.json declares it{REFUSED}.",
            [RESTART],
        ),
    ),
    "port taken": (
        service(NAME, process(0, crashing=True, status="waiting restart"), process(1)),
        [*SILENT, socket(8000, "nobody", "python3")],
        "",
        (
            "error",
            "service-port-taken:orchestrator",
            "Port 8000 is taken by python3, so Orchestrator cannot listen on it.",
            ["sudo kill 70", RESTART],
        ),
    ),
    "crashing": (
        service(NAME, process(0, crashing=True, restarts=9), process(1, crashing=True, restarts=8, exit_code=0)),
        SILENT,
        "refused",
        (
            "error",
            "service-crashing:orchestrator",
            f"Orchestrator crashes again and again (9 restarts so far){REFUSED}.",
            [LOGS, f"here: {SITE} --tags pm2"],
        ),
    ),
    "crashing, with a status": (
        service(NAME, process(0, crashing=True, restarts=1, exit_code=2)),
        SILENT,
        "refused",
        (
            "error",
            "service-crashing:orchestrator",
            f"Orchestrator crashes again and again (1 restart so far, exit status 2){REFUSED}.",
            [LOGS, f"here: {SITE} --tags pm2"],
        ),
    ),
    "stopped in PM2": (
        service(NAME, process(0, status="stopped"), process(1, status="stopped")),
        SILENT,
        "refused",
        (
            "error",
            "service-stopped:orchestrator",
            f"Orchestrator is stopped in PM2{REFUSED}.",
            [RESTART],
        ),
    ),
    "does not listen": (
        service(NAME, *TWO),
        SILENT,
        "refused",
        (
            "error",
            "service-deaf:orchestrator",
            "Orchestrator runs but does not listen on 127.0.0.1:8000, so connections to it are refused.",
            [RESTART, f"here: {SITE} --tags pm2"],
        ),
    ),
    "unhealthy": (
        service(NAME, *TWO),
        SOCKETS,
        "GET http://127.0.0.1:8000/health: status 503 Service Unavailable",
        (
            "error",
            "service-unhealthy:orchestrator",
            "Orchestrator runs but does not answer as a healthy service does.",
            [LOGS, RESTART],
        ),
    ),
    "one of two": (
        service(NAME, process(0), process(1, status="stopped")),
        SOCKETS,
        "",
        ("warning", "service-weak:orchestrator", "Only 1 of 2 processes of Orchestrator run.", [RESTART]),
    ),
    "crashed not long ago": (
        service(NAME, process(0, restarts=1, exit_code=1, uptime_seconds=600), process(1)),
        SOCKETS,
        "",
        (
            "warning",
            "service-crashed:orchestrator",
            "Orchestrator crashed 10 minutes ago and was started again.",
            [LOGS],
        ),
    ),
    "not enabled": (
        service(NAME, *TWO, unit=unit(UNIT, enabled="disabled")),
        SOCKETS,
        "",
        (
            "warning",
            "service-not-enabled:orchestrator",
            "Orchestrator would not start at the next boot: its unit is not enabled.",
            [f"sudo systemctl enable {UNIT}"],
        ),
    ),
    "undeclared": (
        service(NAME, *TWO, process(2, "night-shift")),
        SOCKETS,
        "",
        (
            "warning",
            "service-undeclared:orchestrator/night-shift",
            "'night-shift' runs in the PM2 of Orchestrator, declared nowhere: it is gone after the next boot.",
            [f"here: {SITE} --tags pm2"],
        ),
    ),
    "another program": (
        service(NAME, process(0, script="/tmp/server.js"), process(1)),
        SOCKETS,
        "",
        (
            "warning",
            "service-other:orchestrator",
            "Orchestrator runs another program than it would after the next boot.",
            [f"here: {SITE} --tags pm2"],
        ),
    ),
}


@pytest.mark.parametrize(("seen", "sockets", "answer", "finding"), CASES.values(), ids=CASES)
def test_the_first_broken_link(
    seen: dict[str, Any], sockets: list[dict[str, Any]], answer: str, finding: tuple[str, str, str, list[str]]
) -> None:
    scene = well(services={NAME: seen}, sockets=sockets, health={NAME: answer})
    assert [brief(one) for one in CHECK.judge(scene)] == [finding]


@pytest.mark.parametrize(
    ("status", "code", "text"),
    [
        ("stopped", 0, None),
        ("stopped", None, None),
        ("online", 1, None),
        ("stopped", 1, "The last run of ETL failed (exit status 1)."),
    ],
)
def test_a_scheduled_service_ends(status: str, code: int | None, text: str | None) -> None:
    scene = well(services={"etl": service("etl", process(0, "etl", status=status, exit_code=code))})
    found = CHECK.judge(scene)
    assert [one.text for one in found] == ([text] if text else [])
    assert all(brief(one)[3][1] == "sudo pm2 restart etl" for one in found)


def test_evidence_is_the_whole_chain() -> None:
    seen = service(NAME, process(0, restarts=1, exit_code=1), log=["out of order"])
    scene = well(services={NAME: seen}, health={NAME: "GET http://127.0.0.1:8000/health: status 503"})
    (finding,) = CHECK.judge(scene)
    assert finding.evidence == (
        "pm2-orchestrator.service: active (running) since Wed 2026-11-25 03:34:27 UTC, enabled",
        "PM2 process 0 orchestrator: online for 2 hours, 1 restart, last exit status 1",
        "127.0.0.1:8000: listened on by node (process 70, user orchestrator)",
        "health: GET http://127.0.0.1:8000/health: status 503",
        "log: out of order",
    )
    assert finding.symptom == "ECONNREFUSED"
