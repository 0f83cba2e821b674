# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which hosts a run reaches, and which of them make up one system: the playbook hosts.yml with real inventories."""

from __future__ import annotations

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
    - ansible.builtin.debug:
        msg: "{{{{ inventory_hostname }}}} meets {{{{ network_matrix.hosts | sort | join(' ') }}}}"
"""
COMPONENTS = {"nginx": {"live1": {}, "test1": {}}, "mother": {"live2": {}, "test1": {}}}
OWN = {"live": ["live1", "live2"], "test": ["test1"]}


def run(directory: Path, groups: dict[str, Any], *arguments: str) -> str:
    """What Ansible prints for an inventory of hosts by group; a group's variables stand under ``vars``."""
    (directory / "group_vars").mkdir()
    (directory / "group_vars" / "all").symlink_to(ROOT / "inventories/group_vars/all")
    children = {
        name: {"hosts": {host: None for host in hosts if host != "vars"}, "vars": dict(hosts).get("vars", {})}
        for name, hosts in groups.items()
    }
    addresses = {f"{name}{number}": f"10.0.{name == 'live':d}.{number}" for name in OWN for number in (1, 2)}
    hosts = {name: {"ansible_host": address} for name, address in addresses.items()}
    (directory / "hosts.yml").write_text(yaml.safe_dump({"all": {"children": {"known": {"hosts": hosts}, **children}}}))
    (directory / "show.yml").write_text(SHOW.format(root=ROOT))
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


def test_components_meet_those_of_their_environment_only(tmp_path: Path) -> None:
    printed = run(tmp_path, environments(), "--limit", "live")
    assert (
        "live1 meets live1 live2" in printed and "live2 meets live1 live2" in printed and "test1 meets" not in printed
    )


CASES: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "both at once": (environments(), [], "This run reaches the environments live and test; choose one with --limit."),
    "not told apart": (
        {**COMPONENTS, **{name: {**one, "vars": {"network_external_address": f"203.0.113.{len(one)}"}}
                          for name, one in ((name, dict.fromkeys(hosts)) for name, hosts in OWN.items())}},
        ["--limit", "live"],
        "live1, live2, test1 are one environment, and their network_external_address differ (203.0.113.1, 203.0.113.2).",
    ),
    "left out": (
        environments(etl={"live2": {}, "test2": {}}),
        ["-e", "network_environment=live", "--limit", "live:test2"],
        "test2: in the inventory group of a component, and not in the group of the environment (network_environment)",
    ),
    "none": ({"web": {"live1": {}}}, [], "No host carries a component. A component runs on the hosts of the inventory group"),
}  # fmt: skip


@pytest.mark.parametrize(("groups", "arguments", "message"), CASES.values(), ids=CASES)
def test_what_is_refused(tmp_path: Path, groups: dict[str, Any], arguments: list[str], message: str) -> None:
    printed = run(tmp_path, groups, *arguments)
    assert message in printed and " meets " not in printed
