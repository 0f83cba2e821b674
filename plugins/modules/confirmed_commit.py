#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: confirmed_commit
short_description: Change a set of files as one, and keep the change only when it has proven itself
version_added: 0.1.0
author: Nostromo (@nostromo)
description:
  - Commits all files of a service's configuration in one step, as the confirmed commit of NETCONF (RFC 6241, section 8.4)
    does for routers. The wanted files are staged in a private directory and validated there. Then the present state is
    kept, a rollback is armed on the host itself, the files are swapped in, each by an atomic rename, and activated.
  - The change is kept when its confirmation succeeds. When activation or confirmation fails, when the controller dies, the
    network drops or the host reboots, the state before is restored and activated, at the latest at the deadline or when
    the host boots. Where the connection that Ansible keeps open still gets through, the host is told to at once. The task
    then fails, after the host can be reached again.
  - A commit that still awaits its confirmation, by another run or by one that was cut off, is waited for.
  - When nothing differs nothing is done.
  - Where others set in a drop-in of systemd's what a unit or drop-in of the set sets otherwise, the task fails before anything
    is changed, and names file and line. Dependencies and commands before and after the start only add up.
  - When the activation or the confirmation fails, the last lines of the units that C(systemctl) has started or reloaded are
    told, and who holds a port that one of them wanted.
notes:
  - Root writes only where nobody else can put something in a file's place. A file in a directory that another user owns, or
    that others can write to, on its whole way from C(/), is refused before anything is changed, unless O(directories) gives
    that directory to root; a directory that is there gets its owner and mode before anything in it is touched. A
    directory with the sticky bit, as C(/tmp), is accepted.
  - Runs on hosts with systemd. The rollback needs neither the controller nor Ansible; C(nostromo-commit list) on the host
    shows the commits that were kept, and RV(commit) can be returned to with O(return_to).
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
      - Name of the set. Two runs that commit a set of the same name on one host exclude each other; the second is refused.
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
        description: What the file should hold. Required unless O(files[].template) or O(files[].state=absent) is given.
        type: str
      template:
        description: Template on the controller, found and rendered as by M(ansible.builtin.template), of what it should hold.
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
      as_user:
        description:
          - Write the file with the rights of this user, to whom the directory that holds it belongs, as C(~/.ssh) does, instead
            of with those of C(root). O(files[].owner) has to be that user then.
        type: str
        default: root
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
  tolerated:
    description: Drop-ins of others, by their path, that may set what the set sets otherwise.
    type: list
    elements: str
    default: []
  validate:
    description:
      - Command, or list of commands, that must succeed before anything is changed or activated.
      - V({root}) stands for the staging directory, which holds every file of the set under its full path.
      - A command is split into words as a shell would, but no shell runs it.
    type: raw
  activate:
    description:
      - Command, or list of commands, run when something differed.
    type: raw
  deactivate:
    description:
      - Command, or list of commands, run when a commit that brought files is undone, before these go again and O(activate)
        is run for those that were there before.
      - For a change that O(activate) makes and that does not end by itself when the file is gone, such as rules in the kernel.
        Units in C(/etc/systemd/system) need none; they are stopped and disabled before their file goes. Commands of
        O(activate) that name a file or unit that has gone are not run.
    type: raw
  confirm:
    description:
      - How the change proves itself. Without it a change is kept when its activation succeeds.
    type: dict
    suboptions:
      connection:
        description:
          - Log in from the controller over a new SSH connection, with a key and C(sudo), as Ansible does for its own
            connection, which itself proves nothing - it survives rules that admit no new one.
          - Whether the user that Ansible connects as keeps C(sudo), where that needs no password, is tried on the host
            before; if not, the host returns at once.
        type: bool
        default: false
      users:
        description:
          - Log in as one of these users; by default as the one that Ansible connects as. That one has to get in again in any
            case, unless it is C(root), which a change may mean to close, or has logged in with a password.
        type: list
        elements: str
        default: []
      address:
        description: Log in at this address instead of Ansible's own.
        type: str
      port:
        description: Log in at this port instead of Ansible's own.
        type: int
      command:
        description: Command, or list of commands, run on the host after the activation.
        type: raw
      url:
        description: Address that has to answer to the controller.
        type: str
      url_address:
        description: IP address to use for the host name in O(confirm.url), for a name that leads elsewhere or nowhere yet.
        type: str
      url_statuses:
        description: Status codes that confirm; by default all but those of server errors.
        type: list
        elements: int
        default: []
      validate_certs:
        description: Whether the certificate of O(confirm.url) has to be valid.
        type: bool
        default: true
  deadline_seconds:
    description:
      - The host returns to the state before after this time unless the change is confirmed. Activation and confirmation
        have to be done by then.
    type: int
    default: 60
  keep:
    description: How many commits of the set can be returned to.
    type: int
    default: 10
  return_to:
    description:
      - Instead of committing O(files), return to the state before this commit; later ones are undone as well.
    type: str
  active:
    description:
      - A command that changes nothing and whose exit status is 0 while the running state is that of the files.
      - Otherwise O(activate) is run although no file differs, or none whose change activates something, and the task reports
        a change.
    type: str
  timeout_seconds:
    description: How long a single command may take, within O(deadline_seconds) once files are replaced.
    type: int
    default: 120
