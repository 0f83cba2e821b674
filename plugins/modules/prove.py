#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: prove
short_description: Hold what was seen of a system against its data
version_added: 0.2.0
author: Nostromo (@nostromo)
description:
  - Judges what M(nostromo.networking.probe_flows), M(nostromo.networking.observe_host) and M(nostromo.networking.probe_site)
    saw, row by row of the matrix, and everything that the data say of sockets, SSH, certificate, redirects and limits.
  - The result is printed for people, and returned for programs. Runs on the controller.
  - The task does not fail for faults of the system, so that reports of them can be written; see C(report.verdict).
attributes:
  check_mode:
    description: Judges the same as otherwise, for it changes nothing.
    support: full
  diff_mode:
    description: Nothing is changed, so there is nothing to show.
    support: none
options:
  data:
    description: What the system should obey, as in C(network_proof).
    type: dict
    required: true
  tried:
    description:
      - Vantage point to the result of M(nostromo.networking.probe_flows) with the probes of
        P(nostromo.networking.flow_probes#filter). One without results could not be reached; one that is missing was left out
        of the run.
    type: dict
    required: true
  observed:
    description: Managed host to the result of M(nostromo.networking.observe_host).
    type: dict
    required: true
  answered:
    description: Host with a web server to the result of M(nostromo.networking.probe_site).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Judge
  nostromo.networking.prove:
    data: "{{ network_proof }}"
    tried: {server: "{{ hostvars.server.tried }}"}
    observed: {server: "{{ hostvars.server.observed }}"}
    answered: {server: "{{ hostvars.server.answered }}"}
  register: proof
"""

RETURN = r"""
report:
  description:
    - C(verdict) (C(proven) or C(fault)), C(summary) (checks by verdict), C(time), C(system), C(vantage_points).
    - C(rows), every row of the matrix with its verdict (C(proven), C(untried) or C(fault)).
    - C(checks), each with C(subject), C(title), C(verdict), C(reason), C(evidence), and C(host), C(source), C(destination) and
      C(row) where there is one. That of a flow has C(ports) (C(5432/tcp)), and C(hops) - the C(vantage) point and C(host)
      between which it was tried, each with its C(verdict).
  type: dict
  returned: success
junit:
  description: The checks as JUnit XML.
  type: str
  returned: success
text:
  description: What was printed.
  type: str
  returned: success
"""
