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
  - Makes sure that users exist, and says with which files sshd lets them in with the given public keys, in RV(files), for
    M(nostromo.networking.confirmed_commit) to write and to take back when nobody gets in with them.
  - Which files these are is asked of sshd (C(AuthorizedKeysFile), which may differ for each user).
  - Keys are added; a key that is there already is only removed when O(admins[].exclusive) asks for it, then in each of the
    files.
  - A user that the module creates has no password.
  - In a home, which its user can rearrange at any time, root only reads; the file is written as that user. A C(~/.ssh)
    or C(authorized_keys) that is a symbolic link, has a second name or is of another kind is refused.
attributes:
  check_mode:
    description: Nothing is changed, differences are reported.
    support: full
  diff_mode:
    description: Shows the users that are created, with their keys.
    support: full
options:
  admins:
    description: The users.
    type: list
    elements: dict
    required: true
    suboptions:
      # script/generate: options document.ssh.Admin
      name:
        description: Login name.
        type: str
        required: true
      keys:
        description: Public keys to add, each a line as in a file .pub, options allowed.
        type: list
        elements: str
        default: []
      exclusive:
        description: Whether all other keys of the user are removed. Refused when no key would be
          left, and where sshd asks others than files as well (AuthorizedKeysCommand, TrustedUserCAKeys).
        type: bool
        default: false
      sudo:
        description: passwordless, since a user without a password cannot type one; unchanged leaves
          sudo as it is.
        type: str
        choices: [passwordless, unchanged]
        default: passwordless
      shell:
        description: Login shell of a user that is created.
        type: str
        default: /bin/bash
      # end
"""

EXAMPLES = r"""
- name: Make Ripley's user
  nostromo.networking.admin_users:
    admins:
      - name: ripley
        keys:
          - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEy0Bqgs5cUmCKR0cUk0lEOMnHXPYMSXcEHcGjcRbQM2 ripley@nostromo.cl
  register: users

- name: Let Ripley in
  nostromo.networking.confirmed_commit:
    name: keys
    files: "{{ users.files }}"
    confirm:
      connection: true
      users: [ripley]
"""

RETURN = r"""
keys:
  description: How many keys each user has, once RV(files) are written.
  type: dict
  returned: always
  sample: {ripley: 1}
files:
  description: The files that hold the keys, as O(nostromo.networking.confirmed_commit#module:files).
  type: list
  elements: dict
  returned: always
accepted:
  description: For each user whose files differ, its name and the keys that sshd has to accept then, type and base64 in turn.
  type: list
  elements: list
  returned: always
  sample: [[ripley, ssh-ed25519, AAAAC3NzaC1lZDI1NTE5AAAAIEy0Bqgs5cUmCKR0cUk0lEOMnHXPYMSXcEHcGjcRbQM2]]
refused:
  description: For each user whose files differ, its name and the keys that sshd accepts no more then, as RV(accepted).
  type: list
  elements: list
  returned: always
  sample: []
"""

import grp
import os
import pwd
import stat
from contextlib import nullcontext
from itertools import chain

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.acting import acting_as
from ..module_utils.files import Directory, UnsafeError, directory, read
from ..module_utils.ssh import key_files
from ..module_utils.ssh.authorized_keys import PublicKeyError, count, merged, provable

#: The largest authorized_keys that is read, in bytes.
LARGEST_BYTES = 1 << 20
#: What sshd asks for, and what is gone while systemd listens and nobody is connected.
SSHD_NEEDS = "/run/sshd"
ADMIN = {
    # script/generate: arguments document.ssh.Admin
    "name": {"type": "str", "required": True},
    "keys": {"type": "list", "elements": "str", "no_log": False, "default": []},
    "exclusive": {"type": "bool", "default": False},
    "sudo": {"type": "str", "choices": ["passwordless", "unchanged"], "default": "passwordless"},
    "shell": {"type": "str", "default": "/bin/bash"},
    # end
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


def own_ssh(user: pwd.struct_passwd) -> None:
    """Have the user's ``~/.ssh`` be one that sshd accepts; the user can exchange whatever lies in its home."""
    with acting_as(user.pw_uid, user.pw_gid):
        opened = directory(user.pw_dir)
    with opened as home:
        own_ssh_directory(home, user)


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
        for name in os.listdir(fd):
            hand_over(name, fd, owner)
    finally:
        os.close(fd)


def hand_over(name: str, place: int, owner: tuple[int, int]) -> None:
    """Give a key file that root has made in the user's place to the user, who may not even read it. Others stay as they are."""
    if not name.startswith("authorized_keys"):
        return
    try:
        fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=place)
    except OSError:
        return  # a link, or gone: what reads it says so
    try:
        info = os.fstat(fd)
        if stat.S_ISREG(info.st_mode) and info.st_uid == 0 and info.st_nlink == 1:  # no other name, elsewhere, is meant
            os.fchown(fd, *owner)
    finally:
        os.close(fd)