"""

EXAMPLES = r"""
- name: Commit the nginx configuration, kept if the site answers
  nostromo.networking.confirmed_commit:
    name: nginx
    files:
      - path: /etc/nginx/nginx.conf
        template: nginx.conf.j2
      - path: /etc/nginx/sites-enabled/default
        state: absent
    validate: nginx -t -q -c {root}/etc/nginx/nginx.conf
    activate: systemctl reload nginx
    confirm:
      url: https://www.example.org/health
      url_address: "{{ ansible_host }}"

- name: Commit a firewall, kept if a new connection gets through it
  nostromo.networking.confirmed_commit:
    name: firewall
    files:
      - path: /etc/firewall.nft
        template: firewall.nft.j2
        mode: "0600"
    validate: nft -c -f {root}/etc/firewall.nft
    activate: nft -f /etc/firewall.nft
    deactivate: nft delete table inet firewall
    active: /usr/local/sbin/firewall-is-loaded
    confirm:
      connection: true
    deadline_seconds: 30

- name: Return the resolver to the state before a commit
  nostromo.networking.confirmed_commit:
    name: resolver
    return_to: 20261123T101500-271828
    confirm:
      command: getent hosts deb.debian.org
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
  description: Whether the staged files were validated; they are not when nothing is done or nothing could validate.
  type: bool
  returned: always
commit:
  description: Identity of the commit, for O(return_to).
  type: str
  returned: changed
  sample: 20261123T101500-271828
