# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ansible loads all filters of a collection for the first that a task uses, in each task's process anew."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

FILTERS = sorted((Path(__file__).parents[4] / "plugins" / "filter").glob("*.py"))


@pytest.mark.parametrize("path", FILTERS, ids=lambda path: path.stem)
def test_a_filter_loads_what_it_stands_on_when_it_is_used(path: Path) -> None:
    imported = [
        node.module or "" for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.ImportFrom)
    ]
    assert [name for name in imported if "module_utils" in name] == []
