# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with monitoring is followed to its cause, and the command that mends it is one that can be carried out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.checks import monitoring as subject
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.diagnosis import checks_for, diagnose
from ansible_collections.nostromo.networking.plugins.module_utils.doctor.model import Scene, Traced
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.doctor.scenes import (
    SITE,
    cluster,
    declared,
    file_system,
    stopped,
    well,
)

EXPORTER, ALERTMANAGER = "prometheus-postgres-exporter.service", "prometheus-alertmanager.service"
NODE = "prometheus-node-exporter.service"
REFUSED = "dial tcp 127.0.0.1:9100: connect: connection refused"


def ill(change: Callable[[dict[str, Any]], object], **observed: Any) -> Scene:
    """Monitoring after a change of what is seen of it, and of what else is."""
    scene = well(**observed)
    seen = deepcopy(dict(scene.seen))
    change(seen["monitoring"])
    return Scene(scene.intent, seen, scene.unseen, scene.here, scene.now)


def found(scene: Scene) -> Sequence[Traced]:
    return diagnose(scene, checks_for(declared(), "monitoring")).findings


def program(name: str, wrong: str, *log: str, **state: Any) -> Callable[[dict[str, Any]], object]:
    def change(seen: dict[str, Any]) -> None:
        one = seen["programs"][name]
        one.update(wrong=wrong, log=list(log), unit={**one["unit"], **state})

    return change


def target(job: str, error: str) -> Callable[[dict[str, Any]], object]:
    return lambda seen: next(one for one in seen["prometheus"]["targets"] if one["job"] == job).update(
        health="down", error=error
    )


def both(*changes: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], object]:
    return lambda seen: [change(seen) for change in changes]