"""

import os
import shlex
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.commit import boot, journal
from ..module_utils.commit.arguments import ARGUMENTS, fault
from ..module_utils.commit.disk import Replacement, read, staged
from ..module_utils.commit.model import Command, CommitError, Entry, WindowOpen, diff, differences
from ..module_utils.commit.reason import reasons
from ..module_utils.conflicts import refusal, standing
from ..module_utils.drop_ins import conflicts
from ..module_utils.files import UnsafeError
from ..module_utils.program import program

RULES = {"mutually_exclusive": [("return_to", "files"), ("return_to", "directories")]}


def commands(value: object, parameter: str) -> tuple[Command, ...]:
    """A string or a list of strings as commands, each a tuple of words."""
    lines = [value] if isinstance(value, str) else value or []
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise CommitError(f"{parameter}: give a command or a list of commands")
    return tuple(tuple(shlex.split(line)) for line in lines)


def octal(value: str, path: str) -> int:
    """A mode such as ``0644`` as a number."""
    try:
        return int(value, 8)
    except ValueError:
        raise CommitError(f"{path}: mode {value!r} is not octal, such as '0644'") from None


def wanted(params: dict) -> list[Entry]:
    """The entries that the task asks for, directories first."""
    entries = [
        Entry(item["path"], "directory", None, item["owner"], item["group"], octal(item["mode"], item["path"]))
        for item in params["directories"]
    ]
    default = commands(params["activate"], "activate")
    for item in params["files"]:
        absent = item["state"] == "absent"
        if not absent and item["content"] is None:
            raise CommitError(f"{item['path']}: content is missing")
        own = item["activate"]
        entries.append(
            Entry(
                path=item["path"],
                kind="absent" if absent else "file",
                content=None if absent else item["content"].encode(),
                owner=item["owner"],
                group=item["group"],
                mode=octal(item["mode"], item["path"]),
                sensitive=item["sensitive"],
                activate=default if own is None else commands(own, f"activate of {item['path']}"),
                as_user=item["as_user"],
            )
        )
    paths = [entry.path for entry in entries]
    for path in paths:
        if not path.startswith("/"):
            raise CommitError(f"{path}: give an absolute path")
        if paths.count(path) > 1:
            raise CommitError(f"{path} stands in the set twice")
    return entries


def refuse_drop_ins(entries: list[Entry], tolerated: list[str]) -> None:
    """:raises CommitError: others set for a unit of the set what the set has otherwise."""
    texts = {entry.path: entry.content and entry.content.decode() for entry in entries if entry.kind != "directory"}
    found = standing(conflicts(texts), tolerated)
    if found:
        what = "others set in drop-ins what this set has otherwise; nothing was changed"
        raise CommitError(refusal(what, found, "tolerated (of a role: ROLE_tolerated)", "Remove these lines."))


def limited(command: Command, root: str, seconds: float) -> str | None:
    """Run a command on staged files; what went wrong, in the words of the real paths, or ``None``."""
    failure = journal.run([word.replace("{root}", root) for word in command], seconds)
    return failure and failure.replace(root, "")


def validate(entries: list[Entry], validators: tuple[Command, ...], check_mode: bool, seconds: float) -> bool:
    """Run the validators on the staged set; whether all of them were there to run."""
    missing = [command[0] for command in validators if not shutil.which(command[0])]
    if missing and not check_mode:
        raise CommitError(f"the validator {missing[0]} is not installed on the host; nothing was changed")
    if missing or not validators:
        return False
    with told("stage", "nothing was changed"), staged(entries) as root:
        failures = (limited(command, str(root), seconds) for command in validators)
        failure = next((said for said in failures if said), None)
    if failure:
        raise CommitError(f"the new configuration is not valid; nothing was changed\n{failure}")
    return True


def install_program() -> None:
    """Put the journal's program, and the units that run it at boot, on the host. Here it runs from Ansible's archive."""
    source = program("commit.journal", "acting", "files")
    if not journal.PROGRAM.exists() or journal.PROGRAM.read_bytes() != source:
        journal.publish(journal.PROGRAM, source, 0o755)
    units = {journal.UNITS / name: text for name, text in boot.UNITS.items()}
    stale = [path for path, text in units.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        journal.publish(path, units[path].encode(), 0o644)
    if stale:
        for command in (["systemctl", "daemon-reload"], ["systemctl", "--quiet", "enable", *boot.UNITS]):
            if failure := journal.run(command, journal.PATIENCE):
                raise CommitError(f"cannot prepare the rollback at boot; nothing was changed\n{failure}")


def settle(name: str, check_mode: bool) -> bool:
    """Deal with a commit of the set that still awaits its confirmation; whether there is, or was, one to undo."""
    waiting = journal.pending(name)
    if waiting is None:
        return False
    left = waiting["deadline"] - time.time()
    if left > 0:
        raise WindowOpen(
            f"the commit {waiting['id']} awaits its confirmation by another run, or by one that was cut off, and is left "
            f"alone; unless it is confirmed, the host returns to the state before it in {left:.0f} s",
            left,
        )
    if not check_mode:
        journal.undo(name, waiting["id"])
    return True


@contextmanager
def told(what: str, state: str) -> Iterator[None]:
    """Say in a user's words what an error of the operating system was, and what is the state after it."""
    try:
        yield
    except UnsafeError as error:
        raise CommitError(f"{error}; {state}") from error
    except OSError as error:
        raise CommitError(f"cannot {what} {error.filename or ''}: {error.strerror}; {state}") from error


