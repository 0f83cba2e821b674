#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: nginx_conflicts
short_description: Fail when taking over nginx would take down somebody's site
version_added: 0.2.0
author: Nostromo (@nostromo)
description:
  - Looks for what an C(nginx.conf) serves that the role C(nginx) has not written yet - files in C(sites-enabled) and C(conf.d),
    and blocks C(server), C(stream) or C(mail) of its own. The role's C(nginx.conf) includes none of them.
extends_documentation_fragment: nostromo.networking.read_only
options:
  directory:
    description: Where nginx's configuration lies.
    type: path
    default: /etc/nginx
  tolerated:
    description: What may go out of service, by its path in O(directory), such as V(sites-enabled/blog) or V(nginx.conf).
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Refuse to take down somebody's site
  nostromo.networking.nginx_conflicts:
    tolerated: [sites-enabled/blog]
"""

RETURN = r"""
conflicts:
  description: What would go out of service.
  type: list
  elements: str
  returned: failure
  sample: [sites-enabled/blog]
"""

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.conflicts import refusal, standing
from ..module_utils.nginx_conflicts import INCLUDED, MAIN, going

ARGUMENTS = {
    "directory": {"type": "path", "default": "/etc/nginx"},
    "tolerated": {"type": "list", "elements": "str", "default": []},
}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    place = Path(module.params["directory"])
    text = (place / MAIN).read_text(encoding="utf-8", errors="replace") if (place / MAIN).is_file() else ""
    included = [str(path.relative_to(place)) for name, files in INCLUDED.items() for path in (place / name).glob(files)]
    found = standing(going(text, included), module.params["tolerated"])
    if found:
        what = f"In {place}, this nginx serves what is not the role's, and what would go out of service"
        remedy = "Move it to another host, or declare it among nginx_sites."
        module.fail_json(msg=refusal(what, found, "nginx_tolerated", remedy), conflicts=list(found))
    module.exit_json(changed=False)


if __name__ == "__main__":
    main()
