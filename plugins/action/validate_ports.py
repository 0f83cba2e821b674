# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs validate_ports within Ansible itself. Documented in plugins/modules/validate_ports.py."""

from __future__ import annotations

from ..module_utils.matrix.arguments import ARGUMENTS, outcome
from ..plugin_utils.controller_check import ControllerCheck


class ActionModule(ControllerCheck):
    """The check of the module of this name."""

    arguments = ARGUMENTS
    outcome = staticmethod(outcome)
