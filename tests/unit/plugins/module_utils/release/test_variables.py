# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The variables of a host, as its logins get them."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.release import variables as module
from ansible_collections.nostromo.networking.plugins.module_utils.release.variables import host_variables, variables


def test_the_variables_of_a_host() -> None:
    text = "# comment\nA=1\nexport B=\"two words\"\nC='x'\nnot a line\n D = 4\nE=\n"
    assert variables(text) == {"A": "1", "B": "two words", "C": "x", "E": ""}


def test_a_host_may_have_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_HOST", tmp_path / "environment")
    assert host_variables() == {}
    (tmp_path / "environment").write_text('A="1"\n')
    assert host_variables() == {"A": "1"}