def change(params: dict, entries: list[Entry], steps: tuple[Command, ...]) -> dict:
    """Swap the entries in and activate them; the commit waits if somebody else has to confirm it."""
    name, confirm = params["name"], params["confirm"] or {}
    began, until = time.time(), time.monotonic() + params["deadline_seconds"]
    replacement = Replacement(entries)
    gone = [Path(entry.path) for entry in entries if entry.kind == "absent"] if params["return_to"] else []
    deactivation = commands(params["deactivate"], "deactivate")
    with told("write", "nothing was changed"):
        install_program()
        identity = journal.begin(
            name,
            replacement.paths,
            steps,
            params["deadline_seconds"],
            deactivation,
            replacement.directories,
            replacement.secure,
            replacement.users,
        )
    try:
        replacement.prepare()
    except CommitError:
        journal.back_out(name, identity)
        raise
    journal.retire(gone, deactivation, params["timeout_seconds"])
    try:
        with told("replace", "every file is as before"):
            replacement.swap()
    except CommitError:
        replacement.discard()
        journal.undo(name, identity)
        raise
    confirmation = commands(confirm.get("command"), "confirm.command")
    for what, lines in (("activation", journal.applicable(steps, gone)), ("confirmation", confirmation)):
        for line in lines:
            failure = journal.run(line, max(1.0, min(params["timeout_seconds"], until - time.monotonic())))
            if failure:
                why = reasons(steps, began)
                again = journal.undo(name, identity)
                raise CommitError("\n".join([f"{what} failed; every file is as before", failure, *why, *_also(again)]))
    waits = bool(confirm.get("connection") or confirm.get("url"))
    with told("keep the commit in", "it is undone at the deadline"):
        if not waits:
            journal.finish(name)
        journal.forget(name, params["keep"])
    return {"commit": identity, "waits": waits}


def _also(failures: list[str]) -> list[str]:
    return ["Activating that state failed as well:", *failures] if failures else []


def returning(params: dict) -> list[Entry]:
    """The entries that bring back the state before an earlier commit. Directories stay: they may hold more by now."""
    record = journal.state_before(params["name"], params["return_to"])
    steps = tuple(tuple(command) for command in record["activate"])
    return [
        Entry(
            before["path"],
            before["kind"],
            before["target"].encode() if before["kind"] == "link" else before.get("content"),
            before.get("owner", "root"),
            before.get("group", "root"),
            before.get("mode", 0),
            sensitive=True,
            activate=steps,
            as_user=before.get("as_user", "root"),
        )
        for before in record["before"]
        if before["kind"] != "directory" and not (before["kind"] == "absent" and Path(before["path"]).is_dir())
    ]


def commit(module: AnsibleModule) -> dict:
    """Bring the set to what it should be and describe what was done."""
    params = module.params
    name = params["name"]
    if wrong := fault(params):
        raise CommitError(wrong)
    activation = commands(params["activate"], "activate")
    with nullcontext(True) if module.check_mode else journal.locked(name) as held:
        if not held:
            raise CommitError("another run is committing this set on the host; run again when it has ended")
        unsettled = settle(name, module.check_mode)
        entries = returning(params) if params["return_to"] else wanted(params)
        if not params["return_to"]:
            refuse_drop_ins(entries, params["tolerated"])
        found = {entry: read(entry.path) for entry in entries}
        changes = {entry: aspects for entry in entries if (aspects := differences(entry, found[entry]))}
        active = tuple(shlex.split(params["active"] or ""))
        steps = tuple(dict.fromkeys(command for entry in changes for command in entry.activate))
        drifted = bool(not steps and active and journal.run(active, params["timeout_seconds"]))
        steps = activation if drifted else steps
        result = {
            "changed": bool(changes or drifted or (unsettled and module.check_mode)),
            "changes": {entry.path: list(aspects) for entry, aspects in changes.items()},
            "activated": [shlex.join(step) for step in steps],
            "drifted": drifted,
            "validated": False,
            "diff": [diff(entry, found[entry]) for entry in changes],
        }
        if changes:
            Replacement(list(changes)).refuse_foreign()
        if changes or drifted:
            validators = commands(params["validate"], "validate")
            result["validated"] = validate(entries, validators, module.check_mode, params["timeout_seconds"])
        if result["changed"] and not module.check_mode:
            result.update(change(params, list(changes), steps))
        return result


class CommitModule(AnsibleModule):
    """Ansible logs a module's arguments to the host's journal before it can be told which contents are sensitive."""

    def _log_invocation(self) -> None:
        self.log(f"Invoked with name={self.params['name']}")


def main() -> None:
    """Run the module."""
    os.umask(0o022)  # sudo may have been told another
    module = CommitModule(argument_spec=ARGUMENTS, supports_check_mode=True, **RULES)
    module.no_log_values.update(
        item["content"] for item in module.params["files"] if item["sensitive"] and item["content"]
    )
    try:
        with told("use", "nothing was changed"):
            result = commit(module)
    except WindowOpen as error:
        module.fail_json(msg=f"{module.params['name']}: {error}", seconds_left=error.seconds_left)
    except (CommitError, journal.JournalError) as error:
        module.fail_json(msg=f"{module.params['name']}: {error}")
    module.exit_json(**result)


if __name__ == "__main__":
    main()
