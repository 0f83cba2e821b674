# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All checks, found by the names of their files."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path

from .model import Check, SystemCheck


@cache
def all_checks() -> dict[str, Check | SystemCheck]:
    """Subject -> check, those of the whole system first. On the controller, where the collection's files lie in a directory."""
    names = sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    modules = {name: importlib.import_module(f"{__package__}.{name}") for name in names}
    checks = {name: module.CHECK for name, module in modules.items() if hasattr(module, "CHECK")}
    return dict(sorted(checks.items(), key=lambda one: isinstance(one[1], Check)))
