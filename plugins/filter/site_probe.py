# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: site_probe
short_description: What to ask a site's web server to prove the data
version_added: 0.2.0
author: Nostromo (@nostromo)
description:
  - Its ports and names, and its rate limits. Limits are left out that no site routes, or whose key clients share, for trying
    them would take from others.
options:
  _input:
    description: The data, as in C(network_proof).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: See how the site answers
  nostromo.networking.probe_site: "{{ {'address': '203.0.113.7'} | combine(network_proof | nostromo.networking.site_probe) }}"
  delegate_to: localhost
"""

RETURN = r"""
_value:
  description: Options of M(nostromo.networking.probe_site).
  type: dict
  sample:
    http_port: 80
    https_port: 443
    names: [app.nostromo.cl]
    paths: {app.nostromo.cl: [/, /api/]}
    limits: [{zone: api_limit, name: app.nostromo.cl, path: /api/, rate: 10.0, burst: 20, delayed: false}]
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleFilterError


def site_probe(data: Mapping[str, Any]) -> dict:
    """What to ask, as plain data."""
    # For the first filter Ansible loads all of a collection, in each task anew: this is for those that use it.
    from ansible_collections.nostromo.networking.plugins.module_utils.proof.declared import DeclaredError, read_declared
    from ansible_collections.nostromo.networking.plugins.module_utils.proof.plan import site_probe as plan_site_probe

    try:
        return plan_site_probe(read_declared(data))
    except DeclaredError as error:
        raise AnsibleFilterError(f"The network data has {error}") from error


class FilterModule:
    """The filter ``site_probe``."""

    def filters(self) -> dict:
        """Filters by name."""
        return {"site_probe": site_probe}
