#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: postgresql_certificate
short_description: A certificate for PostgreSQL, of an authority whose key stays on the controller
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - The host makes a key, which never leaves it, and a request; the controller signs that with the authority's key, which never
    leaves the controller; the host gets the certificate.
  - It is good for 365 days, or as long as the authority, and made anew where less than a third of them is left, or names or
    authority are others; the key stays, unless it is gone or others than root and the group may have read it.
  - The server is not told. The role P(nostromo.networking.postgresql#role) has it reloaded.
attributes:
  check_mode:
    description: Says why one would be made.
    support: full
  diff_mode:
    description: Shows for which names it is made. Neither keys nor certificates are shown.
    support: full
options:
  directory:
    description: Where C(server.key) and C(server.crt) are, root's and readable for the group.
    type: path
    default: /etc/nostromo/postgresql
  group:
    description: The server's group.
    type: str
    default: postgres
  names:
    description: Names and addresses at which clients ask for the server.
    type: list
    elements: str
    required: true
  ca_certificate:
    description: Certificate of the authority, in PEM. Of several the one that the key is of signs.
    type: str
    required: true
  ca_key:
    description: Private key of the authority, in PEM, without a passphrase.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Have a certificate
  nostromo.networking.postgresql_certificate:
    names: [db.internal, 10.0.0.31]
    ca_certificate: "{{ lookup('ansible.builtin.file', 'database-ca.crt') }}"
    ca_key: "{{ vault_database_ca_key }}"
"""

RETURN = r"""
reasons:
  description: Why a certificate was made, or in check mode would be.
  type: list
  elements: str
  returned: always
  sample: ["119 of its 365 days are left"]
"""
