#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: npm_package
short_description: One version of a program from npm's registry, in a directory of its own
version_added: 0.2.0
author: Nostromo (@nostromo)
description:
  - Installs a package of npm's registry with what it depends on, unless its program is there already.
  - A directory holds one version, so that an earlier one stays installed to go back to.
attributes:
  check_mode:
    description: Nothing is installed.
    support: full
  diff_mode:
    description: Says which version is installed where.
    support: full
options:
  name:
    description: Name of the package.
    type: str
    required: true
  version:
    description: Its exact version.
    type: str
    required: true
  directory:
    description: Where to install it; programs are in C(bin) there.
    type: path
    required: true
  program:
    description: The program for which the package is installed. Default is O(name).
    type: str
"""

EXAMPLES = r"""
- name: Install PM2
  nostromo.networking.npm_package:
    name: pm2
    version: 7.0.4
    directory: /opt/pm2/7.0.4
"""

RETURN = r"""
program:
  description: Where the program is.
  type: str
  returned: always
  sample: /opt/pm2/7.0.4/bin/pm2
"""

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = {
    "name": {"type": "str", "required": True},
    "version": {"type": "str", "required": True},
    "directory": {"type": "path", "required": True},
    "program": {"type": "str"},
}


def main() -> None:
    """Run npm if the program is missing; npm links it last, so that an installation that was cut off is repeated."""
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    params = module.params
    package = f"{params['name']}@{params['version']}"
    program = Path(params["directory"], "bin", params["program"] or params["name"])
    missing = not program.exists()
    if missing and not module.check_mode:
        npm = module.get_bin_path("npm", required=True)
        words = [npm, "install", "--global", "--no-audit", "--no-fund", "--prefix", params["directory"], package]
        status, out, err = module.run_command(words)
        if status or not program.exists():
            said = (err + out).strip() or f"exit status {status}"
            module.fail_json(msg=f"npm could not install {package} with {program}: {said}")
    diff = {"before": "", "after": f"{package} in {params['directory']}\n"} if missing else {}
    module.exit_json(changed=missing, program=str(program), diff=diff)


if __name__ == "__main__":
    main()
