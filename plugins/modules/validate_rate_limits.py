#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: validate_rate_limits
short_description: Check Nginx's request limits before any host is touched
version_added: 0.1.0
author: Nostromo (@nostromo)
description:
  - Checks request limits more strictly than Nginx itself, which accepts a rate without unit, one that overflows and
    then limits nothing, and a burst that queues nothing. Every fault is reported at once.
  - Returns what the numbers mean - how many clients fit, how many requests are admitted at once, how long they queue.
  - Nothing is changed. Runs on the controller, whatever host the task is for.
extends_documentation_fragment: nostromo.networking.read_only
options:
  # script/generate: options rate_limit.arguments.DOCUMENTED
  rate_limits:
    type: raw
    description: Request limits of Nginx by their zone (limit_req_zone, limit_req). As C(network_rate_limits).
    required: true
  sites:
    type: raw
    description: Every host name that Nginx serves; a request for any other is refused. As C(network_sites).
    default: []
  # end
  directives:
    description:
      - Directives that are added to Nginx's http block as they stand; limits in them are looked at too.
    type: list
    elements: str
    default: []
  variables:
    description:
      - Variables that such directives define (C(map), C(geo)) and that a key may name, without C($).
    type: list
    elements: str
    default: []
  dns_proxied:
    description:
      - Whether Cloudflare stands in front.
    type: bool
    default: false
  client_address_restored:
    description:
      - Whether Nginx takes the client's address from the proxy in front.
    type: bool
    default: false
  slow_response_ms:
    description:
      - The response time at which an alert is raised, in milliseconds.
    type: int
    default: 1000
  proxy_timeout_seconds:
    description:
      - How long Nginx waits for an application.
    type: int
    default: 60
"""

EXAMPLES = r"""
- name: Check the request limits
  nostromo.networking.validate_rate_limits:
    rate_limits: "{{ network_rate_limits }}"
    sites: "{{ network_sites }}"
    dns_proxied: "{{ network_dns.proxied }}"
    client_address_restored: "{{ network_client_address.zone | length > 0 }}"
  run_once: true
  register: limits

- name: Tell how many clients each zone remembers
  ansible.builtin.debug:
    msg: "{{ limits.rate_limits | dict2items | map(attribute='value.clients') }}"
"""

RETURN = r"""
rate_limits:
  description: The limits by zone, with what their numbers mean.
  returned: success
  type: dict
  contains:
    key:
      description: What tells clients apart.
      type: str
    location:
      description: Where the limit applies.
      type: str
    size_bytes:
      description: Size of the zone.
      type: int
    rate_per_second:
      description: Sustained rate of each client.
      type: float
    burst:
      description: Requests beyond the rate that are admitted.
      type: int
    nodelay:
      description: Whether all of these are answered at once.
      type: bool
    delay:
      description: How many of these are answered at once, unless all are.
      type: int
    clients:
      description: How many clients the zone remembers.
      type: int
    admitted_requests:
      description: How many simultaneous requests of one client are not refused.
      type: int
    immediate_requests:
      description: How many of these do not queue.
      type: int
    longest_delay_ms:
      description: How long the last of them queues, in milliseconds.
      type: int
  sample:
    api_limit:
      {key: $binary_remote_addr, location: /api/, size_bytes: 10485760, rate_per_second: 10.0, burst: 20, nodelay: true,
       delay: 0, clients: 81375, admitted_requests: 21, immediate_requests: 21, longest_delay_ms: 0}
faults:
  description: All faults; empty on success.
  returned: always
  type: list
  elements: dict
  contains:
    path:
      description: Where it is in the variables.
      type: str
      sample: network_rate_limits.api_limit.rate
    value:
      description: What stands there.
      type: raw
      sample: "10"
    reason:
      description: What is wrong.
      type: str
      sample: '"10" has no unit'
    remedy:
      description: What would be right.
      type: str
      sample: write 10r/s or 10r/m
    severity:
      description: C(error) or C(warning).
      type: str
      sample: error
doubts:
  description: All warnings, in the form of RV(faults).
  returned: always
  type: list
  elements: dict
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.rate_limit.arguments import ARGUMENTS, outcome


def main() -> None:
    """Check and tell."""
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    told = outcome(module.params)
    if told.pop("failed", False):
        module.fail_json(**told)
    module.exit_json(**told)


if __name__ == "__main__":
    main()
