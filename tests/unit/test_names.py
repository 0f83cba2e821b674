# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""No program and no role knows a component by its name: names are data, and another site has others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.nostromo.networking.plugins.module_utils.release.model import BUILD_USER

ROOT = Path(__file__).resolve().parents[2]
NETWORK = yaml.safe_load((ROOT / "inventories/group_vars/all/network.yml").read_text("utf-8"))
#: Those that are words of the collection as well: every host itself, and programs.
WORDS = {"server", "nginx", "prometheus", "alertmanager", "blackbox", "node_exporter", "log_metrics", "postgres_exporter"}
NAMES = {*NETWORK["network_components"]} - WORDS
DOCUMENTATION = {"DOCUMENTATION", "EXAMPLES", "RETURN"}
#: As a key or a text: network_components.mother, groups['mother'].
IN_EXPRESSION = re.compile(r"['\".](\w+)")
#: Examples in the description of an option are no data.
DESCRIPTIONS = {"description", "short_description", "sample"}


def texts_of_program(path: Path) -> Iterator[str]:
    """The texts in a program, without its documentation."""
    tree = ast.parse(path.read_text("utf-8"))
    told = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and {*map(ast.unparse, node.targets)} & DOCUMENTATION
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def texts_of_data(value: Any) -> Iterator[str]:
    """The keys and texts in a file of YAML."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            if key not in DESCRIPTIONS:
                yield from texts_of_data(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of_data(inner)
    elif isinstance(value, str):
        yield value


def test_it_is_nostromo_s_names_that_are_looked_for() -> None:
    assert {"sevastopol", "orchestrator", "mother", "etl", "builds"} == NAMES


@pytest.mark.parametrize("path", sorted(ROOT.glob("plugins/**/*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_program_names_a_component(path: Path) -> None:
    assert NAMES & {*texts_of_program(path)} == set()


@pytest.mark.parametrize(
    "path",
    sorted([*ROOT.glob("roles/*/*/*.yml"), *ROOT.glob("playbooks/**/*.yml")]),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_no_role_and_no_playbook_names_a_component(path: Path) -> None:
    texts = {*texts_of_data(yaml.safe_load(path.read_text("utf-8")))}
    in_expressions = {word for text in texts for word in IN_EXPRESSION.findall(text)}
    assert NAMES & (texts | in_expressions) == set()


def test_the_build_user_is_the_role_s_and_of_a_component() -> None:
    role = yaml.safe_load((ROOT / "roles/pm2/defaults/main.yml").read_text("utf-8"))
    assert role["pm2_build_user"] == BUILD_USER == NETWORK["network_components"]["builds"]["user"]
