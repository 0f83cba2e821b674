#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: directory_archive
short_description: Fetch a directory of a host as an archive, once for a run
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Packs a directory, such as a release of M(nostromo.networking.pm2_service), and fetches the archive to the controller, where
    it lies in Ansible's temporary directory, which only the user of the run can enter and which goes with the run.
  - Of all hosts that want the same directory of the same host, the first has it packed; the others get that archive.
  - The same files give the same archive, whoever owns them.
  - Runs as root. The directory, and all on the way to it, has to be root's.
attributes:
  check_mode:
    description: Nothing is packed or fetched.
    support: full
  diff_mode:
    description: There is none.
    support: none
options:
  path:
    description: The directory, or a link to it.
    type: path
    required: true
  destination:
    description: Where the archive is put on the host. Set by the action plugin.
    type: path
"""

EXAMPLES = r"""
- name: Fetch the release that serves on app1
  nostromo.networking.directory_archive:
    path: /srv/api/current
  delegate_to: app1
  register: packed
"""

RETURN = r"""
name:
  description: Name of the directory.
  type: str
  returned: always
  sample: 4f1c0d2a9b3e-7d10aa
archive:
  description: Where the archive is on the controller.
  type: str
  returned: always
sha256:
  description: Its SHA-256.
  type: str
  returned: always
size:
  description: Its size in bytes.
  type: int
  returned: always
"""

import hashlib
import os
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.files import UnsafeError, directory
from ..module_utils.release.archive import ArchiveError, pack

ARGUMENTS = {"path": {"type": "path", "required": True}, "destination": {"type": "path"}}
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def packed(path: str, destination: str) -> dict[str, Any]:
    """Pack a directory into a new file, of the user whose directory that is put into."""
    owner = os.stat(os.path.dirname(destination))
    with open(os.open(destination, _NEW, 0o600), "w+b") as file, directory(path) as tree:
        pack(tree, file)
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
        return {"name": os.path.basename(tree.path), "sha256": sha256, "size": os.fstat(file.fileno()).st_size}


def main() -> None:
    """Run the module."""
    os.umask(0o022)  # sudo may have been told another
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    path, destination = module.params["path"], module.params["destination"]
    if not destination:
        module.fail_json(msg="destination: is missing; run the module as a task, not ad hoc")
    try:
        found = packed(path, destination)
    except (ArchiveError, UnsafeError, OSError) as error:
        module.fail_json(msg=f"{path} cannot be packed: {error}")
    module.exit_json(changed=False, **found)


if __name__ == "__main__":
    main()
