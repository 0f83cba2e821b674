#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudflare_zones
short_description: Look the zones of several domains up at once
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Lists the zones that the tokens of a play's hosts may see, once for each token, in place of a request for each of their
    domains. For M(nostromo.networking.cloudflare_zone), of several environments in one run.
  - Runs on the controller, where it takes the variables of the document. What cannot be listed is left out.
extends_documentation_fragment: nostromo.networking.read_only
options: {}
"""

EXAMPLES = r"""
- name: Look all zones up at once
  nostromo.networking.cloudflare_zones:
  run_once: true
  register: zones

- name: Make each zone what the document says
  nostromo.networking.cloudflare_zone:
    listed: "{{ zones.hosts[inventory_hostname] | default(omit) }}"
"""

RETURN = r"""
hosts:
  description: Host to the zones of its C(network_domain), each with its C(id) and C(name).
  type: dict
  returned: success
"""