def places(module: AnsibleModule, admin: dict, user: pwd.struct_passwd) -> list[str]:
    """The files in which sshd looks for the user's keys; those that only ``exclusive`` is about come after the first."""
    sshd = module.get_bin_path("sshd")
    patterns: tuple[str, ...] = key_files.DEFAULT
    if sshd:
        with directory(SSHD_NEEDS, make=True):
            pass
        status, out, err = module.run_command([sshd, *key_files.question(user.pw_name)])
        if status:
            raise PublicKeyError(f"sshd does not say where it looks for keys: {err.strip()}")
        told = key_files.settings(out)
        patterns, others = key_files.patterns(told), key_files.other_sources(told)
        if admin["exclusive"] and others:
            raise PublicKeyError(f"exclusive cannot hold, for sshd asks others than files too: {', '.join(others)}")
    if not patterns:
        raise PublicKeyError("sshd looks for keys in no file (AuthorizedKeysFile none), so none can be given")
    return key_files.paths(patterns, user.pw_name, user.pw_uid, user.pw_dir)[: None if admin["exclusive"] else 1]


def in_home(path: str, user: pwd.struct_passwd) -> bool:
    """Whether a file lies where the user can rearrange everything."""
    return os.path.normpath(path).startswith(user.pw_dir.rstrip("/") + "/")


def file_of(path: str, text: str, user: pwd.struct_passwd) -> dict:
    """A file as it should be, for a confirmed commit. Owner and mode stay where sshd accepts them (StrictModes)."""
    homely = in_home(path, user)
    private = 0o600 if homely else 0o644  # sshd reads it as the user
    mode = stat.S_IMODE(os.lstat(path).st_mode) if os.path.lexists(path) and not misowned(path, user) else private
    owned = {"owner": user.pw_name, "group": group_of(user), "as_user": user.pw_name} if homely else {}
    return {"path": path, "content": text, "mode": f"{mode:04o}", "activate": [], **owned}


def group_of(user: pwd.struct_passwd) -> str:
    """The name of the user's group."""
    return grp.getgrgid(user.pw_gid).gr_name


def look(module: AnsibleModule, admin: dict, user: pwd.struct_passwd) -> dict:
    """What becomes of a user's keys: the files, and which keys are accepted and refused then."""
    if not admin["keys"] and not admin["exclusive"]:
        path = os.path.join(user.pw_dir, ".ssh", "authorized_keys")
        return {"keys": count(text_of(path)), "files": [], "accepted": [], "refused": []}
    paths = places(module, admin, user)
    before = [text_of(path) for path in paths]
    after = merged(before, admin["keys"], admin["exclusive"])
    if admin["exclusive"] and not any(map(count, after)):
        raise PublicKeyError("exclusive without a key would remove every key; give the keys that should stay")
    texts = zip(paths, after, strict=True)
    files = [file_of(path, text, user) for number, (path, text) in enumerate(texts) if not number or before[number]]
    stay = provable(after) if before != after else set()
    gone = provable(before) - provable(after) if before != after else set()
    return {
        "keys": sum(map(count, after)),
        "files": files,
        "accepted": list(chain.from_iterable(sorted(stay))),
        "refused": list(chain.from_iterable(sorted(gone))),
    }


def of_roots(files: list[dict], place: str) -> bool:
    """Whether root has made one of the files that lie in a user's place."""
    paths = [file["path"] for file in files if os.path.dirname(file["path"]) == place and os.path.lexists(file["path"])]
    return any(os.lstat(path).st_uid == 0 for path in paths)


def manage(module: AnsibleModule, admin: dict) -> dict:
    """Bring one user to what it should be: what changed, the diff, and what :func:`look` finds."""
    name, user = admin["name"], look_up(admin["name"])
    if user is None and not admin["keys"]:
        raise PublicKeyError("the user does not exist and no key is given, so nobody could log in as it")
    text = merged([""], admin["keys"])[0]
    made = user is None
    if made and not module.check_mode:
        create(module, admin)
        user = pwd.getpwnam(name)
    found = look(module, admin, user) if user else {"keys": count(text), "files": [], "accepted": [], "refused": []}
    ssh = os.path.join(user.pw_dir, ".ssh") if user else ""
    homely = any(os.path.dirname(file["path"]) == ssh for file in found["files"])
    repair = bool(
        user and homely and (not os.path.lexists(ssh) or misowned(ssh, user) or of_roots(found["files"], ssh))
    )
    if repair and user and not module.check_mode:
        own_ssh(user)
    header = f"user {name}" if made else f"{ssh} (so that sshd accepts it)"
    diff = {"before_header": header, "after_header": header, "before": "", "after": text if made else "mode=0700\n"}
    return {**found, "changed": made or repair, "diff": diff}


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
    module.exit_json(
        changed=any(result["changed"] for result in done.values()),
        keys={name: result["keys"] for name, result in done.items()},
        files=list(chain.from_iterable(result["files"] for result in done.values())),
        accepted=[[name, *result["accepted"]] for name, result in done.items() if result["accepted"]],
        refused=[[name, *result["refused"]] for name, result in done.items() if result["refused"]],
        diff=[result["diff"] for result in done.values() if result["changed"]],
    )


if __name__ == "__main__":
    main()
