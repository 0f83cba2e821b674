# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules by promtool: each alert does what its cases say, and no mutant of a rule does so too."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.rules.groups import rule_groups
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.watched import Watched
from ansible_collections.nostromo.networking.tests.unit.templates.tools import tool

from .cases import CASES
from .programs import checked_rules
from .samples import PLACES, sample

HEARTBEAT = {"url": "https://heartbeat.example.org/x"}
_SITE_ROUTE = {"site": "app.nostromo.cl", "route": "/api/"}


def all_rules(place: str = "single") -> list[dict[str, Any]]:
    """Every rule of a sample."""
    groups = rule_groups(sample(place, heartbeat=HEARTBEAT))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def rules_by_alert() -> dict[str, dict[str, Any]]:
    """One rule of each name; of the endpoints' that of the cases. Without annotations, of which the cases do not speak."""
    found: dict[str, dict[str, Any]] = {}
    for rule in all_rules():
        if "site" not in rule["labels"] or _SITE_ROUTE.items() <= rule["labels"].items():
            bare = {key: value for key, value in rule.items() if key != "annotations"}
            found.setdefault(rule["alert"], bare)
    return found


RULES = rules_by_alert()


def replaced(text: str, match: re.Match[str], by: str) -> str:
    return text[: match.start()] + by + text[match.end() :]


def mutated(expr: str) -> Iterator[str]:
    """The expression with one thing in it otherwise: a bound, a comparison, a window, a label, or a condition less."""
    flipped = {">": "<", "<": ">", ">=": "<", "== 0": "== 1", "== 1": "== 0"}
    for match in re.finditer(r"== [01]|(?<= )[<>]=?(?= )", expr):
        yield replaced(expr, match, flipped[match[0]])
    for match in re.finditer(r"(?<=[<>=] )([0-9.]+)|([0-9.]+)(?= \* )", expr):
        number = float(match[0])
        if number and not expr[: match.start()].endswith("== "):
            yield replaced(expr, match, f"{number * 2:g}")
            yield replaced(expr, match, f"{number / 2:g}")
    for match in re.finditer(r"\[(\d+[mh])\]", expr):
        yield replaced(expr, match, "[5m]" if match[1] == "1m" else "[1m]")
    for match in re.finditer(r"\{([^{}]*)\}", expr):
        labels = match[1].split(",")
        for index in range(len(labels)):
            yield replaced(expr, match, f"{{{','.join(labels[:index] + labels[index + 1 :])}}}")
    for word in ("\nor ", "\nand "):
        parts = expr.split(word)
        if len(parts) > 1:
            yield from (word.join(parts[:index] + parts[index + 1 :]) for index in range(len(parts)))