INACTIVE = {"active": "inactive", "sub": "dead", "pid": 0}
CASES: dict[str, tuple[Callable[[dict[str, Any]], object], str, str, list[str]]] = {
    "stopped": (
        program(NODE, "is inactive", **INACTIVE),
        f"monitoring-program:{NODE}",
        "Node exporter is stopped.",
        [f"sudo systemctl start {NODE}"],
    ),
    "does not start": (
        program(NODE, "is failed", active="failed", result="exit-code"),
        f"monitoring-program:{NODE}",
        "Node exporter does not start.",
        [f"sudo systemctl reset-failed {NODE} && sudo systemctl restart {NODE}"],
    ),
    "not there": (
        program(NODE, "is inactive", **INACTIVE, load="not-found"),
        f"monitoring-program:{NODE}",
        "Node exporter is not installed.",
        [f"{SITE} --tags monitoring"],
    ),
    "configuration refused": (
        program("prometheus.service", "has refused the configuration on disk"),
        "monitoring-program:prometheus.service",
        "Prometheus has refused the configuration on disk.",
        [f"{SITE} --tags monitoring"],
    ),
    "answers with an error": (
        target("node", "server returned HTTP status 500"),
        "target-down:node_exporter of server",
        "node_exporter of server gives Prometheus no metrics.",
        [f"sudo systemctl restart {NODE}"],
    ),
    "not asked": (
        lambda seen: seen["prometheus"]["targets"].pop(3),
        "target-unasked:node_exporter of server",
        "Prometheus does not ask node_exporter of server for metrics, though the data name it.",
        [f"{SITE} --tags monitoring"],
    ),
    "locked out": (
        lambda seen: seen["prometheus"].update(locked_out=["server"]),
        "exporter-refused:server",
        "The database on server is down, or refuses its exporter: it gives no metrics.",
        [f"{SITE} --tags postgresql"],
    ),
    "unread": (
        lambda seen: seen["logs"]["mtail.service"].update(is_read=False, mode="0600, of root"),
        "monitoring-log:mtail.service",
        "/var/log/nginx/access.log is not read, so requests are not counted.",
        [
            "sudo chgrp adm /var/log/nginx/access.log && sudo chmod 0640 /var/log/nginx/access.log",
            "sudo systemctl restart mtail.service",
        ],
    ),
    "not understood": (
        lambda seen: seen["prometheus"]["unparsed"].update(server=7.2),
        "log-unparsed:server",
        "Of the access log on server about 7 lines within ten minutes could not be understood.",
        [f"{SITE} --tags nginx,monitoring"],
    ),
    "undelivered": (
        lambda seen: seen["prometheus"].update(undelivered=["email"]),
        "alerts-undelivered:email",
        "Alerts do not reach whom they are for by email: who should take them refuses, or does not answer.",
        [
            f"correct network_monitoring.receivers, then {SITE} --tags monitoring",
            "ansible-playbook playbooks/verify.yml -e alert=true",
        ],
    ),
    "a timer is stopped": (
        lambda seen: seen["figures"]["nostromo-proof"].update(timed=False),
        "monitoring-figures:nostromo-proof",
        "nostromo-proof writes no figures, so their alerts are blind: nostromo-proof.timer does not run.",
        ["sudo systemctl enable --now nostromo-proof.timer"],
    ),
    "there is no timer": (
        lambda seen: seen["figures"].pop("nostromo-proof"),
        "monitoring-figures:nostromo-proof",
        "nostromo-proof writes no figures, so their alerts are blind: there is no nostromo-proof.timer.",
        [f"{SITE} --tags monitoring"],
    ),
    "a run failed": (
        lambda seen: seen["figures"]["nostromo-counters"].update(result="exit-code", log=["nft is gone"]),
        "monitoring-figures:nostromo-counters",
        "nostromo-counters writes no figures, so their alerts are blind: the last run failed (exit-code).",
        ["sudo systemctl reset-failed nostromo-counters.service && sudo systemctl restart nostromo-counters.service"],
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_what_is_wrong_and_what_mends_it(what: str) -> None:
    change, key, text, commands = CASES[what]
    (only,) = found(ill(change))
    assert (only.finding.key, only.finding.text) == (key, text)
    assert [one.text for one in only.remedy] == commands


def test_a_target_whose_program_is_stopped_follows_from_that() -> None:
    cause, consequence = found(ill(both(program(NODE, "is inactive", **INACTIVE), target("node", REFUSED))))
    assert (cause.finding.kind, consequence.finding.kind) == ("monitoring-program", "target-down")
    assert (consequence.cause, consequence.remedy) == (cause.finding, ())
    assert f"Prometheus asks 127.0.0.1:9100: {REFUSED}" in consequence.finding.evidence
    assert consequence.finding.evidence[1].endswith("Metrics of hosts allows it")


def test_a_target_that_is_back_since_is_fine() -> None:
    assert found(ill(target("node", REFUSED))) == ()


def test_an_exporter_follows_from_a_database_that_is_down() -> None:
    down = [cluster(unit=stopped("postgresql@17-main.service"))]
    cause, consequence = found(ill(CASES["locked out"][0], database=down))
    assert (cause.finding.kind, consequence.finding.kind) == ("database-down", "exporter-refused")
    assert consequence.remedy == ()


def test_a_full_disk_comes_first() -> None:
    full = file_system("/var/lib/prometheus", bytes_free=0, paths=["/var/lib/prometheus"])
    cause, consequence = found(ill(program("prometheus.service", "is failed", active="failed"), disk=[file_system(), full]))
    assert (cause.finding.kind, consequence.finding.kind) == ("disk-full-bytes", "monitoring-program")
    assert consequence.cause == cause.finding


def test_what_the_mail_server_said_is_shown() -> None:
    line = 'component=dispatcher msg="Notify for alerts failed" err="operators/email[0]: 550 no such user"'
    change = both(CASES["undelivered"][0], program(ALERTMANAGER, "", 'msg="Listening"', line))
    (only,) = found(ill(change))
    assert only.finding.evidence == (f"log: {line}",)


def test_where_prometheus_says_nothing_its_program_is_the_finding() -> None:
    change = both(
        program("prometheus.service", "does not answer at http://127.0.0.1:9090: timed out"),
        lambda seen: seen["prometheus"].update(problem="timed out", targets=[], alerts=[]),
    )
    (only,) = found(ill(change))
    assert only.finding.text == "Prometheus does not answer at http://127.0.0.1:9090: timed out."


def test_a_host_without_monitoring_is_not_asked() -> None:
    assert subject.CHECK not in checks_for(declared(monitoring=None), "")


def test_without_a_firewall_its_counters_cannot_be_read() -> None:
    cause, consequence = found(ill(CASES["a run failed"][0], firewall={"loaded": False}))
    assert (cause.finding.kind, consequence.finding.key) == ("firewall-down", "monitoring-figures:nostromo-counters")
    assert (consequence.cause, consequence.remedy) == (cause.finding, ())
