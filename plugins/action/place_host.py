# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tell a host what the document says of it. Documented in plugins/modules/place_host.py."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..module_utils.faults import Faults, listing
from ..plugin_utils.environment import Environment, environments
from ..plugin_utils.network import Network

#: By environment. Each task runs in a process of its own, so this lives as long as the task's loop over the hosts.
_networks: dict[str, Network] = {}


class ActionModule(ActionBase):
    """Put a host into the groups of what it carries, with its variables, for the rest of the run."""

    _requires_connection = False
    supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """What Ansible's strategies take from ``ansible.builtin.add_host`` as well."""
        result = super().run(tmp, task_vars)
        variables = task_vars or {}
        _validation, args = self.validate_argument_spec(argument_spec={"name": {"type": "str", "required": True}})
        host = args["name"]
        if not _networks:
            self._compile(variables)
        network = next((one for one in _networks.values() if host in one.hosts), None)
        if network is None:
            return {**result, "changed": False}
        placed = network.placed(host, variables["ansible_play_hosts_all"])
        return {**result, "changed": False, "add_host": placed}

    def _compile(self, variables: dict[str, Any]) -> None:
        """:raises AnsibleActionFail: with all that is wrong with the inventory."""
        faults = Faults()
        found: list[Environment] = environments(self._templar, variables, faults)
        if faults.errors:
            raise AnsibleActionFail(f"The inventory has {listing(faults.errors)}")
        _networks.update({one.name: Network(one) for one in found})
