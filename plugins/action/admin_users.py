# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs admin_users if its rehearsal finds something to do. Documented in plugins/modules/admin_users.py."""

from __future__ import annotations

from ..modules import admin_users
from ..plugin_utils.rehearsal import RehearsedModule


class ActionModule(RehearsedModule):
    """The module of this name."""

    module = admin_users
