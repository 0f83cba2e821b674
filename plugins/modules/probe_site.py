#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: probe_site
short_description: See what a web site answers at an address
version_added: 0.2.0
author: Nostromo (@nostromo)
description:
  - Asks a web server at one address for each of its names, over HTTP and HTTPS, and for a name that it should not know, and
    sees which certificate it shows. Tries rate limits. It reports and does not judge.
  - Of each limit it sends as many requests as the burst admits and six more, then one at a time for about a second. Requests
    over the limit are refused by the web server. A limit with a burst of more than 243 is left out.
attributes:
  check_mode:
    description: Asks all the same, for it changes nothing.
    support: full
  diff_mode:
    description: Nothing is changed, so there is nothing to show.
    support: none
options:
  address:
    description: Where the web server is.
    type: str
    required: true
  http_port:
    description: Its port for HTTP.
    type: int
    default: 80
  https_port:
    description: Its port for HTTPS.
    type: int
    default: 443
  names:
    description: Names of the site.
    type: list
    elements: str
    required: true
  paths:
    description:
      - What to ask of a name over HTTPS besides, a list of paths for each. Before limits are tried it is waited until none
        of them counts these requests any more.
    type: dict
    default: {}
  ca_file:
    description: File with certificates (PEM) that are trusted besides the system's own.
    type: path
  limits:
    description: Rate limits to try.
    type: list
    elements: dict
    default: []
    suboptions:
      zone:
        description: The limit's name, for the result.
        type: str
        required: true
      name:
        description: The host name to ask for.
        type: str
        required: true
      path:
        description: What to request.
        type: str
        required: true
      rate:
        description: Requests a second that should pass in the long run.
        type: float
        required: true
      burst:
        description: Requests that should pass at once besides the first.
        type: int
        default: 0
      delayed:
        description: Whether requests of the burst are held back. The rate is then not measured.
        type: bool
        default: false
"""

EXAMPLES = r"""
- name: See how the site answers, and whether its API is limited
  nostromo.networking.probe_site:
    address: 203.0.113.7
    names: [app.example.org, www.example.org]
    limits:
      - {zone: api, name: app.example.org, path: /api/, rate: 10, burst: 20}
  delegate_to: localhost
  register: site
"""

RETURN = r"""
answers:
  description:
    - By name. C(paths) has an answer for each path of O(paths); these, C(http) and C(https) hold C(status) and C(location),
      or an C(error); C(certificate) the C(fingerprint) of the one shown and why it is C(distrusted) (empty if it is not), or
      an C(error).
  type: dict
  returned: always
limits:
  description:
    - By zone. How many requests were C(sent) at once and C(answered), within how many C(seconds), the C(statuses) seen and
      the C(rate) measured after that (null if it was not, C(unmeasured) says why), or an C(error).
  type: dict
  returned: always
  sample: {api: {sent: 27, answered: 21, seconds: 0.006, statuses: [404, 429], rate: 10.02, unmeasured: ""}}
"""

import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.nostromo.networking.plugins.module_utils.probe.limit import measure, recovery_seconds
from ansible_collections.nostromo.networking.plugins.module_utils.probe.site import look

LIMIT = {
    "zone": {"type": "str", "required": True},
    "name": {"type": "str", "required": True},
    "path": {"type": "str", "required": True},
    "rate": {"type": "float", "required": True},
    "burst": {"type": "int", "default": 0},
    "delayed": {"type": "bool", "default": False},
}


def main() -> None:
    """Ask."""
    module = AnsibleModule(
        {
            "address": {"type": "str", "required": True},
            "http_port": {"type": "int", "default": 80},
            "https_port": {"type": "int", "default": 443},
            "names": {"type": "list", "elements": "str", "required": True},
            "paths": {"type": "dict", "default": {}},
            "ca_file": {"type": "path"},
            "limits": {"type": "list", "elements": "dict", "default": [], "options": LIMIT},
        },
        supports_check_mode=True,
    )
    params = module.params
    address, https_port = params["address"], params["https_port"]
    try:
        answers = look(params["names"], address, params["http_port"], https_port, params["ca_file"], params["paths"])
    except OSError as error:
        module.fail_json(msg=f"ca_file: {params['ca_file']}: {error}")
    rates = {limit["path"]: limit["rate"] for limit in params["limits"]}
    time.sleep(recovery_seconds(params["paths"].values(), rates))
    limits = {}
    for limit in params["limits"]:
        zone, name, path = limit.pop("zone"), limit.pop("name"), limit.pop("path")
        limits[zone] = measure(name, address, https_port, path, **limit)
    module.exit_json(changed=False, answers=answers, limits=limits)


if __name__ == "__main__":
    main()
