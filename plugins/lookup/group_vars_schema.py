# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: group_vars_schema
short_description: A JSON Schema of the group vars
version_added: 0.2.0
author: Nostromo (@nostromo)
description:
  - Makes a JSON Schema (draft-07) of the variables in C(inventories/group_vars) from the same definitions by which
    M(nostromo.networking.validate_ports) and M(nostromo.networking.validate_rate_limits) read them, for completion in
    editors and checks in CI. The playbook C(nostromo.networking.schema) writes it to a file.
  - A template may stand for any value. Variables that the schema does not know are allowed, unknown keys in them are not.
  - What depends on more than one value, such as whether a row's components exist, is left to validation.
"""

EXAMPLES = r"""
- name: Write the schema
  ansible.builtin.copy:
    content: "{{ lookup('nostromo.networking.group_vars_schema') }}"
    dest: schemas/group_vars.schema.json
    mode: "0644"
  delegate_to: localhost
"""

RETURN = r"""
_raw:
  description: The schema as JSON text.
  type: list
  elements: str
"""

from typing import Any

from ansible.plugins.lookup import LookupBase
from ansible_collections.nostromo.networking.plugins.plugin_utils.schema_file import schema_text


class LookupModule(LookupBase):
    """The lookup ``group_vars_schema``."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[str]:
        """One text, whatever is asked for."""
        return [schema_text()]
