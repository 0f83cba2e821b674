#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: diagnose
short_description: Say what is wrong with a host, and what mends it
version_added: 0.2.0
author: Nostromo (@nostromo)
description:
  - Looks at a host (with M(nostromo.networking.observe_host), in one execution), at the site from the controller, and holds
    both against what is declared. Each finding says what is wrong, what was seen and which command mends it; causes come
    before their consequences.
  - Changes nothing and restarts nothing. It does not fail for what it finds, nor when the host cannot be reached, which is
    a finding; the playbook C(nostromo.networking.doctor) fails when there are faults.
  - The diagnosis is printed for people, and returned for programs.
extends_documentation_fragment: nostromo.networking.read_only
options:
  symptom:
    description:
      - Look only for what explains one trouble - C(econnrefused), connections to a service are refused, or C(certificate),
        browsers say ERR_CERT_DATE_INVALID, which are the document's two; C(monitoring), monitoring does not see, or tells nobody.
        Empty to look for everything.
    type: str
    choices: ['', econnrefused, certificate, monitoring]
    default: ''
"""

EXAMPLES = r"""
- name: Look for what is wrong
  nostromo.networking.diagnose:
  register: diagnosis

- name: Show the first command that mends something
  ansible.builtin.debug:
    msg: "{{ diagnosis.report.findings[0].remedy[0].text }}"
  when: diagnosis.report.summary.errors > 0
"""

RETURN = r"""
text:
  description: The diagnosis for people.
  type: str
  returned: success
report:
  description: The diagnosis for programs.
  type: dict
  returned: success
  contains:
    summary:
      description:
        - How many findings are C(errors) - something does not work - and how many C(warnings) - something will not before long.
          How many checks C(passed), and how many were C(skipped).
      type: dict
      sample: {errors: 1, warnings: 0, passed: 11, skipped: 0}
    findings:
      description: What is wrong, causes before consequences.
      type: list
      elements: dict
      contains:
        severity:
          description: C(error) or C(warning).
          type: str
        kind:
          description: What it is, for programs, such as C(service-stopped).
          type: str
        subject:
          description: What it concerns, such as the component C(api).
          type: str
        text:
          description: The same in a sentence.
          type: str
        evidence:
          description: What was seen.
          type: list
          elements: str
        remedy:
          description:
            - What puts it right, in this order; each a C(text) and the C(place) where it is to be done - on the C(host),
              C(here) on the controller, or in the C(dns), where the text is a record.
          type: list
          elements: dict
        symptom:
          description: The entry of the document's troubleshooting that this explains, or nothing.
          type: str
        cause:
          description: The sentence of the finding from which this one follows; empty when it stands for itself.
          type: str
      sample:
        - severity: error
          kind: service-stopped
          subject: api
          text: API is stopped, so connections to 127.0.0.1:8000 are refused.
          evidence: ["pm2-api.service: inactive (dead) since Wed 2026-11-25 03:34:27 UTC, enabled"]
          remedy: [{place: host, text: sudo systemctl start pm2-api.service}]
          symptom: ECONNREFUSED
          cause: ""
    passed:
      description: The checks that found nothing, by name, and in a few words what they saw.
      type: dict
    skipped:
      description: The checks that could not be made, by name, and why.
      type: dict
"""
