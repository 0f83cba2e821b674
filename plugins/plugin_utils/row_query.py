# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Select rows with JMESPath."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail

try:
    import jmespath
except ImportError:
    jmespath = None


def select(rows: list[dict[str, Any]], query: str) -> Any:
    """What a JMESPath expression finds.

    :raises AnsibleActionFail: the expression is wrong, or the controller has no JMESPath.
    """
    if jmespath is None:
        raise AnsibleActionFail("A query needs the Python package jmespath on the controller: pip install jmespath")
    try:
        return jmespath.search(query, rows)
    except jmespath.exceptions.JMESPathError as error:
        raise AnsibleActionFail(f"The query is not valid JMESPath: {error}") from error
