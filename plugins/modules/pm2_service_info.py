#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: pm2_service_info
short_description: Which releases of a service there are, and who deployed which when
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Tells of a service that M(nostromo.networking.pm2_service) deploys which releases the host keeps, which of them serves, and
    its last 200 deployments. Runs as root.
extends_documentation_fragment:
  - nostromo.networking.read_only
options:
  name:
    description: Name of the service.
    type: str
    required: true
  directory:
    description: Where the releases are. Default is C(/srv/NAME).
    type: path
seealso:
  - module: nostromo.networking.pm2_service
"""

EXAMPLES = r"""
- name: Learn who deployed the API when
  nostromo.networking.pm2_service_info:
    name: api
  register: api
"""

RETURN = r"""
current:
  description: The release that C(current) leads to; empty if there is none.
  type: str
  returned: always
  sample: 4f1c0d2a9b3e-7d10aa
releases:
  description:
    - The releases that are kept, the newest first, each with its C(name) and when it was C(built), in seconds since the epoch.
  type: list
  elements: dict
  returned: always
deployments:
  description:
    - The deployments, the oldest first, each with its C(time) (UTC), C(by) whom it was made, the C(release), its C(source), the
      C(reasons) and the C(outcome), which is C(serves) or says what went wrong.
  type: list
  elements: dict
  returned: always
text:
  description: The deployments in words, a line each.
  type: list
  elements: str
  returned: always
"""

from dataclasses import asdict

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.release.history import History
from ..module_utils.release.store import Store


def main() -> None:
    """Run the module."""
    arguments = {"name": {"type": "str", "required": True}, "directory": {"type": "path"}}
    module = AnsibleModule(argument_spec=arguments, supports_check_mode=True)
    place = module.params["directory"] or f"/srv/{module.params['name']}"
    store, deployments = Store(place, (0, 0), 0), History(place).entries()
    module.exit_json(
        changed=False,
        current=store.current() or "",
        releases=[{"name": name, "built": built} for name, built in sorted(store.complete(), key=lambda one: -one[1])],
        deployments=[asdict(one) for one in deployments],
        text=[str(one) for one in deployments],
    )


if __name__ == "__main__":
    main()
