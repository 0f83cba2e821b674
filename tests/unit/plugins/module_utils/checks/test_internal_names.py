# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is said of names of components that lead elsewhere, and that its remedy leaves the rest of /etc/hosts alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.checks.intent import Intent
from ansible_collections.nostromo.networking.plugins.module_utils.checks.internal_names import CHECK
from ansible_collections.nostromo.networking.plugins.module_utils.checks.model import Finding, Look, Scene
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import parse_matrix
from ansible_collections.nostromo.networking.plugins.module_utils.observe.names import Name, hosts_lines
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.checks.simulated import TWO_HOSTS

NAME, RIGHT = "mother.internal", "10.0.0.4"
COMPONENTS = {key: {**one, "hostname": NAME if key == "mother" else None} for key, one in TWO_HOSTS["components"].items()}
MATRIX = {**TWO_HOSTS, "components": COMPONENTS}
INTENT = Intent(parse_matrix(MATRIX))
RUN = "ansible-playbook site.yml --tags names"


def found_on_web(seen: Name) -> Finding:
    """What is found on the host beside the database's."""
    assert CHECK.needs(INTENT, INTENT.matrix.hosts["web"]) == {"internal_names": {"names": [NAME]}}
    [found] = CHECK.judge(Scene(INTENT, INTENT.matrix.hosts["web"], Look({"internal_names": {NAME: seen}}), 0.0))
    assert (found.title, found.destination) == (f"{NAME} leads to {RIGHT}", "mother")
    return found


def test_a_name_that_leads_there() -> None:
    found = found_on_web({"addresses": [RIGHT], "problem": "", "hosts_file": [f"{RIGHT} {NAME}"]})
    assert (found.verdict, found.remedy) == ("passed", ())
    assert found.evidence == (f"/etc/hosts: {RIGHT} {NAME}",)


@pytest.mark.parametrize(
    ("addresses", "reason"),
    [
        (["192.0.2.7"], "it leads to 192.0.2.7"),
        ([RIGHT, "192.0.2.7"], "it leads to 192.0.2.7 as well"),
        ([], "it cannot be resolved (Name or service not known)"),
    ],
)
def test_a_name_that_does_not(addresses: list[str], reason: str) -> None:
    found = found_on_web({"addresses": addresses, "problem": "Name or service not known", "hosts_file": []})
    assert (found.verdict, found.reason, found.remedy) == ("failed", reason, (RUN,))


def test_one_of_several_nodes_is_missing() -> None:
    hosts = {**MATRIX["hosts"], "more": {"addresses": ["10.0.0.5"], "components": ["mother"]}}
    intent = Intent(parse_matrix({**MATRIX, "hosts": hosts}))
    seen: Name = {"addresses": [RIGHT], "problem": "", "hosts_file": []}
    [found] = CHECK.judge(Scene(intent, intent.matrix.hosts["web"], Look({"internal_names": {NAME: seen}}), 0.0))
    assert (found.title, found.reason) == (f"{NAME} leads to {RIGHT}, 10.0.0.5", "it does not lead to 10.0.0.5")


def test_a_line_beside_ours_loses_the_name_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "hosts"
    theirs = "127.0.1.1 mother.internal mother x.mother.internal\n192.0.2.70 mother.internal\n"
    file.write_text(f"127.0.0.1 localhost\n{theirs}{RIGHT} {NAME}\n", encoding="utf-8")
    lines = hosts_lines(file.read_text(encoding="utf-8"), NAME)
    found = found_on_web({"addresses": [RIGHT, "127.0.1.1", "192.0.2.70"], "problem": "", "hosts_file": lines})
    *edits, last = found.remedy
    assert (len(edits), last) == (2, RUN)
    for edit in edits:
        subprocess.run(edit.removeprefix("sudo ").replace("/etc/hosts", str(file)), shell=True, check=True)
    left = file.read_text(encoding="utf-8")
    assert hosts_lines(left, NAME) == [f"{RIGHT} {NAME}"]
    assert hosts_lines(left, "mother") == hosts_lines(left, "x.mother.internal") == ["127.0.1.1 mother x.mother.internal"]
