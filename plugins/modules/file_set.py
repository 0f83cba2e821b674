#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: file_set
short_description: Commit a set of configuration files as one
version_added: 0.1.0
author: Nostromo (@nostromo)
description:
  - Commits all files of a service's configuration in one step. The wanted files are staged in a private directory and
    validated there; only then are they swapped in, each by an atomic rename, and activated.
  - When the activation fails, every file is put back, the previous state is activated again and the task fails.
  - A run that was cut off between swap and activation is finished by the next one.
attributes:
  check_mode:
    description: Finds differences and validates the staged files where the validator is installed; changes nothing.
    support: full
  diff_mode:
    description: One diff for each path that differs. Contents of sensitive files are not shown.
    support: full
options:
  name:
    description:
      - Name of the set. Two runs that commit a set of the same name on one host exclude each other.
    type: str
    required: true
  files:
    description:
      - The files of the set.
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description: Absolute path.
        type: path
        required: true
      content:
        description: What the file should hold. Required unless O(files[].state=absent).
        type: str
      state:
        description: Whether the file should be there.
        type: str
        choices: [present, absent]
        default: present
      owner:
        description: Name of the owning user.
        type: str
        default: root
      group:
        description: Name of the owning group.
        type: str
        default: root
      mode:
        description: Permissions as an octal string.
        type: str
        default: "0644"
      sensitive:
        description: Leave the file's content out of diffs.
        type: bool
        default: false
      activate:
        description:
          - Commands that put a change of this very file into effect, in place of O(activate).
        type: raw
  directories:
    description:
      - Directories that should exist. Missing parents of files are created anyway, as C(root) with mode C(0755).
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description: Absolute path.
        type: path
        required: true
      owner:
        description: Name of the owning user.
        type: str
        default: root
      group:
        description: Name of the owning group.
        type: str
        default: root
      mode:
        description: Permissions as an octal string.
        type: str
        default: "0755"
  validate:
    description:
      - Command, or list of commands, that must succeed before anything is changed.
      - V({root}) stands for the staging directory, which holds every file of the set under its full path.
      - A command is split into words as a shell would, but no shell runs it.
    type: raw
  activate:
    description:
      - Command, or list of commands, run when something differed.
    type: raw
  active:
    description:
      - A command that changes nothing and whose exit status is 0 while the running state is that of the files.
      - Otherwise O(activate) is run although no file differs, and the task reports a change.
    type: str
  timeout_seconds:
    description: How long a single command may take.
    type: int
    default: 120
"""

EXAMPLES = r"""
- name: Commit the nginx configuration
  nostromo.networking.file_set:
    name: nginx
    files:
      - path: /etc/nginx/nginx.conf
        content: "{{ lookup('ansible.builtin.template', 'nginx.conf.j2') }}"
      - path: /etc/nginx/sites-enabled/default
        state: absent
    validate: nginx -t -q -c {root}/etc/nginx/nginx.conf
    activate: systemctl reload nginx

- name: Commit a firewall and notice when the running rules were changed by hand
  nostromo.networking.file_set:
    name: firewall
    files:
      - path: /etc/firewall.nft
        content: "{{ lookup('ansible.builtin.template', 'firewall.nft.j2') }}"
        mode: "0600"
    validate: nft -c -f {root}/etc/firewall.nft
    activate: nft -f /etc/firewall.nft
    active: /usr/local/sbin/firewall-is-loaded
"""

RETURN = r"""
changes:
  description: What differed of each path - V(state), V(content), V(owner), V(group) or V(mode).
  type: dict
  returned: always
  sample: {/etc/nginx/nginx.conf: [content]}
activated:
  description: The commands that were run, or in check mode would be run, to put the set into effect.
  type: list
  elements: str
  returned: always
  sample: [systemctl reload nginx]
drifted:
  description: Whether O(active) said that the running state was not that of the files.
  type: bool
  returned: always
validated:
  description: Whether the staged files were validated; they are not when nothing differed or nothing could validate.
  type: bool
  returned: always