def mutants(rule: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rule with one thing otherwise."""
    for expr in dict.fromkeys(mutated(rule["expr"])):
        if expr.count("(") == expr.count(")"):
            yield {**rule, "expr": expr}
    if "for" in rule:
        minutes = int(rule["for"].removesuffix("m"))
        yield {**rule, "for": f"{minutes * 2}m"}
        yield {key: value for key, value in rule.items() if key != "for"}
    yield from (
        {**rule, "labels": {name: value for name, value in rule["labels"].items() if name != dropped}}
        for dropped in ("severity", "component")
        if dropped == "severity" or "site" in rule["labels"]
    )


def judged(rules: Iterable[dict[str, Any]], home: Path) -> list[bool]:
    """Whether each rule does what the cases of its alert say, by one run of promtool."""
    files: list[list[Path]] = []
    for number, rule in enumerate(rules):
        (home / f"{number}.rules").write_text(json.dumps({"groups": [{"name": "x", "rules": [rule]}]}))
        mine = [case for case in CASES if case.alert == rule["alert"]]
        assert mine, f"no case for {rule['alert']}"
        files.append([])
        for step in sorted({case.step for case in mine}):
            test = {
                "rule_files": [f"{number}.rules"],
                "evaluation_interval": step,
                "tests": [case.plain() for case in mine if case.step == step],
            }
            files[-1].append(home / f"{number}.{step}.test")
            files[-1][-1].write_text(json.dumps(test))
    command = [tool("promtool"), "test", "rules", *(str(path) for group in files for path in group)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    told = {part.split()[0]: part for part in done.stdout.split("Unit Testing:")[1:]}
    assert len(told) == sum(map(len, files)), done.stdout + done.stderr
    (home / "told").write_text(done.stdout + done.stderr)
    return [all("SUCCESS" in told[str(path)] for path in group) for group in files]


def test_each_alert_does_what_its_cases_say(tmp_path: Path) -> None:
    verdicts = dict(zip(RULES, judged(RULES.values(), tmp_path), strict=True))
    assert all(verdicts.values()), (verdicts, (tmp_path / "told").read_text())


def test_no_mutant_does(tmp_path: Path) -> None:
    """But for those in which nothing is another."""
    found = [mutant for rule in RULES.values() for mutant in mutants(rule)]
    survivors = [mutant for mutant, alive in zip(found, judged(found, tmp_path), strict=True) if alive]
    assert survivors == []
    assert len(found) > 200


@pytest.mark.parametrize("place", PLACES)
def test_promtool_finds_nothing_wrong(place: str, tmp_path: Path) -> None:
    groups = rule_groups(sample(place, heartbeat=HEARTBEAT))
    assert checked_rules(json.dumps(groups), tmp_path) == len(all_rules(place))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_alert_says_what_to_do(rule: dict[str, Any]) -> None:
    for one in all_rules():
        if one["alert"] == rule["alert"] != "Heartbeat":
            assert one["annotations"]["command"].startswith("ansible-playbook nostromo.networking.")
            assert one["annotations"]["summary"]


OFF = {
    "error_rate": {"ErrorRate"},
    "response_time": {"ResponseTime"},
    "health": {"HealthCheckFails"},
    "target": {"TargetDown"},
    "database": {"DatabaseDown"},
    "certificate": {"CertificateExpires", "DatabaseCertificateExpires"},
    "origin_pulls": {"OriginPullsExpire"},
    "disk": {"DiskFills", "DiskFull"},
    "memory": {"MemoryShort"},
    "unit": {"UnitFailed", "UnitRestarts"},
    "clock": {"ClockWrong"},
    "log": {"LogUnparsed", "LogUnread"},
    "configuration": {"ConfigurationNotLoaded", "TextfileUnread"},
    "delivery": {"DeliveryFails"},
    "row": {"RowNotProven"},
    "proof": {"ProofOld", "VerifyOld", "VerifyFailed"},
}


@pytest.mark.parametrize("key", OFF)
def test_an_alert_that_is_switched_off_is_no_rule(key: str) -> None:
    groups = rule_groups(sample(heartbeat=HEARTBEAT, alerts={key: False}))["groups"]
    assert set(RULES) - {rule["alert"] for group in groups for rule in group["rules"]} == OFF[key]


def test_where_nobody_alerts_on_a_health_check_it_is_one_like_others() -> None:
    rules = rule_groups(sample(alerts={"unreachable": False}))["groups"][1]["rules"]
    components = {rule["labels"]["component"] for rule in rules if rule["alert"] == "HealthCheckFails"}
    assert components == {"orchestrator", "sevastopol"}


def test_each_node_and_each_target_is_missed() -> None:
    rules = all_rules("several")
    (unreachable,) = (rule for rule in rules if rule["alert"] == "Unreachable")
    assert re.findall(r'instance="([^"]+)"', unreachable["expr"]) == [
        "http://10.0.0.21:8000/health",
        "http://[fd00::22]:8000/health",
    ]
    down = [rule["labels"] for rule in rules if rule["alert"] == "TargetDown"]
    assert [(one["job"], one["host"], one["instance"]) for one in down] == [
        ("prometheus", "watch", "10.0.0.40:9090"),
        ("alertmanager", "watch", "127.0.0.1:9093"),
        ("blackbox", "watch", "127.0.0.1:9115"),
        ("node", "api1", "10.0.0.21:9100"),
        ("node", "api2", "[fd00::22]:9100"),
        ("node", "data", "10.0.0.30:9100"),
        ("node", "front", "10.0.0.10:9100"),
        ("node", "watch", "127.0.0.1:9100"),
        ("nginx", "front", "10.0.0.10:3903"),
        ("postgresql", "data", "10.0.0.30:9187"),
    ]
    elsewhere = next(rule for rule in rules if rule["labels"].get("host") == "data")
    assert elsewhere["annotations"]["command"] == (
        "ansible-playbook nostromo.networking.explain -e from=prometheus -e to=node_exporter -e port=9100"
    )
    assert elsewhere["annotations"]["row"] == "network_flows[14] Metrics of hosts"


ANNOTATIONS = {
    "ErrorRate": {
        "summary": "8% of the answers of app.nostromo.cl/api/ on server are errors (5xx)",
        "command": "ansible-playbook nostromo.networking.doctor --limit server -e symptom=econnrefused",
        "row": "network_flows[11] Nginx to Orchestrator",
    },
    "Unreachable": {
        "summary": "orchestrator on server does not answer its health check http://127.0.0.1:8000/health",
        "command": "ansible-playbook nostromo.networking.doctor --limit server -e symptom=econnrefused",
        "row": "network_flows[17] Health of Orchestrator",
    },
    "RowNotProven": {
        "summary": "DB NO pública no longer holds on server: any to mother 5432, deny",
        "command": "ansible-playbook nostromo.networking.verify",
        "row": "DB NO pública",
    },
}


@pytest.mark.parametrize("alert", ANNOTATIONS)
def test_annotations(alert: str, tmp_path: Path) -> None:
    """What somebody reads who is alerted."""
    rule = next(
        one for one in all_rules() if one["alert"] == alert and one["labels"].items() >= RULES[alert]["labels"].items()
    )
    test = next(case for case in CASES if case.alert == alert and case.fires).plain()
    for moment in test["alert_rule_test"]:
        for fired in moment.get("exp_alerts", ()):
            fired["exp_annotations"] = ANNOTATIONS[alert]
    (tmp_path / "rules").write_text(json.dumps({"groups": [{"name": "x", "rules": [rule]}]}))
    (tmp_path / "test").write_text(json.dumps({"rule_files": ["rules"], "evaluation_interval": "15s", "tests": [test]}))
    command = [tool("promtool"), "test", "rules", str(tmp_path / "test")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_without_programs_there_is_nothing_to_watch_but_what_is_asked() -> None:
    bare = Watched(sample().monitoring, "server")
    assert rule_groups(bare) == {"groups": []}
