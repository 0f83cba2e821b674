#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudflare_ranges
short_description: Ask Cloudflare for its address ranges
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Asks Cloudflare's API for its ranges (C(GET /ips)), for which no token is needed, and returns a file of variables with
    C(network_cloudflare_ranges) that holds them. The playbook C(cloudflare_ranges.yml) writes it.
  - Where a file is there that has the same ranges, it is returned as it is, unless it is more than 30 days old; then with the
    date of today, which C(validate) looks at.
  - Refuses an answer without IPv4 or IPv6 ranges, with less than half of the addresses that the file has, with networks that
    are not of the public internet or wider than any of Cloudflare's, and a file that holds anything else.
  - Runs on the controller; no host is contacted.
attributes:
  check_mode:
    description: Only reads, and so is the same.
    support: full
  diff_mode:
    description: Shows none; what writes the text does.
    support: none
options:
  file:
    description: The file that is held, on the controller. It may be missing.
    type: path
    required: true
  api_url:
    description: Where the API is.
    type: str
    default: https://api.cloudflare.com/client/v4
"""

EXAMPLES = r"""
- name: Ask Cloudflare for its ranges
  nostromo.networking.cloudflare_ranges:
    file: inventories/group_vars/all/cloudflare_ranges.yml
  delegate_to: localhost
  register: ranges
"""

RETURN = r"""
text:
  description: The file as it should be.
  type: str
  returned: success
"""
