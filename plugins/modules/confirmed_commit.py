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
      connections:
        description:
          - Connections from the host that the change must not take away. Each is tried before it, and those that are possible
            are tried again after the activation. When one is lost the host returns at once, and the failure names it.
        type: list
        elements: dict
        default: []
        suboptions:
          name:
            description: What allows the connection, for the failure.
            type: str
            required: true
          user:
            description: System user that connects.
            type: str
            required: true
          address:
            description: Address or name that it connects to.
            type: str
            required: true
          port:
            description: Port that it connects to.
            type: int
            required: true
          protocol:
            description: Over UDP a name server and a time server are asked; whatever answers counts.
            type: str
            choices: [tcp, udp]
            default: tcp
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

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.commit.arguments import ARGUMENTS
from ..module_utils.commit.journal import JournalError
from ..module_utils.commit.model import CommitError, WindowOpen, diff
from ..module_utils.commit.parse import change_set
from ..module_utils.commit.transaction import Outcome, commit

RULES = {"mutually_exclusive": [("return_to", "files"), ("return_to", "directories")]}


class CommitModule(AnsibleModule):
    """Ansible logs a module's arguments to the host's journal before it can be told which contents are sensitive."""

    def _log_invocation(self) -> None:
        self.log(f"Invoked with name={self.params['name']}")


def result(outcome: Outcome, waits: bool) -> dict:
    """What the commit did, for the user; and for the action plugin whether the commit ``waits`` for its confirmation."""
    plan = outcome.plan
    return {
        "changed": outcome.changed,
        "changes": {change.entry.path: list(change.aspects) for change in plan.changes},
        "activated": [shlex.join(command) for command in plan.activate],
        "drifted": plan.drifted,
        "validated": outcome.validated,
        "diff": [diff(change.entry, change.found) for change in plan.changes],
        **({"commit": outcome.commit, "waits": waits} if outcome.commit else {}),
    }


def main() -> None:
    """Run the module."""
    os.umask(0o022)  # sudo may have been told another
    module = CommitModule(argument_spec=ARGUMENTS, supports_check_mode=True, **RULES)
    module.no_log_values.update(
        item["content"] for item in module.params["files"] if item["sensitive"] and item["content"]
    )
    try:
        wanted = change_set(module.params)
        outcome = commit(wanted, module.check_mode)
    except WindowOpen as error:
        module.fail_json(msg=f"{module.params['name']}: {error}", seconds_left=error.seconds_left)
    except (CommitError, JournalError) as error:
        module.fail_json(msg=f"{module.params['name']}: {error}")
    module.exit_json(**result(outcome, wanted.waits))


if __name__ == "__main__":
    main()
