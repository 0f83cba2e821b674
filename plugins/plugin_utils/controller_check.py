# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A check of data, made by the controller itself: it needs no host and no Python started for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from ansible.plugins.action import ActionBase


class ControllerCheck(ActionBase):
    """Calls ``outcome`` with the task's arguments, as the module of the same name would."""

    _requires_connection = False
    supports_check_mode = True

    arguments: ClassVar[dict[str, dict[str, Any]]]
    outcome: ClassVar[Callable[[Mapping[str, Any]], dict[str, Any]]]

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The module's result."""
        result = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(argument_spec=self.arguments)
        told = type(self).outcome(self.complete(args, task_vars or {}))
        for warning in told.pop("warnings"):
            self._display.warning(warning)
        return {**result, **told}

    def complete(self, given: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        """The task's arguments with what they leave to the host's variables."""
        return given
