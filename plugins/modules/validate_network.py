#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: validate_network
short_description: Check the whole networking document before any host is touched
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Reads every variable C(network_*) of the document, each value by itself and all of them together, and reports every fault at
    once, each with the path to it, the file and line where it stands, what is wrong and what would be right.
  - An expression that cannot be evaluated is one fault among the others. Secrets named in C(network_secrets) have to have a
    value, which is shown to nobody.
  - What is usable but doubtful is a warning. Nothing is changed. Runs on the controller; needs no options, for it looks at the
    variables of the inventory itself. Let it run once for all hosts.
extends_documentation_fragment: nostromo.networking.read_only
options: {}
"""

EXAMPLES = r"""
- name: Check the networking document
  nostromo.networking.validate_network:
  run_once: true
"""

RETURN = r"""
msg:
  description: How many faults there are. Each is printed once, above it.
  returned: failure
  type: str
  sample: The network data has 2 faults, listed above.
"""
