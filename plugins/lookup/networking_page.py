# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: networking_page
short_description: The content of the networking page
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Prepares what the template C(networking.md.j2) of the playbook C(nostromo.networking.document) writes, in the page's language,
    from the variables of the networking document. Placeholders in the data stay on the page.
options:
  language:
    description:
      - Language of the page; empty for C(network_document_language). What the data say is shown as it stands, or as
        C(network_document_translations) has it.
    type: str
    default: ''
    choices: ['', es, en]
  mask:
    description: Whether addresses are left out, so that the page can be shown to anybody.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Show the rows of the inbound table in English
  ansible.builtin.debug:
    msg: "{{ (query('nostromo.networking.networking_page', language='en') | first).flows.inbound }}"
"""

RETURN = r"""
_raw:
  description: What the template names; C(t) holds the page's texts.
  type: list
  elements: dict
"""

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import MatrixError
from ansible_collections.nostromo.networking.plugins.module_utils.page.page import Page
from ansible_collections.nostromo.networking.plugins.plugin_utils.network import Network


class LookupModule(LookupBase):
    """The lookup ``networking_page``."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[dict[str, Any]]:
        """The page of the one environment of the run."""
        self.set_options(var_options=variables, direct=kwargs)
        data = Network.of_run(self._templar, variables or {}).page()
        try:
            return [Page(data, self.get_option("language") or data["language"], self.get_option("mask")).content()]
        except MatrixError as error:
            raise AnsibleLookupError(f"The network matrix has {error}") from error
