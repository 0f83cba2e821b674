#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: explain_flow
short_description: Say whether the matrix allows a connection, and why
version_added: 0.1.0
author: Nostromo (@nostromo)
description:
  - Answers from the data alone whether one end may reach the other on a port, which row decides, which firewall rules
    enforce it (as the role P(nostromo.networking.firewall#role) renders them), and what would have to change in the data
    to get the opposite. Or selects rows with JMESPath.
  - The answer is printed for people, and returned for programs. Runs on the controller; no host is contacted.
requirements:
  - jmespath, on the controller, for O(query)
extends_documentation_fragment: nostromo.networking.read_only
options:
  source:
    description: Where the connection starts - a component (or its host name), a zone, an address or a network.
    type: raw
  destination:
    description:
      - Where it ends, likewise. The address of a managed host stands for the component that listens on O(port) there.
    type: raw
  port:
    description: The port that is connected to, from 1 to 65535.
    type: raw
  protocol:
    description: C(tcp) or C(udp). C(tcp) when left out or empty.
    type: raw
  query:
    description:
      - A JMESPath expression over the rows, in place of a connection. Each row has C(path), C(name), C(source),
        C(destination), C(ports) (integers, or ranges such as C(8000-8010)), C(protocols), C(action), C(table),
        C(documented) and C(reason).
    type: str
"""

EXAMPLES = r"""
- name: May the worker reach the database?
  nostromo.networking.explain_flow:
    source: worker
    destination: database
    port: 5432
  register: answer

- name: Insist
  ansible.builtin.assert:
    that: answer.verdict == 'allow'

- name: List what the document lacks
  nostromo.networking.explain_flow:
    query: "[?!documented]"
"""

RETURN = r"""
text:
  description: The answer for people.
  type: str
  returned: success
question:
  description: The question as it was understood - C(from), C(to), C(port) and C(protocol).
  type: dict
  returned: when a connection is asked for
verdict:
  description: C(allow) or C(deny); C(mixed) when hosts of one component differ.
  type: str
  returned: when a connection is asked for
routes:
  description: The connection between every two hosts on which the two ends run.
  type: list
  elements: dict
  returned: when a connection is asked for
  contains:
    from_host:
      description: Where it starts; none when that is outside.
      type: str
    to_host:
      description: Where it ends; none when that is outside.
      type: str
    action:
      description: C(allow) or C(deny).
      type: str
    row:
      description: The row that decides, in the form of RV(rows); none when no row speaks of it.
      type: dict
    rules:
      description:
        - The firewall rules that a packet meets, each with its C(host), C(kind) (C(egress), C(forward), on the gateway,
          C(ingress) or C(local), for loopback), C(action) and C(line) (as nftables reads it).
      type: list
      elements: dict
opposite:
  description:
    - The edits of the data that would give the opposite, each with C(kind), C(path), C(text) and C(value). Empty when
      there are none, for a component may always reach itself.
  type: list
  elements: dict
  returned: when a connection is asked for
notes:
  description: What the verdict alone would not tell, such as that nothing listens there.
  type: list
  elements: str
  returned: when a connection is asked for
rows:
  description: What the query found.
  type: raw
  returned: when rows are asked for
"""
