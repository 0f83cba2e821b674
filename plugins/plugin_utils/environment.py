# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The document of one environment and its hosts, as Ansible's variables have them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.template import trust_as_template

from ..module_utils.document.variables import PREFIX
from ..module_utils.faults import Faults
from ..module_utils.matrix.bastion import HOST
from ..module_utils.matrix.model import ROOT
from ..module_utils.matrix.placing import carried, check_external, check_inventory
from .given import Given

#: What the document says where the group vars leave it out.
_DEFAULTS = Path(__file__).parents[2] / "playbooks" / "vars"
#: Of this variable each entry may be left out, not only the whole.
_BY_ENTRY = "network_zones"
#: This is what each host's view is made of, beside the user's own rows; to evaluate it for each host takes long.
_UNTOLD = "network_baseline_flows"
#: Where an environment is not named, it is all hosts.
_ALL = "all"


@cache
def defaults() -> Mapping[str, Any]:
    """The defaults of the document by the variables' names, as they are written: expressions are not evaluated."""
    files = (_DEFAULTS / name for name in ("document.yml", "cloudflare_ranges.yml"))
    return {
        name: value
        for file in files
        for name, value in DataLoader().load_from_file(str(file), trusted_as_template=True).items()
    }


def declared_in(variables: Mapping[str, Any]) -> list[str]:
    """The names of the components that some variables declare, none if they are not names to anything."""
    components = variables.get("network_components")
    return [str(name) for name in components] if isinstance(components, Mapping) else []


def as_texts(told: Mapping[str, Any]) -> dict[str, Any]:
    """Variables for hosts, each as a text that is read when it is used: of a result Ansible copies every part several times."""
    texts = {text_of(name): json.dumps(value) for name, value in told.items()}
    return {**texts, **{name: trust_as_template(f"{{{{ {text_of(name)} | from_json }}}}") for name in told}}


def text_of(name: str) -> str:
    """Under which name a host has the text of what it was told."""
    return f"__{name}"


