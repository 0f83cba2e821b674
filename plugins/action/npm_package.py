# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs npm_package if its rehearsal finds something to do. Documented in plugins/modules/npm_package.py."""

from __future__ import annotations

from ..modules import npm_package
from ..plugin_utils.rehearsal import RehearsedModule


class ActionModule(RehearsedModule):
    """The module of this name."""

    module = npm_package
