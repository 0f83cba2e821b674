#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: plan_change
short_description: Say what a change of the data means, before it is made
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Holds what the data decide now against what they decide in a revision of git - which connections are open, what each task of
    the playbook C(nostromo.networking.site) is told for each host, with the files that come out of templates, and the document
    itself. The plan is empty exactly if none of that differs.
  - Both sides are read by Ansible's own inventory, with the vault's passwords, the limit and the variables of the command line,
    and compiled by the roles of this collection. What git is told to ignore, such as a vault, is taken as it is now.
  - What only a host knows, such as which packages are installed, is taken as on a fresh Debian 13, on both sides.
  - Or, with O(looked), says what a run would change on the hosts as they are.
  - Secrets are told by their names. Environments of services are told by the names of their variables.
  - Runs on the controller; no host is contacted, and nothing of the repository is touched.
requirements:
  - git, on the controller, for O(against)
seealso:
  - module: nostromo.networking.plan_host
attributes:
  check_mode:
    description: Does the same as otherwise, for it changes nothing.
    support: full
  diff_mode:
    description: With C(--diff) the lines of files that change are printed.
    support: full
options:
  against:
    description:
      - The revision - a branch, a tag or a commit of the repository in which the inventory lies.
      - Either this or O(looked) is required.
    type: str
  looked:
    description: Name of the variable in which M(nostromo.networking.plan_host) has registered its results.
    type: str
  reports:
    description: Directory for C(plan.md), for pull requests, and C(plan.json), for programs. By default none is written.
    type: path
"""

EXAMPLES = r"""
- name: Say what the branch means
  nostromo.networking.plan_change:
    against: origin/main
    reports: plan
  run_once: true
  register: branch

- name: Refuse to open anything
  ansible.builtin.assert:
    that: branch.plan.connections | selectattr('verb', 'eq', 'opens') | length == 0
"""

RETURN = r"""
text:
  description: The plan for people.
  type: str
  returned: success
markdown:
  description: The plan for a pull request.
  type: str
  returned: success
reports:
  description: The directory that holds the reports; empty where none are written.
  type: str
  returned: success
plan:
  description: The plan for programs.
  type: dict
  returned: success
  contains:
    against:
      description: The revision, as it was named; or that it is the hosts.
      type: str
    commit:
      description: What the name stands for.
      type: str
    changes:
      description: Whether anything is decided otherwise.
      type: bool
    summary:
      description: The whole in a few sentences.
      type: list
      elements: str
    connections:
      description:
        - What is opened, closed, or decided by another row of two sets of data, each with its C(verb) (C(opens), C(closes) or
          C(decides otherwise)), C(environment) where there are several, C(source), C(destination), C(ports), C(protocol), the
          C(row) that decides now and the one that did C(before), and C(ways), each from a host to a host, or none for an end
          that is outside.
      type: list
      elements: dict
    hosts:
      description:
        - What changes on hosts, each with the C(hosts) that it changes for alike, its C(subject) (a role, or C(matrix)),
          C(changes), each with its C(text) and the C(difference) of a file, and C(effects), what is reloaded, restarted or built
          anew.
      type: list
      elements: dict
    data:
      description: What changes in the document, each with its C(text) and C(difference).
      type: list
      elements: dict
"""
