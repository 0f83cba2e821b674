# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs npm_package if its rehearsal finds something to do. Documented in plugins/modules/npm_package.py."""

from __future__ import annotations

from typing import Any

from ..modules import npm_package
from ..plugin_utils.shipping import Receiving


class ActionModule(Receiving):
    """The module of this name, with the archive of another host if that is given."""

    module = npm_package

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The module's result."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        if not arguments.get("shipped"):
            return {**result, **self.perform(arguments, task_vars or {})}
        return {**result, **self.receive(arguments, task_vars or {})}
