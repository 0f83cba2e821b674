# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The shipped inventories as Ansible reads them, and what validation says of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.plugin_utils.whole_document import WholeDocument

ROOT = Path(__file__).resolve().parents[2]


class Inventory:
    """An inventory's variables for its host `server`, templated as Ansible would.

    :param extra: what is given on the command line.
    """

    def __init__(self, name: str, extra: dict[str, Any] | None = None) -> None:
        self._loader = DataLoader()
        self._inventory = InventoryManager(loader=self._loader, sources=[str(ROOT / "inventories" / name)])
        self._extra = extra or {}
        self.variables = self._variables({})

    def __getitem__(self, name: str) -> Any:
        templar = Templar(self._loader, variables=self.variables)
        reached = [one for one in ("network_addresses", "network_reached_at") if one in self.variables]
        server = {one: templar.template(self.variables[one]) for one in reached}
        variables = {**self.variables, "hostvars": {"server": server}}
        return Templar(self._loader, variables=variables).template(self.variables[name])

    def judge(self, **changes: Any) -> Faults:
        """What validation says, with some variables changed."""
        variables = self._variables(changes)
        return WholeDocument(Templar(self._loader, variables=variables), variables).judge()

    def _variables(self, changes: dict[str, Any]) -> dict[str, Any]:
        manager = VariableManager(loader=self._loader, inventory=self._inventory)
        manager._extra_vars = {**self._extra, **changes}
        found: dict[str, Any] = manager.get_vars(host=self._inventory.get_host("server"))
        return {**found, "hostvars": HostVars(self._inventory, manager, self._loader)}
