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
    return render_file(action._find_needle("templates", name), action._loader, action._templar, task_vars)


def render_file(file: str, loader: Any, templar: Any, variables: Mapping[str, Any]) -> str:
    """The same of a template that has been found, with Ansible's ``loader`` and ``templar``."""
    text = trust_as_template(loader.get_text_file_contents(file))
    known = {"ansible_managed": constants.DEFAULT_MANAGED_STR, **variables}
    own = templar.copy_with_new_env(searchpath=[str(Path(file).parent)], available_variables=known)
    return str(own.template(text, escape_backslashes=False))
