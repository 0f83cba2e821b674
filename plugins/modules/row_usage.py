#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: row_usage
short_description: Say which rows of the matrix nothing uses, and what is denied
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Asks Prometheus on the host what the firewalls of all hosts have counted, row by row. Rows that nothing used are candidates to
    remove. Packets by which hosts and M(nostromo.networking.prove) try the rows are not among them.
  - The answer is printed for people, and returned for programs. On a host without Prometheus the task is skipped.
extends_documentation_fragment: nostromo.networking.read_only
options:
  days:
    description: Of how many days. Prometheus keeps figures as long as C(network_monitoring.retention) says.
    type: int
    default: 30
"""

EXAMPLES = r"""
- name: What has nothing used in a month?
  nostromo.networking.row_usage:
    days: 30
  become: true
  register: answer

- name: Name those rows
  ansible.builtin.debug:
    msg: "{{ answer.usage.rows | selectattr('packets', 'equalto', 0) | map(attribute='name') }}"
  when: answer is not skipped
"""

RETURN = r"""
text:
  description: The answer for people.
  type: str
  returned: success
usage:
  description:
    - C(days); C(since), host to the time (seconds since the epoch) since when it has figures; C(missing), the hosts without any.
    - C(rows), those that allow, as in RV(nostromo.networking.explain_flow#module:rows), each with its C(packets) that opened
      connections, none where no rule counts it.
    - C(denied), packets that were denied, by C(host), C(chain) of its firewall, C(row) (C(default) where no row speaks of
      them) and C(verdict).
  type: dict
  returned: success
"""
