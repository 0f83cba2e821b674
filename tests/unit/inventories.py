# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The shipped inventories as Ansible reads them, and what validation says of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.plugin_utils.environment import Environment
from ansible_collections.nostromo.networking.plugins.plugin_utils.network import Network, told
from ansible_collections.nostromo.networking.plugins.plugin_utils.whole_document import WholeDocument

ROOT = Path(__file__).resolve().parents[2]


class Inventory:
    """An inventory's variables for one host of it, templated as Ansible would.

    :param extra: what is given on the command line.
    :param without: variables that nobody sets.
    :param carried: components that it carries besides.
    """

    def __init__(
        self,
        name: str,
        extra: dict[str, Any] | None = None,
        without: Collection[str] = (),
        carried: Collection[str] = (),
        host: str = "server",
    ) -> None:
        self._host = host
        self._without = without
        self._loader = DataLoader()
        self._inventory = InventoryManager(loader=self._loader, sources=[str(ROOT / "inventories" / name)])
        for component in carried:
            self._inventory.add_group(component)
            self._inventory.add_host(host, group=component)
        self._extra = extra or {}
        self.variables = self._variables({})

    def __getitem__(self, name: str) -> Any:
        environment = self._environment({})
        if name in ("network_view", "network_database", "network_services"):
            environment = environment.at(self._host, told(self.network.view(self._host)))
        return environment.value(name)

    @property
    def network(self) -> Network:
        """What the document says."""
        return Network(self._environment({}))

    def judge(self, today: date | None = None, **changes: Any) -> Faults:
        """What validation says, with some variables changed; of the age of things only on a given day."""
        return WholeDocument(self._environment(changes), today).judge()

    def _environment(self, changes: dict[str, Any]) -> Environment:
        variables = self._variables(changes)
        return Environment(Templar(self._loader, variables=variables), variables)

    def _variables(self, changes: dict[str, Any]) -> dict[str, Any]:
        manager = VariableManager(loader=self._loader, inventory=self._inventory)
        manager._extra_vars = {**self._extra, **changes}
        found: dict[str, Any] = manager.get_vars(host=self._inventory.get_host(self._host))
        found = {name: value for name, value in found.items() if name not in self._without}
        return {**found, "hostvars": HostVars(self._inventory, manager, self._loader)}
