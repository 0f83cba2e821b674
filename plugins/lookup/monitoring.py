# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: monitoring
short_description: What monitoring is set up on a host
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Works out of the networking document which programs of monitoring a host carries, where each listens, and what it is told -
    Prometheus its targets and rules, Alertmanager whom to tell, blackbox what to ask, mtail how to read the access log.
  - It holds secrets.
options:
  _terms:
    description: The host. By default the one for which it is asked.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Show which programs there are
  ansible.builtin.debug:
    msg: "{{ (query('nostromo.networking.monitoring') | first).daemons }}"
"""

RETURN = r"""
_raw:
  description:
    - C(daemons), by their job; C(units), C(directories), C(files) and C(validate), for M(nostromo.networking.confirmed_commit);
      C(check), what the host's own command asks of them; C(retention), flags of Prometheus; C(source), how the exporter reaches
      PostgreSQL; C(told), whether anybody is alerted.
  type: list
  elements: dict
"""

from typing import Any

from ansible.plugins.lookup import LookupBase
from ansible_collections.nostromo.networking.plugins.plugin_utils.network import Network


class LookupModule(LookupBase):
    """The lookup ``monitoring``."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[dict[str, Any]]:
        """For each of the hosts."""
        told = variables or {}
        self.set_options(var_options=told, direct=kwargs)
        hosts = [str(term) for term in terms] or [told["inventory_hostname"]]
        network = Network.of_run(self._templar, told)
        return [network.monitoring(host) for host in hosts]
