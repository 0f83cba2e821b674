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
  - Judges what M(nostromo.networking.examine_host) saw, row by row of the matrix, and everything that the data say of sockets,
    SSH, certificate, redirects and limits. Runs on the controller.
  - The result is printed for people, written as reports, and returned for programs. The task does not fail for faults of the
    system; see C(report.verdict).
attributes:
  check_mode:
    description: Judges the same as otherwise, for it changes nothing.
    support: full
  diff_mode:
    description: Nothing is changed, so there is nothing to show.
    support: none
options:
  examined:
    description:
      - Name of the variable under which the results of M(nostromo.networking.examine_host) are registered, for each managed
        host and each client. One without it was left out of the run.
    type: str
    required: true
  reports:
    description:
      - Directory on the controller for C(proof.html), a page for people, C(proof.json) for programs and C(proof.xml) (JUnit) for
        CI. It is made; without it nothing is written.
    type: path
"""

EXAMPLES = r"""
- name: Judge
  nostromo.networking.prove:
    examined: examined
    reports: proof
  register: proof
  run_once: true
"""

RETURN = r"""
report:
  description:
    - C(verdict) (C(passed) or C(failed)), C(summary) (checks by verdict), C(time), C(system), C(vantage_points).
    - C(rows), every row of the matrix with its verdict (C(passed), C(skipped) or C(failed)).
    - C(checks), each with C(subject), C(title), C(verdict), C(reason), C(evidence), C(remedy) (commands), and C(host), C(source),
      C(destination) and C(row) where there is one. That of a flow has C(ports) (C(5432/tcp)), and C(hops) - the C(vantage)
      point and C(host) between which it was tried, each with its C(verdict).
    - C(subjects), each with its title.
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
reports:
  description: The directory of the reports, absolute; empty without O(reports).
  type: str
  returned: success
"""
