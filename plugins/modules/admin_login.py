#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: admin_login
short_description: Prove that an admin can log in with a key and use sudo
version_added: 0.1.0
author: Nostromo (@nostromo)
description:
  - Opens a B(new) SSH connection from the controller to the address and port that Ansible itself uses, with a public key
    and nothing else, and uses C(sudo) there.
  - A connection that is already open (C(ControlPersist)) proves nothing about the next one, so it is not used.
  - Runs on the controller, with the OpenSSH client.
attributes:
  check_mode:
    description: Nobody logs in; the task is skipped.
    support: none
  diff_mode:
    description: There is nothing to compare.
    support: none
options:
  users:
    description: Users to try, in this order. One that succeeds is enough.
    type: list
    elements: str
    required: true
  address:
    description: Address of the SSH server. By default the one that Ansible connects to.
    type: str
  port:
    description: Port of the SSH server. By default the one that Ansible connects to.
    type: int
  private_key_file:
    description: The controller's private key. By default the one that Ansible uses, else those that the client finds.
    type: path
  timeout_seconds:
    description: How long to wait for the connection; the whole proof may take three times as long.
    type: int
    default: 10
"""

EXAMPLES = r"""
- name: Prove that Ripley can log in before the password login is closed
  nostromo.networking.admin_login:
    users: [ripley]
"""

RETURN = r"""
user:
  description: The user that has logged in.
  type: str
  returned: success
  sample: ripley
address:
  description: Where it has logged in.
  type: str
  returned: success
  sample: 203.0.113.10
"""
