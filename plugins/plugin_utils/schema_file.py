# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The text of the schema of the group vars."""

from __future__ import annotations

import json

from ..module_utils.document.variables import group_vars_schema


def schema_text() -> str:
    """The schema as JSON."""
    return json.dumps(group_vars_schema(), indent=2, ensure_ascii=False) + "\n"
