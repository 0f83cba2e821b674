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
  - All in it belongs to root and can be read by everybody, whatever the packages' archives or the umask of C(sudo) said; a
    run that finds it otherwise puts it right.
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

import os
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.files import UnsafeError, directory
from ..module_utils.installed import astray, settle

ARGUMENTS = {
    "name": {"type": "str", "required": True},
    "version": {"type": "str", "required": True},
    "directory": {"type": "path", "required": True},
    "program": {"type": "str"},
}
#: How many paths that are astray are named.
_NAMED = 5


def install(module: AnsibleModule, program: Path) -> None:
    """Run npm, which links the program last, so that an installation that was cut off is repeated."""
    params = module.params
    package = f"{params['name']}@{params['version']}"
    npm = module.get_bin_path("npm", required=True)
    words = [npm, "install", "--global", "--no-audit", "--no-fund", "--prefix", params["directory"], package]
    status, out, err = module.run_command(words)
    if status or not program.exists():
        said = (err + out).strip() or f"exit status {status}"
        module.fail_json(msg=f"npm could not install {package} with {program}: {said}")


def changes(module: AnsibleModule) -> list[str]:
    """Do what is missing, in check mode only look for it; what it was, in words."""
    params = module.params
    place = Path(params["directory"])
    program = place / "bin" / (params["program"] or params["name"])
    missing = [f"install {params['name']}@{params['version']} in {place}"]
    if module.check_mode and not program.exists():
        return missing
    with directory(place.parent, make=True) as above:
        if not program.exists():
            install(module, program)
            settle(above, place.name)
            return missing
        found = astray(above, place.name)
        if found and not module.check_mode:
            settle(above, place.name)
    named = ", ".join(f"{place.parent}/{path}" for path in found[:_NAMED])
    return [f"give to root, and let everybody read, {len(found)} paths: {named}"] if found else []


def main() -> None:
    """Run the module."""
    os.umask(0o022)  # sudo may have been told another
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    params = module.params
    try:
        done = changes(module)
    except UnsafeError as error:
        module.fail_json(msg=f"nothing was installed: {error}")
    program = Path(params["directory"], "bin", params["program"] or params["name"])
    diff = {"before": "", "after": "".join(f"{one}\n" for one in done)} if done else {}
    module.exit_json(changed=bool(done), program=str(program), diff=diff)


if __name__ == "__main__":
    main()
