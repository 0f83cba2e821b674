#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: plan_host
short_description: Ask a host what a run would change on it
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Has the modules of the playbook C(nostromo.networking.site) look at the host, one after the other and each in check mode, with
    what the data tell them for it, and puts into words what they would change. What was changed by hand is found by that as well.
  - It looks no further than where a run would fail, and does not ask what only refuses a run, such as another firewall.
  - M(nostromo.networking.plan_change) makes a plan of what it returns.
extends_documentation_fragment: nostromo.networking.read_only
seealso:
  - module: nostromo.networking.plan_change
options: {}
"""

EXAMPLES = r"""
- name: Look what a run would change
  nostromo.networking.plan_host:
  register: looked

- name: Say it
  nostromo.networking.plan_change:
    looked: looked
  run_once: true
"""

RETURN = r"""
parts:
  description:
    - What would change, each with its C(subject) (a role), C(changes), each with its C(text) and the C(difference) of a file, and
      C(effects), what is reloaded or restarted. None where all is as it should be.
  type: list
  elements: dict
  returned: success
"""
