# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: certificates
short_description: The certificates of the sites, each with everything that is said of it
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - A list of the certificates in which what the data leave out is filled in.
options:
  _input:
    description: The certificate, or a list of several, as in C(network_certificate).
    type: raw
    required: true
  email:
    description: Where notices go about certificates that have no C(email) of their own; empty for none.
    type: str
    default: ''
"""

EXAMPLES = r"""
- name: Show where the certificates are
  ansible.builtin.debug:
    msg: "{{ network_certificate | nostromo.networking.certificates | map(attribute='directory') }}"
"""

RETURN = r"""
_value:
  description: The certificates.
  type: list
  elements: dict
  sample:
    - name: app.example.org
      names: [app.example.org, www.example.org]
      directory: /etc/letsencrypt/live/app.example.org
      challenge: http
      server: https://acme-v02.api.letsencrypt.org/directory
      email: admin@example.org
      renewal: {method: cron, schedule: "0 0 * * *", command: certbot renew --quiet}
      hook: /etc/letsencrypt/deploy-app.example.org
"""

from typing import Any

from ansible.errors import AnsibleFilterError


def certificates(declared: Any, email: str = "") -> list[dict[str, Any]]:
    """The certificates as plain data."""
    # For the first filter Ansible loads all of a collection, in each task anew: this is for those that use it.
    from ..module_utils.document.certificate import CERTIFICATES
    from ..module_utils.faults import Faults

    faults = Faults()
    read = CERTIFICATES.read(declared, "network_certificate", faults) or ()
    if faults.errors:
        raise AnsibleFilterError("certificates: " + "; ".join(map(str, faults.errors)))
    return [one.plain(email) for one in read]


class FilterModule:
    """Ansible's entry point."""

    def filters(self) -> dict:
        """The filter by name."""
        return {"certificates": certificates}
