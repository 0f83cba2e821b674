# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The server comes back from a reboot by itself: protected, and serving."""

from __future__ import annotations

import subprocess

import network
import pytest
from probes import FILTERED, REFUSED, Probe, attempt
from testinfra.host import Host
from web import eventually, get, query

APP = f"https://{network.variables()['network_certificate']['names'][0]}/"


@pytest.fixture(scope="module")
def boots(server: Host) -> list[str]:
    """When the server's first process started, before and after its reboot."""
    started = "cut --delimiter=' ' --fields=22 /proc/1/stat"
    before = server.check_output(started)
    subprocess.run(["script/lab", "restart", "server"], cwd=network.ROOT, check=True, capture_output=True, timeout=120)
    return [before, server.check_output(started)]


def test_reboot_took_place(boots: list[str]) -> None:
    assert boots[0] != boots[1]


def test_page_has_data_again_after_a_reboot(server: Host, outside: Host, boots: list[str]) -> None:
    assert eventually(lambda: get(outside, APP).status == 200)
    sensor = query(server, "SELECT name FROM telemetry.sensors ORDER BY name LIMIT 1")
    assert sensor
    assert sensor in get(outside, APP).body


def test_firewall_is_loaded_after_a_reboot(server: Host, outside: Host, boots: list[str]) -> None:
    mother = network.listen("mother")
    at_home, from_outside = (
        Probe(mother["addresses"][0], mother["port"], "sevastopol"),
        Probe(network.server_address(4), mother["port"]),
    )
    assert attempt(server, [at_home]) == {at_home: REFUSED}
    assert attempt(outside, [from_outside]) == {from_outside: FILTERED}


def test_the_run_after_a_reboot_changes_nothing(boots: list[str]) -> None:
    """What keeps everybody in his room is there from the boot on, not from the next run."""
    assert " changed=0 " in network.ansible("ansible-playbook", "site.yml")


def test_nothing_has_failed_after_a_reboot(server: Host, outside: Host, boots: list[str]) -> None:
    assert eventually(lambda: get(outside, APP).status == 200)
    assert server.check_output("systemctl --failed --no-legend --plain") == ""