"""

import shlex
import shutil

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.nostromo.networking.plugins.module_utils.file_set.model import (
    Command,
    Entry,
    FileSetError,
    diff,
    differences,
)
from ansible_collections.nostromo.networking.plugins.module_utils.file_set.transaction import (
    Journal,
    Swap,
    locked,
    read,
    staged,
)


def commands(value: object, parameter: str) -> tuple[Command, ...]:
    """A string or a list of strings as commands, each a tuple of words."""
    lines = [value] if isinstance(value, str) else value or []
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise FileSetError(f"{parameter}: give a command or a list of commands")
    return tuple(tuple(shlex.split(line)) for line in lines)


def octal(value: str, path: str) -> int:
    """A mode such as ``0644`` as a number."""
    try:
        return int(value, 8)
    except ValueError:
        raise FileSetError(f"{path}: mode {value!r} is not octal, such as '0644'") from None


def entries_of(params: dict) -> list[Entry]:
    """The wanted entries, directories first."""
    entries = [
        Entry(item["path"], "directory", None, item["owner"], item["group"], octal(item["mode"], item["path"]))
        for item in params["directories"]
    ]
    default = commands(params["activate"], "activate")
    for item in params["files"]:
        absent = item["state"] == "absent"
        if not absent and item["content"] is None:
            raise FileSetError(f"{item['path']}: content is missing")
        entries.append(
            Entry(
                path=item["path"],
                kind="absent" if absent else "file",
                content=None if absent else item["content"].encode(),
                owner=item["owner"],
                group=item["group"],
                mode=octal(item["mode"], item["path"]),
                sensitive=item["sensitive"],
                activate=default
                if item["activate"] is None
                else commands(item["activate"], f"activate of {item['path']}"),
            )
        )
    paths = [entry.path for entry in entries]
    for path in paths:
        if not path.startswith("/"):
            raise FileSetError(f"{path}: give an absolute path")
        if paths.count(path) > 1:
            raise FileSetError(f"{path} stands in the set twice")
    return entries


class Runner:
    """Runs commands and turns failures into errors for the user."""

    def __init__(self, module: AnsibleModule) -> None:
        self._module = module

    def run(self, command: Command, root: str = "") -> str | None:
        """Run one command; return what went wrong, or ``None``."""
        words = [word.replace("{root}", root) for word in command] if root else list(command)
        timed = ["timeout", "--kill-after=5", str(self._module.params["timeout_seconds"]), *words]
        status, out, err = self._module.run_command(timed)
        if status == 0:
            return None
        said = (err + out).replace(root, "").strip() if root else (err + out).strip()
        how = (
            f"took longer than {self._module.params['timeout_seconds']} s"
            if status in (124, 137)
            else f"exit status {status}"
        )
        return f"{shlex.join(command)}: {how}" + (f"\n{said}" if said else "")

    def first_failure(self, lines: tuple[Command, ...], root: str = "") -> str | None:
        """Run commands up to the first that fails."""
        return next((failure for failure in (self.run(line, root) for line in lines) if failure), None)


def validate(entries: list[Entry], runner: Runner, validators: tuple[Command, ...], check_mode: bool) -> bool:
    """Run the validators on the staged set; whether all of them were there to run."""
    missing = [command[0] for command in validators if not shutil.which(command[0])]
    if missing and not check_mode:
        raise FileSetError(f"the validator {missing[0]} is not installed on the host; nothing was changed")
    if missing or not validators:
        return False
    with staged(entries) as root:
        failure = runner.first_failure(validators, str(root))
    if failure:
        raise FileSetError(f"the new configuration is not valid; nothing was changed\n{failure}")
    return True


def commit(module: AnsibleModule) -> dict:
    """Bring the set to what it should be and describe what was done."""
    params, runner = module.params, Runner(module)
    entries = entries_of(params)
    validators, activation = commands(params["validate"], "validate"), commands(params["activate"], "activate")
    with locked(params["name"]):
        journal = Journal(params["name"])
        found = {entry: read(entry.path) for entry in entries}
        changes = {entry: aspects for entry in entries if (aspects := differences(entry, found[entry]))}
        owed = journal.owed()
        settled = not changes and not owed
        drifted = bool(settled and params["active"] and runner.run(tuple(shlex.split(params["active"]))))
        of_changes = tuple(command for entry in changes for command in entry.activate)
        steps = tuple(dict.fromkeys(owed + of_changes + (activation if drifted else ())))
        result = {
            "changed": bool(changes or owed or drifted),
            "changes": {entry.path: list(aspects) for entry, aspects in changes.items()},
            "activated": [shlex.join(step) for step in steps],
            "drifted": drifted,
            "validated": False,
            "diff": [diff(entry, found[entry]) for entry in changes],
        }
        if changes:
            result["validated"] = validate(entries, runner, validators, module.check_mode)
        if module.check_mode or not result["changed"]:
            return result
        swap = Swap({entry: found[entry] for entry in changes})
        journal.owe(steps)
        try:
            swap.apply()
        except FileSetError:
            journal.settle()
            raise
        failure = runner.first_failure(steps)
        if failure and changes:
            swap.restore()
            again = runner.first_failure(steps)
            journal.settle()
            raise FileSetError(
                f"activation failed; every file of the set is as before\n{failure}"
                + (f"\nActivating the previous state failed as well:\n{again}" if again else "")
            )
        if failure:
            raise FileSetError(f"activation failed\n{failure}")
        journal.settle()
        return result


def main() -> None:
    """Run the module."""
    entry = {
        "path": {"type": "path", "required": True},
        "owner": {"type": "str", "default": "root"},
        "group": {"type": "str", "default": "root"},
    }
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "files": {
                "type": "list",
                "elements": "dict",
                "default": [],
                "options": {
                    **entry,
                    "content": {"type": "str"},
                    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
                    "mode": {"type": "str", "default": "0644"},
                    "sensitive": {"type": "bool", "default": False},
                    "activate": {"type": "raw"},
                },
            },
            "directories": {
                "type": "list",
                "elements": "dict",
                "default": [],
                "options": {**entry, "mode": {"type": "str", "default": "0755"}},
            },
            "validate": {"type": "raw"},
            "activate": {"type": "raw"},
            "active": {"type": "str"},
            "timeout_seconds": {"type": "int", "default": 120},
        },
        supports_check_mode=True,
    )
    try:
        module.no_log_values.update(
            item["content"] for item in module.params["files"] if item["sensitive"] and item["content"]
        )
        module.exit_json(**commit(module))
    except FileSetError as error:
        module.fail_json(msg=f"{module.params['name']}: {error}")


if __name__ == "__main__":
    main()
