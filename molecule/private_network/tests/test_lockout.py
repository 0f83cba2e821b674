# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What would cut off the hosts behind the bastion is taken back, and they are reached as before."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import bastion
import pytest

EVERYBODY = [bastion.BASTION, *bastion.BEHIND]
WITHOUT_ITS_ROWS = "{{ network_view.firewall.egress | rejectattr('name', 'match', 'SSH through the bastion') }}"
#: No other host is asked, which would tell.
ONLY = ("--limit", bastion.BASTION)


def said(done: subprocess.CompletedProcess[str]) -> str:
    """All that a run has said, in one line."""
    return " ".join(f"{done.stdout} {done.stderr}".split())


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """All hosts are reached, before and after."""
    assert bastion.reachable() == EVERYBODY
    yield
    assert bastion.reachable() == EVERYBODY


def test_rules_without_the_bastion_s_rows_are_taken_back() -> None:
    done = bastion.playbook("site.yml", *ONLY, "--tags", "firewall", *bastion.extra(firewall_egress=WITHOUT_ITS_ROWS))
    assert done.returncode != 0
    assert "SSH through the bastion: root to 10.43.0." in said(done)
    assert "was possible before, and is not after" in said(done)


@pytest.mark.parametrize(
    "settings", [{"DisableForwarding": "yes"}, {"PermitOpen": "none"}]
)
def test_settings_of_sshd_that_let_nobody_go_on_are_taken_back(settings: dict[str, str]) -> None:
    done = bastion.playbook("site.yml", *ONLY, "--tags", "ssh", *bastion.extra(ssh_hardening_settings=settings))
    assert done.returncode != 0
    assert "no new connection through" in said(done)


def test_without_its_name_no_host_is_changed() -> None:
    done = bastion.playbook("site.yml", *bastion.extra(network_bastion=""))
    assert done.returncode != 0
    assert "Ansible is connected through front" in said(done) and "network_bastion: front" in said(done)
    assert "changed=0" in said(done) and "Commit the firewall" not in said(done)


def test_who_is_behind_it_and_down_does_not_count_against_it() -> None:
    """With one host silent the bastion's rules still change, for the others prove them."""
    try:
        bastion.ssh("etl1", "sudo systemctl stop ssh.socket ssh.service")
        done = bastion.playbook("site.yml", *ONLY, "--tags", "firewall", *bastion.extra(firewall_log_per_minute=1))
        assert done.returncode == 0, done.stdout + done.stderr
    finally:
        bastion.start_ssh("etl1")
        bastion.playbook("site.yml", *ONLY, "--tags", "firewall")
