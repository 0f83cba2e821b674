# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: networking_page
short_description: The networking page as values for its template
version_added: 0.1.0
author: Nostromo (@nostromo)
description:
  - Prepares what the template of C(nostromo.networking.document) writes - rows of tables, the diagram and the texts of the page,
    in one language.
  - Placeholders in the data stay on the page.
positional: language, mask
options:
  _input:
    description:
      - The data - C(matrix), C(sites), C(rate_limits), C(dns), C(certificate), C(ssh), C(monitoring), C(external_address),
        C(domain), and, of the page itself, C(title), C(zones), C(history) and C(translations).
    type: dict
    required: true
  language:
    description: Language of the page.
    type: str
    choices: [es, en]
    default: en
  mask:
    description: Whether addresses are replaced by words in capitals.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Show the rows of the inbound table in English
  ansible.builtin.debug:
    msg: "{{ (network_document | nostromo.networking.networking_page('en')).flows.inbound }}"
"""

RETURN = r"""
_value:
  description: What the template names; C(t) holds the page's texts.
  type: dict
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleFilterError


def networking_page(data: Mapping[str, Any], language: str = "en", mask: bool = True) -> dict:
    """The page's content as plain data."""
    # For the first filter Ansible loads all of a collection, in each task anew: this is for those that use it.
    from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import MatrixError
    from ansible_collections.nostromo.networking.plugins.module_utils.page.page import Page
    from ansible_collections.nostromo.networking.plugins.module_utils.page.phrases import LANGUAGES

    if language not in LANGUAGES:
        raise AnsibleFilterError(
            f"The page is not written in {language!r}; use language={' or language='.join(LANGUAGES)}"
        )
    try:
        return Page(data, language, mask).content()
    except MatrixError as error:
        raise AnsibleFilterError(f"The network matrix is not valid:\n{error}") from error


class FilterModule:
    """The filter ``networking_page``."""

    def filters(self) -> dict:
        """Filters by name."""
        return {"networking_page": networking_page}
