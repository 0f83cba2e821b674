#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: admin_users
short_description: Users who administer a host over SSH with keys
version_added: 0.1.0
author: Nostromo (@nostromo)
description:
  - Makes sure that users exist and that their C(authorized_keys) hold the given public keys, all in one step.
  - Keys are added; a key that is there already is only removed when O(admins[].exclusive) asks for it.
  - A user that the module creates has no password.
  - In a home, which its user can rearrange at any time, root only reads; the file is written as that user. A C(~/.ssh)
    or C(authorized_keys) that is a symbolic link, has a second name or is of another kind is refused.
attributes:
  check_mode:
    description: Nothing is changed, differences are reported.
    support: full
  diff_mode:
    description: Shows the users that are created and each C(authorized_keys) that differs.
    support: full
options:
  admins:
    description: The users.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Login name.
        type: str
        required: true
      keys:
        description: Public keys, each a line as in a C(.pub) file, options allowed.
        type: list
        elements: str
        default: []
      exclusive:
        description: Whether keys that are not in O(admins[].keys) are removed. Refused when no key would be left.
        type: bool
        default: false
      shell:
        description: Login shell of a user that is created.
        type: path
        default: /bin/bash
      sudo:
        description: Not used by this module; lets one list describe an admin fully.
        type: str
        choices: [passwordless, unchanged]
        default: passwordless
"""

EXAMPLES = r"""
- name: Let Ripley in
  nostromo.networking.admin_users:
    admins:
      - name: ripley
        keys:
          - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEy0Bqgs5cUmCKR0cUk0lEOMnHXPYMSXcEHcGjcRbQM2 ripley@nostromo.cl
"""

RETURN = r"""
keys:
  description: How many keys each user has.
  type: dict
  returned: always
  sample: {ripley: 1}
previous:
  description: The keys that each user with a changed C(authorized_keys) had before.
  type: dict
  returned: always
  sample: {ripley: []}
"""

import os
import pwd
import stat
from contextlib import nullcontext

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.acting import acting_as
from ..module_utils.files import Directory, UnsafeError, directory, read
from ..module_utils.ssh.authorized_keys import PublicKeyError, count, identity, merged

#: The largest authorized_keys that is read, in bytes.
LARGEST_BYTES = 1 << 20
ADMIN = {
    "name": {"type": "str", "required": True},
    "keys": {"type": "list", "elements": "str", "default": [], "no_log": False},
    "exclusive": {"type": "bool", "default": False},
    "shell": {"type": "path", "default": "/bin/bash"},
    "sudo": {"type": "str", "choices": ["passwordless", "unchanged"], "default": "passwordless"},
}
ARGUMENTS = {"admins": {"type": "list", "elements": "dict", "required": True, "options": ADMIN}}


def look_up(name: str) -> pwd.struct_passwd | None:
    """The user's entry, ``None`` when there is no such user."""
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def create(module: AnsibleModule, admin: dict) -> None:
    """Create the user, without a password that would be accepted anywhere."""
    command = ["useradd", "--create-home", "--user-group", "--shell", admin["shell"], "--password", "*", admin["name"]]
    if look_up(admin["name"]) is None:
        module.run_command(command, check_rc=True)


def text_of(path: str) -> str:
    """The file's text, empty when it is missing."""
    try:
        content = read(path, LARGEST_BYTES + 1)
    except FileNotFoundError:
        return ""
    if len(content) > LARGEST_BYTES:
        raise PublicKeyError(f"{path} is larger than {LARGEST_BYTES >> 20} MiB, which is no list of keys")
    return content.decode(errors="surrogateescape")


def misowned(path: str, user: pwd.struct_passwd) -> bool:
    """Whether sshd would refuse the path: another owner than the user, or writable by group or others."""
    try:
        info = os.lstat(path)
    except FileNotFoundError:
        return False
    return info.st_uid != user.pw_uid or bool(info.st_mode & (stat.S_IWGRP | stat.S_IWOTH))


def write(text: str, user: pwd.struct_passwd) -> None:
    """Write ``authorized_keys`` so that sshd accepts it: as the user, who can exchange whatever lies in its home."""
    with acting_as(user.pw_uid, user.pw_gid):
        opened = directory(user.pw_dir)
    with opened as home:
        own_ssh_directory(home, user)
        with acting_as(user.pw_uid, user.pw_gid), home.open(".ssh") as place:
            place.write(".authorized_keys.new", text.encode(errors="surrogateescape"))
            place.rename(".authorized_keys.new", "authorized_keys")
            place.sync()


def own_ssh_directory(home: Directory, user: pwd.struct_passwd) -> None:
    """Have ``~/.ssh`` be there and be the user's. One that root made is handed over, by its descriptor."""
    owner = user.pw_uid, user.pw_gid
    if home.lstat(".ssh") is None:
        homely = os.fstat(home.fd).st_uid == user.pw_uid
        with acting_as(*owner) if homely else nullcontext():
            os.mkdir(".ssh", 0o700, dir_fd=home.fd)
    path = os.path.join(home.path, ".ssh")
    try:
        fd = os.open(".ssh", os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=home.fd)
    except NotADirectoryError:
        raise UnsafeError(path, "is not a directory", "remove it") from None
    try:
        if os.fstat(fd).st_uid not in {0, user.pw_uid}:
            raise UnsafeError(path, "belongs to neither root nor the user", "remove it or give it to the user")
        os.fchown(fd, *owner)
        os.fchmod(fd, 0o700)
    finally:
        os.close(fd)


def manage(module: AnsibleModule, admin: dict) -> dict:
    """Bring one user to what it should be: what changed, and the diff."""
    name, user = admin["name"], look_up(admin["name"])
    if user is None and not admin["keys"]:
        raise PublicKeyError("the user does not exist and no key is given, so nobody could log in as it")
    path = os.path.join(user.pw_dir, ".ssh", "authorized_keys") if user else f"~{name}/.ssh/authorized_keys"
    before = text_of(path) if user else ""
    after = merged(before, admin["keys"], admin["exclusive"])
    if admin["exclusive"] and not count(after):
        raise PublicKeyError("exclusive without a key would remove every key; give the keys that should stay")
    repair = user is not None and any(misowned(target, user) for target in (os.path.dirname(path), path))
    changed = user is None or before != after or repair
    if changed and not module.check_mode:
        create(module, admin)
        if before != after or repair:
            write(after, pwd.getpwnam(name))
    header = f"{path}" + (" (permissions that sshd refuses)" if repair else "")
    return {
        "changed": changed,
        "keys": count(after),
        "previous": [line for line in before.splitlines() if identity(line)],
        "diff": {"before_header": header, "after_header": path, "before": before, "after": after},
    }


def main() -> None:
    """Run the module."""
    os.umask(0o022)  # sudo may have been told another
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    done = {}
    for admin in module.params["admins"]:
        try:
            done[admin["name"]] = manage(module, admin)
        except PublicKeyError as error:
            module.fail_json(msg=f"admin {admin['name']}: {error}")
        except UnsafeError as error:
            module.fail_json(msg=f"admin {admin['name']}: {error.strerror}")
        except OSError as error:
            module.fail_json(msg=f"admin {admin['name']}: cannot use {error.filename}: {error.strerror}")
    changed = {name: result for name, result in done.items() if result["changed"]}
    module.exit_json(
        changed=bool(changed),
        keys={name: result["keys"] for name, result in done.items()},
        previous={name: result["previous"] for name, result in changed.items()},
        diff=[result["diff"] for result in changed.values()],
    )


if __name__ == "__main__":
    main()
