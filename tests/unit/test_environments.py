# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which hosts a run reaches, and which of them make up one system: the playbook hosts.yml with real inventories."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SHOW = """
- ansible.builtin.import_playbook: {root}/playbooks/hosts.yml
- hosts: network_hosts
  gather_facts: false
  become: false
  tasks:
    - nostromo.networking.validate_ports:
      register: found
    - ansible.builtin.debug:
        msg: "{{{{ inventory_hostname }}}} meets {{{{ found.matrix.hosts | sort | join(' ') }}}}"
"""
COMPONENTS = {"nginx": {"live1": {}, "test1": {}}, "mother": {"live2": {}, "test1": {}}}
OWN = {"live": ["live1", "live2"], "test": ["test1"]}


def run(directory: Path, groups: dict[str, Any], *arguments: str, playbook: str = SHOW) -> str:
    """What Ansible prints for an inventory of hosts by group; a group's variables stand under ``vars``."""
    (directory / "group_vars").mkdir()
    (directory / "group_vars" / "all").symlink_to(ROOT / "inventories/group_vars/all")
    children = {
        name: {"hosts": {host: None for host in hosts if host != "vars"}, "vars": dict(hosts).get("vars", {})}
        for name, hosts in groups.items()
    }
    addresses = {f"{name}{number}": f"10.0.{name == 'live':d}.{number}" for name in OWN for number in (1, 2)}
    hosts = {name: {"ansible_host": address} for name, address in addresses.items()}
    filled_in = {"network_admin_addresses": ["192.0.2.1"], "network_resolver_addresses": ["192.0.2.53"]}
    inventory = {"all": {"vars": filled_in, "children": {"known": {"hosts": hosts}, **children}}}
    (directory / "hosts.yml").write_text(yaml.safe_dump(inventory))
    (directory / "show.yml").write_text(playbook.format(root=ROOT))
    command = ["ansible-playbook", "-i", str(directory / "hosts.yml"), str(directory / "show.yml"), *arguments]
    environment = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "ANSIBLE_FORCE_COLOR": "false"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return re.sub(r"\s+", " ", done.stdout + done.stderr)


def environments(**extra: Any) -> dict[str, Any]:
    """Two of them over one set of components."""
    variables = {
        name: {"network_environment": name, "network_external_address": f"203.0.113.{len(name)}"} for name in OWN
    }
    own = {name: {**dict.fromkeys(hosts), "vars": variables[name]} for name, hosts in OWN.items()}
    return {**COMPONENTS, **own, **extra}


@pytest.mark.parametrize("both", [True, False])
def test_components_meet_those_of_their_environment_only(tmp_path: Path, both: bool) -> None:
    printed = run(tmp_path, environments(), *([] if both else ["--limit", "live"]))
    assert "live1 meets live1 live2" in printed and "live2 meets live1 live2" in printed
    assert ("test1 meets test1 " in printed) is both


def test_cloudflare_is_asked_once_for_each_environment_that_has_a_token(tmp_path: Path) -> None:
    play = (
        "- ansible.builtin.import_playbook: {root}/playbooks/hosts.yml\n"
        "- {{hosts: network_cloudflare, gather_facts: false, become: false, tasks: [{{ansible.builtin.debug: {{msg: asked}}}}]}}"
    )
    groups = environments()
    groups["live"]["vars"]["vault_cloudflare_token"] = "a-token-for-the-zone-0123456789"
    printed = run(tmp_path, groups, playbook=play)
    assert "ok: [live1] => msg: asked" in printed and printed.count("msg: asked") == 1
    assert "a-token-for" not in printed


def test_a_token_that_cannot_be_evaluated_is_a_fault_and_not_none(tmp_path: Path) -> None:
    lost = json.dumps({"network_cloudflare": {"token": "{{ nowhere }}"}})
    play = "- ansible.builtin.import_playbook: {root}/playbooks/cloudflare.yml"
    printed = run(tmp_path, environments(), "--limit", "live", "-e", lost, playbook=play)
    assert "network_cloudflare.token: cannot be evaluated: 'nowhere' is undefined" in printed


def test_what_is_asked_once_is_asked_of_one_environment(tmp_path: Path) -> None:
    question = "- ansible.builtin.import_playbook: {root}/playbooks/explain.yml"
    printed = run(tmp_path, environments(), "-e", "from=etl to=mother port=5432", playbook=question)
    assert "network_environment: this run reaches live and test; choose one with --limit" in printed


CASES: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "not told apart": (
        {**COMPONENTS, **{name: {**one, "vars": {"network_external_address": f"203.0.113.{len(one)}"}}
                          for name, one in ((name, dict.fromkeys(hosts)) for name, hosts in OWN.items())}},
        ["--limit", "live"],
        "network_external_address: live1, live2, test1 make up one environment (all) and differ in it: 203.0.113.1, 203.0.113.2;",
    ),
    "left out": (
        environments(etl={"live2": {}, "test2": {}}),
        ["-e", "network_environment=live", "--limit", "live:test2"],
        "test2: is in the inventory group of a component and not in that of its environment (network_environment), so nothing",
    ),
    "none": ({"web": {"live1": {}}}, [], "inventory: no host carries a component, which runs on the hosts of the"),
}  # fmt: skip


@pytest.mark.parametrize(("groups", "arguments", "message"), CASES.values(), ids=CASES)
def test_what_is_refused(tmp_path: Path, groups: dict[str, Any], arguments: list[str], message: str) -> None:
    printed = run(tmp_path, groups, *arguments)
    assert message in printed and " meets " not in printed
