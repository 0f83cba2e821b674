# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Of monitoring that is as the data say nothing is found; whatever deviates is, in one finding for each kind of thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.checks import monitoring as subject
from ansible_collections.nostromo.networking.plugins.module_utils.checks.intent import Intent
from ansible_collections.nostromo.networking.plugins.module_utils.checks.judge import judge_host
from ansible_collections.nostromo.networking.plugins.module_utils.checks.model import Finding, Look, Scene
from ansible_collections.nostromo.networking.plugins.module_utils.document.variables import Document
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.monitoring.samples import (
    matrix_of,
    monitoring,
)
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.monitoring.standings import (
    seen_of,
    standing_at,
)

RUNNING = "the programs of monitoring run with what is on disk"
TOLD = "the programs of monitoring are told what the data say"
ASKED = "all that the data name is asked for metrics, and answers"
ALERTS = "Prometheus has the alerts of the data, and no others"
READ = "the access log is read, and understood"
FIGURES = "figures of rows, of rules and of certificates are written by their timers"
RULES, PROMETHEUS = "/etc/prometheus/nostromo/rules.yml", "prometheus.service"
NODE = next(one.told for one in standing_at("single", "server").asked if one.job == "node")


def findings(place: str, host: str, change: Callable[[dict[str, Any]], object] = lambda _seen: None) -> list[Finding]:
    faults = Faults()
    document = Document.read_variables({"network_monitoring": monitoring()}, faults)
    intent = Intent(matrix_of(place), document=document)
    wanted = subject.standing_of(intent, intent.matrix.hosts[host])
    assert wanted is not None
    seen = seen_of(wanted)
    change(seen)
    return judge_host(Scene(intent, intent.matrix.hosts[host], Look({"monitoring": seen}), 0.0), subject.CHECK)


@pytest.mark.parametrize(
    ("place", "host", "titles"),
    [
        ("single", "server", [RUNNING, TOLD, ASKED, ALERTS, READ, FIGURES]),
        ("several", "watch", [RUNNING, TOLD, ASKED, ALERTS, READ, FIGURES]),
        ("several", "front", [RUNNING, TOLD, READ, FIGURES]),
        ("several", "data", [RUNNING, FIGURES]),
    ],
)
def test_nothing_is_found_where_all_is_as_declared(place: str, host: str, titles: list[str]) -> None:
    found = findings(place, host)
    assert [(one.title, one.verdict, one.reason) for one in found] == [(title, "passed", "") for title in titles]


def test_nothing_is_looked_at_where_there_is_no_monitoring() -> None:
    matrix = matrix_of("single")
    host = replace(matrix.hosts["server"], components=frozenset({"nginx"}))
    assert subject.needs(Intent(replace(matrix, hosts={"server": host})), host) == {}


def target(job: str, **changes: Any) -> Callable[[dict[str, Any]], object]:
    return lambda seen: next(one for one in seen["prometheus"]["targets"] if one["job"] == job).update(changes)


def down(*, unit: str = "") -> Callable[[dict[str, Any]], object]:
    """The node exporter was not reached a moment ago; perhaps its program is still not well."""

    def change(seen: dict[str, Any]) -> None:
        target("node", health="down", error="dial tcp 127.0.0.1:9100: connect: connection refused")(seen)
        if unit:
            seen["programs"][unit]["wrong"] = "is inactive"

    return change


