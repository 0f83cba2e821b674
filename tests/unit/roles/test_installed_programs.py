# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The administrator's commands on hosts find everything that they import among what the roles install."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
MODULES = ROOT / "plugins" / "module_utils"


def of_pm2() -> set[str]:
    variables = yaml.safe_load((ROOT / "roles/pm2/vars/main.yml").read_text(encoding="utf-8"))
    return set(variables["__pm2_tool_modules"])


def of_postgresql() -> set[str]:
    tasks = (ROOT / "roles/postgresql/tasks/main.yml").read_text(encoding="utf-8")
    return set(re.findall(r"__postgresql_modules ~ '/([^']+)'", tasks))


def of_monitoring() -> set[str]:
    variables = (ROOT / "roles/monitoring/vars/main.yml").read_text(encoding="utf-8")
    return set(re.findall(r"__monitoring_modules ~ '/([^']+)'", variables))


def of_figures() -> set[str]:
    tasks = yaml.safe_load((ROOT / "roles/monitoring/tasks/figures.yml").read_text(encoding="utf-8"))
    return set(tasks[0]["vars"]["__monitoring_figure_modules"])


def imported(module: str) -> set[str]:
    """The files that a module of ours imports."""
    place = MODULES / module
    found = set()
    for node in ast.walk(ast.parse(place.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = place.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            names = [base.with_suffix(".py")] if node.module else [base / f"{one.name}.py" for one in node.names]
            found |= {str(name.relative_to(MODULES)) for name in names}
    return found


@pytest.mark.parametrize(
    "installed",
    [of_pm2(), of_postgresql(), of_monitoring(), of_figures()],
    ids=["pm2", "postgresql", "monitoring", "figures"],
)
def test_whatever_is_imported_is_installed(installed: set[str]) -> None:
    assert installed
    assert {one for module in installed for one in imported(module)} <= installed
