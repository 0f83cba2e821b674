# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: log_format
short_description: The format of the access log as directives of nginx
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Defines the format of the access log, one JSON object a line. What reads the log for monitoring is made from the same list of
    fields.
options:
  _input:
    description: The name of the format.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show the format
  ansible.builtin.debug:
    msg: "{{ 'nostromo' | nostromo.networking.log_format }}"
"""

RETURN = r"""
_value:
  description: The directives, for the block http.
  type: str
"""

from ansible.errors import AnsibleFilterError


def log_format(name: str) -> str:
    """The directives that define the format."""
    # For the first filter Ansible loads all of a collection, in each task anew: this is for those that use it.
    from ansible_collections.nostromo.networking.plugins.module_utils.nginx.access_log import log_format as directives
    from ansible_collections.nostromo.networking.plugins.module_utils.quoting.characters import UnquotableError

    try:
        return directives(name)
    except UnquotableError as error:
        raise AnsibleFilterError(f"This cannot be the name of a log's format: {error}") from error


class FilterModule:
    """The filter ``log_format``."""

    def filters(self) -> dict:
        """Filters by name."""
        return {"log_format": log_format}
