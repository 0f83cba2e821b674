# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs validate_ports within Ansible itself. Documented in plugins/modules/validate_ports.py."""

from __future__ import annotations

from typing import Any

from ..module_utils.matrix.arguments import ARGUMENTS, outcome
from ..plugin_utils.controller_check import ControllerCheck
from ..plugin_utils.environment import Environment
from ..plugin_utils.network import Network


class ActionModule(ControllerCheck):
    """The check of the module of this name."""

    arguments = ARGUMENTS
    outcome = staticmethod(outcome)

    def complete(self, given: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        """With the document's matrix, where no other is given."""
        if given["matrix"] is not None:
            return given
        return {**given, "matrix": Network(Environment(self._templar, variables)).data}
