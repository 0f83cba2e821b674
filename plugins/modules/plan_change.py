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
  - Holds all that the data decide now against all that they decided in a revision of git - which connections are open, what
    each task of the playbook P(nostromo.networking.site#playbook) would be told for each host, with the files that come out of
    templates, and the document itself.
options: {}
"""
