# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Monitoring itself: confined, asked by nobody but whom the matrix names, up after a crash, and changed as a whole or not."""

from __future__ import annotations

import network
import pytest
import watch
from network import changed
from testinfra.host import Host

#: Component -> its unit.
UNITS = {
    "prometheus": "prometheus",
    "alertmanager": "prometheus-alertmanager",
    "blackbox": "prometheus-blackbox-exporter",
    "node_exporter": "prometheus-node-exporter",
    "log_metrics": "mtail",
    "postgres_exporter": "prometheus-postgres-exporter",
}
PORTS = {component: network.listen(component)["port"] for component in UNITS}
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
def test_each_is_confined(server: Host, unit: str) -> None:
    rating = server.check_output(f"systemd-analyze security --no-pager {unit} | tail --lines 1")
    assert float(rating.partition(".service: ")[2].split()[0]) <= 2, rating


@pytest.mark.parametrize(
    ("user", "admitted"),
    [
        ("www-data", set()),
        ("orchestrator", set()),
        ("sevastopol", set()),
        ("etl", set()),
        ("postgres", set()),
        ("mtail", {"log_metrics"}),
        ("blackbox", {"blackbox"}),
        ("alertmanager", {"alertmanager"}),
        ("prometheus", set(PORTS)),
        # As everybody who is no component: people look at it over SSH.
        ("nobody", {"prometheus"}),
    ],
)
def test_only_whom_the_matrix_names_may_ask(server: Host, user: str, admitted: set[str]) -> None:
    ask = f"runuser -u {user} -- curl --silent --output /dev/null --max-time 2 http://127.0.0.1:"
    assert {component for component, port in PORTS.items() if server.run(f"{ask}{port}/metrics").rc == 0} == admitted


def test_nothing_of_it_is_open_from_outside(outside: Host) -> None:
    for port in PORTS.values():
        for address in network.variables()["network_addresses"]:
            assert outside.run("curl --silent --max-time 1 http://%s", network_address(address, port)).rc in (7, 28)


def network_address(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


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
