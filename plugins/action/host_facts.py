# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs host_facts by a rehearsal, which is all that it takes. Documented in plugins/modules/host_facts.py."""

from __future__ import annotations

from ..modules import host_facts
from ..plugin_utils.rehearsal import RehearsedModule


class ActionModule(RehearsedModule):
    """The module of this name."""

    module = host_facts
