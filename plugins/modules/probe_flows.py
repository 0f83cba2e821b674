#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: probe_flows
short_description: Try many connections at once from a host
version_added: 0.2.0
author: Nostromo (@nostromo)
description:
  - Tries TCP connections and UDP datagrams from the host it runs on, hundreds at the same time, each as the user that it is
    tried for, and reports what became of each. It does not judge.
  - No data is sent over TCP. A datagram to port 53 or 123 is a question that a server of DNS or NTP answers, to any other
    port it is empty.
requirements:
  - To try as other users it has to run as root.
attributes:
  check_mode:
    description: Tries the connections all the same, for it changes nothing.
    support: full
  diff_mode:
    description: Nothing is changed, so there is nothing to show.
    support: none
options:
  probes:
    description: The connections.
    type: list
    elements: dict
    required: true
    suboptions:
      address:
        description: Address or name of the far end. A name is tried once in each address family that it has.
        type: str
        required: true
      port:
        description: The port there.
        type: int
        required: true
      protocol:
        description: Transport protocol.
        type: str
        choices: [tcp, udp]
        default: tcp
      user:
        description: Who connects; by default the user that the module runs as.
        type: str
        default: ""
  timeout_seconds:
    description: How long to wait for answers, for all of up to 400 connections together.
    type: float
    default: 2.5
"""

EXAMPLES = r"""
- name: Try whether the frontend's user can open the database, and a name server
  nostromo.networking.probe_flows:
    probes:
      - {address: 127.0.0.1, port: 5432, user: sevastopol}
      - {address: 192.0.2.53, port: 53, protocol: udp}
  become: true
  register: tried

- name: The database has to be out of its reach
  ansible.builtin.assert:
    that: tried.results[0][0].outcome == 'refused'
"""

RETURN = r"""
results:
  description:
    - For each probe, in their order, a list of what was seen; one entry, or for a name one of each address family.
    - C(outcome) is C(open) (for UDP, answered), C(refused), C(filtered) (no answer; for UDP this may also mean that it
      arrived), C(rejected) (prohibited by this host's firewall or a router), C(unroutable) or C(error).
    - C(local) and C(peer) are the addresses between which it was tried, C(detail) is the system's error.
  type: list
  elements: list
  returned: always
  sample: [[{outcome: refused, local: 127.0.0.1, peer: 127.0.0.1, detail: ECONNREFUSED}]]
seconds:
  description: How long all of it took.
  type: float
  returned: always
"""

import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.nostromo.networking.plugins.module_utils.probe.connect import Attempt, attempt_all

PROBE = {
    "address": {"type": "str", "required": True},
    "port": {"type": "int", "required": True},
    "protocol": {"type": "str", "choices": ["tcp", "udp"], "default": "tcp"},
    "user": {"type": "str", "default": ""},
}


def main() -> None:
    """Try them."""
    module = AnsibleModule(
        {
            "probes": {"type": "list", "elements": "dict", "required": True, "options": PROBE},
            "timeout_seconds": {"type": "float", "default": 2.5},
        },
        supports_check_mode=True,
    )
    began = time.monotonic()
    try:
        attempts = [Attempt(**probe) for probe in module.params["probes"]]
        found = attempt_all(attempts, module.params["timeout_seconds"])
    except (OverflowError, PermissionError) as error:
        module.fail_json(msg=f"cannot try the connections: {error}; a port is 0 to 65535, and other users need root")
    results = [[outcome._asdict() for outcome in outcomes] for outcomes in found]
    module.exit_json(changed=False, results=results, seconds=round(time.monotonic() - began, 3))


if __name__ == "__main__":
    main()
