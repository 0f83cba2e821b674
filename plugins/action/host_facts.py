# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs host_facts by a rehearsal, which is all that it takes. Documented in plugins/modules/host_facts.py."""

from __future__ import annotations

from typing import Any

from ..modules import host_facts
from ..plugin_utils.kept_connection import forget_frozen
from ..plugin_utils.rehearsal import RehearsedModule


class ActionModule(RehearsedModule):
    """The module of this name; the first that a run asks of a host, over a connection that may be an earlier run's."""

    module = host_facts
    beforehand = False  # it tells of the connection

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The module's result."""
        forget_frozen(self)
        return super().run(tmp, task_vars)
