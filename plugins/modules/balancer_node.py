#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: balancer_node
short_description: Take a node of a component out of a balancer without a request being lost, and readmit it
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Tells the balancer of the role balancer, which is on this host, to send a node no more requests, and waits for those
    that the node has; or to send it requests again, and waits until it is well.
  - The last node that takes requests is left in.
  - It lasts until the balancer is reloaded or restarted. Runs as root.
attributes:
  check_mode:
    description: Nothing is asked and nothing is changed.
    support: full
  diff_mode:
    description: There are no contents to compare.
    support: none
options:
  component:
    description: The component, as the matrix calls it.
    type: str
    required: true
  node:
    description: The host whose node it is.
    type: str
    required: true
  state:
    description: Whether it gets requests.
    type: str
    choices: [drained, ready]
    required: true
  timeout:
    description:
      - How long to wait, in seconds. After it the task fails; a node that still has requests goes on, and one that is not well
        gets requests as soon as it is.
    type: int
    default: 30
seealso:
  - module: nostromo.networking.pm2_service
"""

EXAMPLES = r"""
- name: Send the first node no more requests
  nostromo.networking.balancer_node:
    component: api
    node: app1
    state: drained
  delegate_to: front
"""

RETURN = r"""#"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.haproxy.admin import AdminError
from ..module_utils.haproxy.drain import drain, readmit

CHANGES = {"drained": drain, "ready": readmit}


def main() -> None:
    """Run the module."""
    arguments = {
        "component": {"type": "str", "required": True},
        "node": {"type": "str", "required": True},
        "state": {"type": "str", "choices": list(CHANGES), "required": True},
        "timeout": {"type": "int", "default": 30},
    }
    module = AnsibleModule(argument_spec=arguments, supports_check_mode=True)
    told = module.params
    if module.check_mode:
        module.exit_json(changed=False)
    try:
        changed = CHANGES[told["state"]](told["component"], told["node"], told["timeout"])
    except AdminError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=changed)


if __name__ == "__main__":
    main()
