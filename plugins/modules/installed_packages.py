#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: installed_packages
short_description: Learn the names of the Debian packages that are installed
version_added: 0.1.0
author: Nostromo (@nostromo)
description:
  - Asks C(dpkg) for the names of all packages that are installed, so that C(apt) need only be run when one is missing.
  - In place of M(ansible.builtin.package_facts) where names suffice. That one needs C(python3-apt) on the host, takes a
    second and leaves thousands of facts, which Ansible copies for every template.
attributes:
  check_mode:
    description: Only looks.
    support: full
  diff_mode:
    description: Nothing is changed, so there is nothing to show.
    support: none
seealso:
  - module: ansible.builtin.package_facts
"""

EXAMPLES = r"""
- name: Learn which packages are installed
  nostromo.networking.installed_packages:
  when: ansible_facts['installed_packages'] is not defined

- name: Install jq
  ansible.builtin.apt:
    name: jq
  when: "'jq' not in ansible_facts['installed_packages']"
"""

RETURN = r"""
ansible_facts:
  description: Facts to add.
  returned: always
  type: dict
  contains:
    installed_packages:
      description: Names of the packages that are installed completely, without their architecture, sorted.
      returned: always
      type: list
      elements: str
      sample: [adduser, apt, nginx]
"""

from ansible.module_utils.basic import AnsibleModule

FORMAT = "${db:Status-Status} ${Package}\n"


def installed(listing: str) -> list[str]:
    """The names in what dpkg-query prints as FORMAT; not those of packages that were removed or only half installed."""
    rows = (line.partition(" ") for line in listing.splitlines())
    return sorted({name for status, _separator, name in rows if status == "installed"})


def main() -> None:
    """Ask dpkg."""
    module = AnsibleModule(argument_spec={}, supports_check_mode=True)
    program = module.get_bin_path("dpkg-query", required=True)
    _status, listing, _errors = module.run_command([program, "--show", f"--showformat={FORMAT}"], check_rc=True)
    module.exit_json(changed=False, ansible_facts={"installed_packages": installed(listing)})


if __name__ == "__main__":
    main()
