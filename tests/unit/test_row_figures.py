# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What each host tries by itself, and who is asked what rows are used for: with real inventories, of which no host is reached."""

from __future__ import annotations

from pathlib import Path

from .test_environments import environments, run

TRIES = """
- ansible.builtin.import_playbook: {root}/playbooks/hosts.yml
- hosts: network_hosts
  gather_facts: false
  become: false
  tasks:
    - ansible.builtin.debug:
        msg: >-
          {{{{ inventory_hostname }}}} tries {{{{ query('nostromo.networking.row_tries') | selectattr('port', 'equalto', 5432)
          | map(attribute='address') | unique | join(' ') }}}}.
"""
USAGE = "- ansible.builtin.import_playbook: {root}/playbooks/usage.yml"


def test_a_host_tries_the_database_of_its_own_environment(tmp_path: Path) -> None:
    told = run(tmp_path, environments(), playbook=TRIES)
    assert "live1 tries 10.0.1.2." in told
    assert "live2 tries 127.0.0.1." in told
    assert "test1 tries 127.0.0.1." in told


def test_without_prometheus_usage_says_what_to_do(tmp_path: Path) -> None:
    told = run(tmp_path, environments(), playbook=USAGE)
    assert "No host has a Prometheus that counts what rows are used for: give a component with the application" in told
