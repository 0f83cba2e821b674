# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: routes
short_description: The routes of all sites, each with everything that is said of it
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - A list of the routes of all sites, by site and path, in which a component that stands for a route is one.
options:
  _input:
    description: The sites, as in C(network_sites).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Show what is behind the sites
  ansible.builtin.debug:
    msg: "{{ network_sites | nostromo.networking.routes | map(attribute='component') | unique }}"
"""

RETURN = r"""
_value:
  description: The routes. C(read_timeout_seconds) is null where a route has none of its own.
  type: list
  elements: dict
  sample:
    - hostname: app.example.org
      path: /api/
      component: orchestrator
      read_timeout_seconds: 10
"""

from typing import Any

from ansible.errors import AnsibleFilterError


def routes(sites: Any) -> list[dict[str, Any]]:
    """The routes as plain data."""
    # For the first filter Ansible loads all of a collection, in each task anew: this is for those that use it.
    from ..module_utils.document.kinds import MapOf
    from ..module_utils.document.sites import Route
    from ..module_utils.faults import Faults

    faults = Faults()
    found = []
    for index, site in enumerate(sites):
        read = MapOf(Route, quoted=True).read(site.get("routes"), f"network_sites[{index}].routes", faults) or {}
        found += [{"hostname": site["hostname"], "path": path, **vars(read[path])} for path in sorted(read)]
    if faults.errors:
        raise AnsibleFilterError("routes: " + "; ".join(map(str, faults.errors)))
    return found


class FilterModule:
    """Ansible's entry point."""

    def filters(self) -> dict:
        """The filter by name."""
        return {"routes": routes}
