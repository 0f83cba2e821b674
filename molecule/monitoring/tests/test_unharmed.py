# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Monitoring itself: everything is asked, up again after a crash, and changed as a whole or not. The last of the files."""

from __future__ import annotations

import time
from pathlib import Path

import network
import pytest
import watch
from counting import COUNT, METRICS, packets
from network import changed
from testinfra.host import Host
from watch import UNITS

JOBS = {"prometheus", "alertmanager", "blackbox", "node", "nginx", "postgresql", "health"}
#: What every file holds.
FILES = "find /etc/prometheus/nostromo /etc/mtail/nostromo -type f -exec sha256sum {} +"
#: A rule that does not parse, in place of all.
BROKEN = '{"groups": [{"name": "x", "rules": [{"alert": "X", "expr": "1 +"}]}]}'


def test_everything_that_the_matrix_names_is_asked(server: Host) -> None:
    assert watch.awaited(
        lambda: {labels["job"] for labels, value in watch.query(server, "up") if value == 1} == JOBS, 60
    )
    assert watch.total(server, "pg_up") == 1
    assert watch.total(server, "probe_success") == 1


@pytest.mark.parametrize("unit", UNITS.values())
def test_each_is_up_again_after_a_crash(server: Host, unit: str) -> None:
    before = server.check_output(f"systemctl show --property MainPID --value {unit}")
    server.check_output(f"kill -9 {before}")
    check = "/usr/local/sbin/nostromo-monitoring check /etc/prometheus/nostromo/daemons.json"
    assert watch.awaited(lambda: server.run(check).rc == 0, 40), server.run(check).stderr
    assert server.check_output(f"systemctl show --property MainPID --value {unit}") != before


def test_a_broken_rule_changes_nothing(server: Host) -> None:
    before = server.check_output(FILES)
    files = "[{'path': '/etc/prometheus/nostromo/rules.yml', 'content': broken}]"
    others = "__told.files | rejectattr('path', 'equalto', '/etc/prometheus/nostromo/rules.yml')"
    told = "{{ __told | combine({'files': " + files + " + " + others + "}) }}"
    done = network.attempt(
        "--tags",
        "monitoring",
        __told="{{ lookup('nostromo.networking.monitoring') }}",
        broken=BROKEN,
        monitoring_installation=told,
    )
    assert done.returncode != 0
    assert "promtool check config" in done.stdout and "unexpected end of input" in done.stdout, done.stdout
    assert server.check_output(FILES) == before
    assert watch.total(server, "prometheus_config_last_reload_successful") == 1


def test_what_is_changed_by_hand_is_put_back(server: Host) -> None:
    server.check_output("sed -i s/15s/17s/g /etc/prometheus/nostromo/prometheus.yml && systemctl reload prometheus")
    server.check_output("systemctl disable --quiet --now mtail")
    assert changed(network.attempt("--tags", "monitoring")) == 1
    assert "17s" not in watch.fetch(server, f"{watch.PROMETHEUS}/api/v1/status/config")
    assert server.service("mtail").is_running and server.service("mtail").is_enabled
    assert changed(network.attempt("--tags", "monitoring")) == 0


def test_a_rolling_deploy_alerts_nobody(server: Host, outside: Host) -> None:
    services = network.variables()["network_services"]
    told = {**services["orchestrator"]["environment"], "RELEASE": "next"}
    since = watch.now(outside)
    try:
        deploy = {**services, "orchestrator": {**services["orchestrator"], "environment": told}}
        assert changed(network.attempt("--tags", "pm2", network_services=deploy)) > 0
    finally:
        assert changed(network.attempt("--tags", "pm2")) > 0
    time.sleep(30)  # what was seen of it meanwhile has been judged
    assert not watch.alerts(server, "pending") & watch.FAULTS
    assert not {name for _when, name, _state in watch.told(outside, "webhook", since)} - watch.ALWAYS


def test_verify_hands_over_what_it_found_and_is_nobody_s(server: Host, tmp_path: Path) -> None:
    server.check_output(COUNT)
    before = packets(server, verdict="reject"), packets(server, row="Orchestrator")
    network.ansible("ansible-playbook", "playbooks/verify.yml", "-e", f"reports={tmp_path}")
    server.check_output(COUNT)
    assert (packets(server, verdict="reject"), packets(server, row="Orchestrator")) == before
    assert 'nostromo_verify_checks{verdict="passed"}' in server.file(f"{METRICS}/verify.prom").content_string
