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
  shipped:
    description:
      - Take it from another host that has installed it, without npm. Without O(shipped.archive) nothing is installed;
        RV(upload_needed) then says whether the archive is needed.
    type: dict
    version_added: 0.4.0
    suboptions:
      host:
        description: The host that has installed it.
        type: str
        required: true
      archive:
        description: Its O(directory) on the controller, as M(nostromo.networking.directory_archive) fetches it.
        type: path
      sha256:
        description: SHA-256 of the archive.
        type: str
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
upload_needed:
  description: Whether the archive of the host that has installed it is needed.
  type: bool
  returned: with O(shipped)
"""

import os
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.files import Directory, UnsafeError, directory
from ..module_utils.installed import astray, settle
from ..module_utils.printable import printable
from ..module_utils.release.archive import ArchiveError, unpack
from ..module_utils.release.disk import Watch
from ..module_utils.release.shipped import SHIPPED, Shipment
from ..module_utils.release.takeover import leads_out

ARGUMENTS = {
    "name": {"type": "str", "required": True},
    "version": {"type": "str", "required": True},
    "directory": {"type": "path", "required": True},
    "program": {"type": "str"},
    "shipped": {"type": "dict", "options": SHIPPED},
}
#: What an installation may take.
_MOST_MEBIBYTES = 2048
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


def receive(above: Directory, name: str, program: str, shipment: Shipment) -> None:
    """Put what another host has installed in its place, completely or not at all."""
    new, home = f".{name}.new", f"{above.path}/{name}"
    above.remove(new)
    above.mkdir(new, 0o700)
    try:
        with shipment.opened() as archive, above.open(new) as tree:
            watch = Watch(Path(above.path), _MOST_MEBIBYTES, lambda: 0)
            links = unpack(archive, tree, _MOST_MEBIBYTES, watch.fault)
            out = [path for path in links if leads_out(path, links, home)]
            if out:
                raise ArchiveError(f"{printable(out[0])} leads out of it")
            if not Path(above.path, new, "bin", program).exists():
                raise ArchiveError(f"it has no bin/{program}")
        above.remove(name)  # what an installation that was cut off has left
        above.rename(new, name)
    finally:
        above.remove(new)


def changes(module: AnsibleModule, shipment: Shipment | None) -> list[str]:
    """Do what is missing, in check mode only look for it; what it was, in words."""
    params = module.params
    place = Path(params["directory"])
    program = place / "bin" / (params["program"] or params["name"])
    missing = [f"install {params['name']}@{params['version']} in {place}"]
    if shipment:
        missing = [f"{missing[0]}, as {shipment.host} has it"]
    if not program.exists() and (module.check_mode or (shipment and not shipment.archive)):
        return missing
    with directory(place.parent, make=True) as above:
        if not program.exists():
            if shipment:
                receive(above, place.name, program.name, shipment)
            else:
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
    shipment = Shipment.of_options(params["shipped"]) if params["shipped"] else None
    try:
        done = changes(module, shipment)
    except (ArchiveError, UnsafeError) as error:
        whence = f"the archive from {shipment.host} cannot be used: " if isinstance(error, ArchiveError) and shipment else ""
        module.fail_json(msg=f"nothing was installed: {whence}{error}")
    program = Path(params["directory"], "bin", params["program"] or params["name"])
    diff = {"before": "", "after": "".join(f"{one}\n" for one in done)} if done else {}
    told: dict[str, Any] = {"changed": bool(done), "program": str(program), "diff": diff}
    if shipment:
        told["upload_needed"] = not program.exists()
        told["changed"] = bool(done) and not told["upload_needed"]  # without the archive, nothing was done
    module.exit_json(**told)


if __name__ == "__main__":
    main()
