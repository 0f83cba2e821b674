# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An inventory as Ansible reads it, with its document judged and its hosts told what it says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from ansible import context
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.action import ActionBase
from ansible.template import Templar
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager

from ..module_utils.faults import Faults
from .environment import Environment, environments
from .network import Network
from .whole_document import WholeDocument


def sources_of(variables: Mapping[str, Any]) -> list[str]:
    """The inventories of a run, by a task's variables."""
    return [str(source) for source in variables.get("ansible_inventory_sources") or []]


class GivenInventory:
    """The inventories of some files, apart from those of the run.

    Variables given on the command line hold here as well.

    :param base: the directory of the playbook, beside which group vars may lie as well.
    :param vault: the run's secrets, by which encrypted files are read.
    :param limit: which hosts the run is limited to.
    """

    def __init__(self, sources: Sequence[str], base: str, vault: Sequence[Any] = (), limit: str | None = None) -> None:
        self.loader = DataLoader()
        self.loader.set_basedir(base)
        self.loader.set_vault_secrets(list(vault))
        self.inventory = InventoryManager(loader=self.loader, sources=list(sources))
        if limit:
            self.inventory.subset(limit)
        self.manager = VariableManager(loader=self.loader, inventory=self.inventory)
        self.hostvars = HostVars(self.inventory, self.manager, self.loader)
        self._misplaced = Faults()

    @classmethod
    def of_run(cls, action: ActionBase, sources: Sequence[str], base: str) -> GivenInventory:
        """With the vault's passwords and the limit of an action's run."""
        vault = action._loader._vault
        return cls(sources, base, (vault.secrets if vault else None) or (), context.CLIARGS.get("subset"))

    @property
    def hosts(self) -> list[str]:
        """All that the run is limited to."""
        return [host.name for host in self.inventory.get_hosts()]

    def judge(self) -> Faults:
        """What is wrong with the inventory and the documents of its environments."""
        faults = Faults()
        for environment in self.environments.values():
            faults.extend(WholeDocument(environment).judge())
        faults.extend(self._misplaced)
        return faults

    @cached_property
    def environments(self) -> dict[str, Environment]:
        """The environments of those hosts, by name."""
        hosts = self.hosts
        if not hosts:
            return {}
        variables = self.variables(hosts[0])
        return {one.name: one for one in environments(self.templar(variables), variables, self._misplaced)}

    @cached_property
    def networks(self) -> dict[str, Network]:
        """What their documents say."""
        return {name: Network(environment) for name, environment in self.environments.items()}

    def variables(self, host: str, **more: Any) -> dict[str, Any]:
        """A host's variables, as a task has them that is told more of itself (``play``, ``task``)."""
        found: dict[str, Any] = self.manager.get_vars(host=self.inventory.get_host(host), **more)
        return {**found, "hostvars": self.hostvars, "ansible_play_hosts_all": self.hosts}

    def templar(self, variables: Mapping[str, Any]) -> Any:
        """What evaluates expressions."""
        return Templar(self.loader, variables=variables)

    def tell_hosts(self) -> None:
        """Put each host into the groups of what it carries, with its variables, as ``hosts.yml`` does."""
        for network in self.networks.values():
            for host in network.hosts:
                self.inventory.add_dynamic_host(network.placed(host, self.hosts), {})