NODE_UNIT = "prometheus-node-exporter.service"
FAULTS: dict[str, tuple[Callable[[dict[str, Any]], object], dict[str, str]]] = {
    "stopped": (
        down(unit=NODE_UNIT),
        {
            RUNNING: f"{NODE_UNIT} is inactive",
            ASKED: f"{NODE} does not answer: dial tcp 127.0.0.1:9100: connect: connection refused",
        },
    ),
    "started since": (down(), {}),
    "answers with an error": (
        target("node", health="down", error="server returned HTTP status 500"),
        {ASKED: f"{NODE} does not answer: server returned HTTP status 500"},
    ),
    "not asked": (
        lambda seen: seen["prometheus"]["targets"].pop(3),
        {ASKED: f"{NODE} is not asked"},
    ),
    "asked by hand": (
        lambda seen: seen["prometheus"]["targets"].append(
            {"job": "x", "instance": "192.0.2.1:80", "health": "up", "error": ""}
        ),
        {ASKED: "x at 192.0.2.1:80 is asked, which the data do not name"},
    ),
    "other rules on disk": (
        lambda seen: seen["hashes"].update({RULES: "0"}),
        {TOLD: f"{RULES} holds something else"},
    ),
    "no rules on disk": (lambda seen: seen["hashes"].update({RULES: ""}), {TOLD: f"{RULES} is missing"}),
    "other alerts in force": (
        lambda seen: (seen["prometheus"]["alerts"].remove("DiskFull"), seen["prometheus"]["alerts"].append("Mine")),
        {ALERTS: "missing: DiskFull; not in the data: Mine"},
    ),
    "an alert twice in place of another's": (
        lambda seen: seen["prometheus"]["alerts"].append("DiskFull"),
        {ALERTS: "not in the data: DiskFull"},
    ),
    "refused": (
        lambda seen: seen["programs"][PROMETHEUS].update(wrong="has refused the configuration on disk"),
        {RUNNING: f"{PROMETHEUS} has refused the configuration on disk"},
    ),
    "another file is read": (
        lambda seen: seen["logs"]["mtail.service"].update(is_read=False, mode="0600, of root"),
        {READ: "mtail.service does not read /var/log/nginx/access.log (0600, of root)"},
    ),
    "not understood": (
        lambda seen: seen["prometheus"]["unparsed"].update(server=12.3),
        {READ: "about 12 lines on server were not understood in ten minutes"},
    ),
    "a timer is stopped, one fails, one is old": (
        lambda seen: (
            seen["figures"]["nostromo-proof"].update(timed=False),
            seen["figures"]["nostromo-counters"].update(result="exit-code"),
            seen["figures"]["nostromo-certificates"].update(seconds=11000.0),
        ),
        {
            FIGURES: "nostromo-proof: nostromo-proof.timer does not run; nostromo-counters: the last run failed (exit-code); "
            "nostromo-certificates: the last run was 11000 s ago"
        },
    ),
    "no timers": (
        lambda seen: seen["figures"].clear(),
        {
            FIGURES: "nostromo-proof: there is no nostromo-proof.timer; "
            "nostromo-counters: there is no nostromo-counters.timer"
        },
    ),
}


@pytest.mark.parametrize("what", FAULTS)
def test_each_fault_is_found_and_named_and_nothing_else(what: str) -> None:
    change, wanted = FAULTS[what]
    found = findings("single", "server", change)
    assert {one.title: one.reason for one in found if one.verdict == "failed"} == wanted
    assert all(one.verdict in ("passed", "failed") for one in found)


def test_what_prometheus_does_not_say_is_not_tried() -> None:
    found = findings("single", "server", lambda seen: seen["prometheus"].update(problem="no answer"))
    assert [(one.title, one.reason) for one in found if one.verdict == "skipped"] == [
        (ASKED, "no answer"),
        (ALERTS, "no answer"),
    ]


def test_what_was_not_asked_yet_is_not_tried() -> None:
    found = findings("single", "server", target("node", health="unknown"))
    assert [(one.title, one.reason) for one in found if one.verdict == "skipped"] == [(ASKED, f"not asked yet: {NODE}")]
    begun = findings("single", "server", lambda seen: seen["prometheus"]["targets"].clear())
    assert [one.title for one in begun if one.verdict != "passed"] == [ASKED]


def test_no_secret_is_looked_at_or_told() -> None:
    faults = Faults()
    secret = "https://hooks.example.org/s3cret"
    told = monitoring(receivers={"webhooks": [{"url": secret, "token": "t0ken"}]})
    document = Document.read_variables({"network_monitoring": told}, faults)
    intent = Intent(matrix_of("single"), document=document)
    wanted = subject.needs(intent, intent.matrix.hosts["server"])
    assert "s3cret" not in str(wanted)
    assert "t0ken" not in str(wanted)
    assert not any("secrets/" in path for path in wanted["monitoring"]["hashed"])
