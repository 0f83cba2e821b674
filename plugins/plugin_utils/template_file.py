# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Render a template file on the controller, as ansible.builtin.template does.

The lookup of that name does the same, but copies every variable of the host for each file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.plugins.action import ActionBase
from ansible.template import trust_as_template


def render(action: ActionBase, name: str, task_vars: Mapping[str, Any]) -> str:
    """The file that comes out. Includes are looked for beside the template.

    :raises AnsibleError: there is no such template, or it cannot be rendered.
    """
    path = Path(action._find_needle("templates", name))
    text = trust_as_template(action._loader.get_text_file_contents(str(path)))
    variables = {"ansible_managed": constants.DEFAULT_MANAGED_STR, **task_vars}
    templar = action._templar.copy_with_new_env(searchpath=[str(path.parent)], available_variables=variables)
    return str(templar.template(text, escape_backslashes=False))
