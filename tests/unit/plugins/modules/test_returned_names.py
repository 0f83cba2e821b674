# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What modules return besides: Ansible itself reads some names, and ends a play by them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

MODULES = {path.stem: path for path in (Path(__file__).parents[4] / "plugins" / "modules").glob("*.py")}
#: Those that ansible-core 2.19 reads in any result, but for what every module returns (changed, failed, msg).
RESERVED = {"deprecations", "exception", "invocation", "results", "skipped", "unreachable", "warnings"}


@pytest.mark.parametrize("name", sorted(MODULES))
def test_no_result_is_called_as_one_of_ansible_s_own(name: str) -> None:
    texts = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse(MODULES[name].read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "RETURN"
    }
    assert not RESERVED & {*(yaml.safe_load(texts.get("RETURN", "")) or {})}
