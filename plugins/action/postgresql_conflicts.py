# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs postgresql_conflicts if its rehearsal finds something to do. Documented in plugins/modules/postgresql_conflicts.py."""

from __future__ import annotations

from ..modules import postgresql_conflicts
from ..plugin_utils.rehearsal import RehearsedModule


class ActionModule(RehearsedModule):
    """The module of this name."""

    module = postgresql_conflicts
