# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fixtures over the templates of roles."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml

from .rendering import REPOSITORY, Render, load, render_role

__all__ = ["REPOSITORY", "Render", "load"]


@pytest.fixture
def render() -> Render:
    """`render(role, template, release="13", **variables)`: the file that comes out with the documented data."""
    return render_role


@pytest.fixture
def role_files() -> Callable[[str], tuple[set[str], set[str]]]:
    """Names of a role's defaults, and of the options in its argument_specs."""

    def names(role: str) -> tuple[set[str], set[str]]:
        directory = REPOSITORY / "roles" / role
        specs = yaml.safe_load((directory / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
        return set(load(directory / "defaults" / "main.yml")), set(specs["argument_specs"]["main"]["options"])

    return names
