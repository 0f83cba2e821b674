# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: release_builders
short_description: Which hosts build the services of a host
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Of the hosts that run a service and would make the same release of it, one builds it - the one that the service names in
    C(build_on), else the first by name - and the others get it from there.
  - With O(made_of) it says instead what the releases of this host are made of, as a digest, for the other hosts to compare
    theirs with. What they say is expected in their variable C(pm2_made_of), as that of this host is.
options:
  _terms:
    description: The services of the host, as P(nostromo.networking.pm2_services#filter) gives them.
    required: true
  made_of:
    description: Texts that say on what hosts a release of this host can be used.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Show who builds what runs here
  ansible.builtin.debug:
    msg: "{{ lookup('nostromo.networking.release_builders', pm2_services) }}"
"""

RETURN = r"""
_raw:
  description: One dictionary, of each service that runs on several hosts the host that builds it.
  type: list
  elements: dict
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible.plugins.lookup import LookupBase
from ansible_collections.nostromo.networking.plugins.module_utils.release.builders import builder, made_of

_SAID = "pm2_made_of"


class LookupModule(LookupBase):
    """The lookup ``release_builders``."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        """Of the host of the task."""
        self.set_options(var_options=variables, direct=kwargs)
        services: Mapping[str, Any] = terms[0]
        platform = self.get_option("made_of")
        if platform is not None:
            return [made_of(services, [str(text) for text in platform])]
        told = variables or {}
        host, hosts = told["inventory_hostname"], told["hostvars"]

        def known(name: str, other: str) -> str | None:
            found = (hosts[other].get(_SAID) if other in hosts else None) or {}
            return found.get(name)

        own: Mapping[str, str] = told[_SAID]
        return [{name: builder(services[name], host, digest, partial(known, name)) for name, digest in own.items()}]
