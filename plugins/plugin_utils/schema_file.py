# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The text of the schema of the group vars, from the definitions of this collection."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from ..module_utils.schema.group_vars import group_vars_schema
from ..module_utils.schema.options import Options

_COLLECTION = Path(__file__).parents[2]


def schema_text() -> str:
    """The schema as JSON."""
    roles = {role: _role_options(role) for role in ("letsencrypt", "postgresql")}
    return json.dumps(group_vars_schema(roles, _service_options()), indent=2, ensure_ascii=False) + "\n"


def _role_options(role: str) -> Options:
    file = _COLLECTION / "roles" / role / "meta" / "argument_specs.yml"
    options: Options = yaml.safe_load(file.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    return options


def _service_options() -> Options:
    from ..modules.pm2_service import DOCUMENTATION

    options: Options = yaml.safe_load(DOCUMENTATION)["options"]
    return options
