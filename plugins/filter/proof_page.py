# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: proof_page
short_description: The page of a proof as values for its template
version_added: 0.2.0
author: Nostromo (@nostromo)
description:
  - Prepares what the template of the page of C(nostromo.networking.verify) writes - the faults, the grid of sources and
    destinations with the evidence for each cell, the diagram, the rows of the matrix and all other checks.
  - Values are not escaped; the template does that.
options:
  _input:
    description: The report of M(nostromo.networking.prove).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Write the page
  ansible.builtin.template:
    src: proof.html.j2
    dest: proof.html
    mode: "0644"
  vars:
    content: "{{ proof.report | nostromo.networking.proof_page }}"
"""

RETURN = r"""
_value:
  description:
    - C(verdict), C(summary), C(total), C(time), C(date) and C(vantage_points), as on top of the page.
    - C(faults), each with its C(number), reason and evidence.
    - C(grid) with C(columns) and C(rows); C(evidence) for each of its cells.
    - C(diagram) with everything that is drawn, in SVG's user units.
    - C(rows) of the matrix, C(groups) of the other checks, and what is C(untried) by reason.
  type: dict
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleFilterError


def proof_page(report: Mapping[str, Any]) -> dict:
    """The page's content as plain data."""
    # For the first filter Ansible loads all of a collection, in each task anew: this is for those that use it.
    from ansible_collections.nostromo.networking.plugins.module_utils.proof.page import page_content

    if not isinstance(report, Mapping) or not {"checks", "rows", "system"} <= {*report}:
        raise AnsibleFilterError("The page is made of the report of nostromo.networking.prove; this is none")
    return page_content(report)


class FilterModule:
    """The filter ``proof_page``."""

    def filters(self) -> dict:
        """Filters by name."""
        return {"proof_page": proof_page}