class Environment:
    """The hosts that make up one system, and the document as one of them has it.

    :param templar: Ansible's, which evaluates expressions.
    :param variables: that host's variables as they were written, with ``hostvars`` and ``groups``.
    """

    def __init__(self, templar: Any, variables: Mapping[str, Any]) -> None:
        self._templar = templar
        self._around = {name: variables[name] for name in ("hostvars", "groups")}
        self._own = variables
        self.variables = _completed({**variables, **self._around})

    @cached_property
    def name(self) -> str:
        """The inventory group whose hosts make it up."""
        return str(self.value("network_environment") if "network_environment" in self.variables else _ALL)

    @property
    def groups(self) -> Mapping[str, list[str]]:
        """The groups of the inventory, with the names of their hosts."""
        found: Mapping[str, list[str]] = self._around["groups"]
        return found

    @cached_property
    def hosts(self) -> dict[str, list[str]]:
        """Host -> its components; hosts that carry none are left out."""
        return carried(self._around["groups"], declared_in(self.variables), self.name)

    @cached_property
    def template(self) -> Callable[[Any], Any]:
        """Evaluates an expression as the host has it."""
        evaluate: Callable[[Any], Any] = self._templar.copy_with_new_env(available_variables=self.variables).template
        return evaluate

    def value(self, name: str) -> Any:
        """A variable, evaluated."""
        return self.template(self.variables[name])

    def given(self, name: str, otherwise: Any) -> Any:
        """A variable of a role, evaluated, if anybody has set it."""
        return self.value(name) if name in self.variables else otherwise

    def is_set(self, name: str) -> bool:
        """Whether somebody else has set a variable than who tells the hosts (:func:`as_texts`)."""
        return name in self._own and text_of(name) not in self._own

    def is_default(self, path: str) -> bool:
        """Whether nobody has set what a path leads to."""
        name, _separator, rest = path.replace("[", ".").partition(".")
        own = self._own.get(name)
        if name == _BY_ENTRY and isinstance(own, Mapping):
            return rest.partition(".")[0] in defaults()[name].keys() - own.keys()
        return own is None and name in defaults()

    def has(self, name: str) -> bool:
        """Whether there is anything in a variable; secrets in it are not asked for."""
        raw = self.variables[name]
        return bool(self.template(raw) if isinstance(raw, str) else raw)

    def raw(self, host: str) -> Mapping[str, Any]:
        """A host's own variables as they were written."""
        found: Mapping[str, Any] = self._around["hostvars"].raw_get(host)
        return found

    def at(self, host: str, more: Mapping[str, Any] | None = None) -> Environment:
        """The same as another host has it, with some more variables."""
        return Environment(self._templar, {**self.raw(host), **self._around, **(more or {})})

    def left_out(self, own: Mapping[str, Any]) -> dict[str, Any]:
        """Variable -> what the document says of it, evaluated, where a host's ``own`` variables do not say it all."""
        return {
            name: self.value(name)
            for name in defaults()
            if name.startswith(PREFIX)
            and name != _UNTOLD
            and (name not in own or (name == _BY_ENTRY and self.variables[name] != own[name]))
        }

    def placement(self, given: Given) -> dict[str, dict[str, Any]]:
        """Each host that carries a component, with its ``components``, its ``addresses``, and whether those are
        ``assumed``: nobody has named them, it is the one by which Ansible reaches the host. The bastion has the users of its
        ``administrators`` besides.
        """
        found: dict[str, dict[str, Any]] = {}
        bastion = given.read(HOST, self.variables[HOST], self.template)
        for host, components in self.hosts.items():
            there = self.at(host)
            assumed = "network_addresses" not in there.variables
            name = "network_reached_at" if assumed else "network_addresses"
            raw = there.variables[name]
            addresses = given.read(f"hostvars.{host}.network_addresses", [raw] if assumed else raw, there.template)
            found[host] = {"addresses": addresses, "assumed": assumed, "components": components}
            if host == bastion:
                found[host]["administrators"] = _administrators(there, given)
        return found


def _administrators(host: Environment, given: Given) -> list[str]:
    """The users of those who administer a host, and whom Ansible connects as; in whatever is no list of them there is nobody."""
    names = ("ssh_hardening_admins", "ansible_user")
    admins, user = (given.read(name, host.variables.get(name), host.template) for name in names)
    named = [one.get("name") for one in admins if isinstance(one, Mapping)] if isinstance(admins, list) else []
    return sorted({str(one) for one in (*named, user) if one} - {ROOT})


def environments(templar: Any, variables: Mapping[str, Any], faults: Faults) -> list[Environment]:
    """The environments that the hosts of a run make up, each as its first host has it.

    :param variables: those of a task. What does not fit together in the inventory is noted in ``faults``.
    """
    asked = Environment(templar, variables)
    groups, reached = variables["groups"], variables["ansible_play_hosts_all"]
    found: dict[str, Environment] = {}
    strays = []
    for host in carried(groups, declared_in(variables)):
        if host in reached:
            there = asked.at(host)
            if host in groups.get(there.name, ()):
                found.setdefault(there.name, there)
            else:
                strays.append(host)
    check_inventory(declared_in(variables), found, strays, faults)
    for name, environment in found.items():
        check_external({host: _external(environment.at(host)) for host in environment.hosts}, name, faults)
    return list(found.values())


def _external(environment: Environment) -> str:
    name = "network_external_address"
    return str(environment.value(name)) if name in environment.variables else ""


def _completed(variables: Mapping[str, Any]) -> dict[str, Any]:
    found = {**defaults(), **variables}
    if isinstance(given := variables.get(_BY_ENTRY), Mapping):
        found[_BY_ENTRY] = {**defaults()[_BY_ENTRY], **given}
    return found
