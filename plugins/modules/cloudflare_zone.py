#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudflare_zone
short_description: Make a zone at Cloudflare what the document says
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Reads the zone C(network_domain) at Cloudflare, compares it with C(network_dns) and changes what differs - all records
    in one call that is done as a whole or not at all, and the settings that the data have. Settings that they do not have
    are not touched.
  - A record is the collection's by its comment, which begins with C(nostromo.networking:), or with C(nostromo.networking
    NAME:) where C(network_environment) has a name. Such records are changed, and deleted when the data no longer have them.
    A record that was made by hand is marked where it is equal, and otherwise refused where it stands in the way of the
    data's, until C(network_cloudflare.take_over) names it. All others are left alone.
  - Everything is judged before the first change, and the zone as it was is kept in a file. Changes are sent once; after one
    of which nobody knows whether it was made the zone is read and planned anew.
  - Always Use HTTPS and Strict Transport Security are switched on last, and behind C(ssl_mode=strict) only when the server
    shows a valid certificate for each proxied name; until then they are held back, with a warning.
  - Takes everything else from the variables of the document; the token (C(network_cloudflare.token)) is in no output.
  - Runs on the controller, once for each environment; no host is contacted but the one that Cloudflare stands in front of,
    for its certificate. Asks the API four times when there is nothing to change.
attributes:
  check_mode:
    description: Plans without changing anything.
    support: full
  diff_mode:
    description: Shows one table of records and settings, each as it is and as it will be, and the records that are left alone.
    support: full
options:
  backups:
    description: Directory for the files with the zone as it was, on the controller.
    type: path
    default: cloudflare-before
  import:
    description: Print the zone as C(network_dns) instead, to begin with one that is there already. Changes nothing.
    type: bool
    default: false
  listed:
    description: The zones of C(network_domain) as M(nostromo.networking.cloudflare_zones) found them; by default asked for.
    type: list
    elements: dict
  restore:
    description:
      - A file of O(backups). Its records and settings are brought back instead, and records that carry the collection's mark
        and are not in it are deleted. What others have made or changed since stays.
    type: path
"""

EXAMPLES = r"""
- name: Make Cloudflare obey
  nostromo.networking.cloudflare_zone:
  run_once: true

- name: Return to the zone as it was
  nostromo.networking.cloudflare_zone:
    restore: cloudflare-before/example.org-20261127T120000Z.json
  run_once: true
"""

RETURN = r"""
requests:
  description: How many requests were made to the API.
  type: int
  returned: success
backup:
  description: The file with the zone as it was; empty where nothing was changed.
  type: str
  returned: when the zone is made to obey
held_back:
  description: Which settings wait, and why; empty where none does.
  type: str
  returned: when the zone is made to obey
network_dns:
  description: The zone as data.
  type: dict
  returned: when O(import) is set
"""
