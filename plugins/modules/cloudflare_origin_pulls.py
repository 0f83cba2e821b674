#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudflare_origin_pulls
short_description: Have Cloudflare show the server a certificate
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Authenticated origin pulls with a certificate of one's own, as C(network_cloudflare.origin_pulls) has it. Brings the
    certificate and its key to the zone where no certificate with the same fingerprint is there, and switches origin pulls on;
    with C(mode=disabled), off. Without C(origin_pulls) nothing is asked.
  - When that certificate is in use, the zone's others for origin pulls are deleted, since Cloudflare wants one alone to be
    active. Those of hostnames are left alone.
  - Origin pulls are switched off, and another certificate takes the place of one that is in use, only where Nginx on the host
    does not demand a certificate (any more), for which the host is asked.
  - The token needs the permission C(Zone > SSL and Certificates > Edit). Token and key are in no output.
  - Runs on the controller. Asks the API three times when there is nothing to change.
attributes:
  check_mode:
    description: Reads, and changes nothing.
    support: full
  diff_mode:
    description: Shows what is done, in words.
    support: full
options:
  prove:
    description:
      - Change nothing, and fail where C(mode=required) and Cloudflare does not show the certificate at every request. Before
        Nginx is set up.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Prove that Cloudflare shows its certificate before Nginx demands it
  nostromo.networking.cloudflare_origin_pulls:
    prove: true

- name: Have Cloudflare show its certificate
  nostromo.networking.cloudflare_origin_pulls:
"""

RETURN = r"""
"""
