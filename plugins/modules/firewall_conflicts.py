#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: firewall_conflicts
short_description: Fail when something else filters or turns packets on the host
version_added: 0.1.0
author: Nostromo (@nostromo)
description:
  - Looks for ufw, firewalld, the distribution's nftables unit and foreign nftables tables that drop by default.
  - Looks for Docker, and for tables that give packets another destination (DNAT), which then pass by every rule for what
    comes in.
  - What one table accepts another can still drop, so two firewalls on one host enforce neither's rules.
extends_documentation_fragment: nostromo.networking.read_only
options:
  table:
    description: Name of the own table (family C(inet)).
    type: str
    required: true
  tolerated:
    description:
      - What may stay - V(ufw), V(firewalld), V(nftables), V(docker), or a table as V(inet NAME).
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Refuse to run beside another firewall
  nostromo.networking.firewall_conflicts:
    table: nostromo
"""

RETURN = r"""
conflicts:
  description: What stands in the way, a sentence each.
  type: list
  elements: str
  returned: failure
"""

import json
import re
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.nostromo.networking.plugins.module_utils.conflicts import refusal, standing
from ansible_collections.nostromo.networking.plugins.module_utils.firewall_conflicts import (
    Foreign,
    conflicts,
    foreign_tables,
)

ARGUMENTS = {
    "table": {"type": "str", "required": True},
    "tolerated": {"type": "list", "elements": "str", "default": []},
}


def active_services(module: AnsibleModule) -> list[str]:
    """The firewall services that are in effect."""
    units = ("firewalld", "nftables", "docker")
    _status, out, _err = module.run_command(["systemctl", "is-active", *(f"{unit}.service" for unit in units)])
    found = [name for name, state in zip(units, out.split(), strict=False) if state == "active"]
    ufw = Path("/etc/ufw/ufw.conf")
    if ufw.exists() and re.search(r"^ENABLED=yes", ufw.read_text(encoding="utf-8"), re.MULTILINE):
        found.append("ufw")
    return found


def tables(module: AnsibleModule, own: str) -> dict[str, Foreign]:
    """The foreign tables that decide over packets, and how; none where nft is not installed yet."""
    nft = module.get_bin_path("nft")
    if nft is None:
        return {}
    _status, out, _err = module.run_command([nft, "-j", "list", "ruleset"], check_rc=True)
    return foreign_tables(json.loads(out), own)


def main() -> None:
    """Run the module."""
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    found = conflicts(active_services(module), tables(module, module.params["table"]))
    found = standing(found, module.params["tolerated"])
    if found:
        what = "Something else filters or turns packets on this host"
        module.fail_json(msg=refusal(what, found, "firewall_tolerated"), conflicts=list(found.values()))
    module.exit_json(changed=False)


if __name__ == "__main__":
    main()
