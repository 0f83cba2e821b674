# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All that the data of an inventory decide, compiled by what the roles themselves use, without what is secret."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ansible.parsing.vault import VaultHelper

from ..module_utils.document.variables import GONE, PREFIX, TOLD, Document
from ..module_utils.plan.host_sentences import MATRIX
from ..module_utils.plan.plan import Decisions
from ..module_utils.plan.secrets import Secrets
from .environment import Environment
from .given import origin_of
from .given_inventory import GivenInventory
from .site_tasks import SiteTasks, plain
from .zone_data import zone_data

#: Evaluated with the view of the hosts that run them: they are in what the role is told that deploys them.
_BY_HOST = ("network_services",)
_SECRETS = "network_secrets"
#: As variables of a vault are called (Ansible's "keep vaulted variables safely visible").
_VAULT = "vault_"
_ENCRYPTED = b"$ANSIBLE_VAULT;"


def decisions(
    now: GivenInventory, before: GivenInventory, at_home: Callable[[str], str]
) -> tuple[Decisions, Decisions]:
    """The decisions of two inventories whose data are valid, those of ``before`` first.

    :param at_home: names files as ``now`` does in a text of ``before``.
    :raises AnsibleError: something in the data cannot be evaluated for a host.
    """
    secrets = Secrets()
    for given in (now, before):
        learn_secrets(given, secrets)
    new, old = _Raw(now, str), _Raw(before, at_home)
    for raw in (new, old):
        for data in raw.data.values():
            secrets.learn_from(data)
            secrets.learn_declared(data, Document.options())
        for told in (told for roles in raw.hosts.values() for tasks in roles.values() for told in tasks.items()):
            secrets.learn_from({told[0].rpartition(" ")[2]: told[1]})
    return old.masked(secrets), new.masked(secrets)


class _Raw:
    """With secrets."""

    def __init__(self, given: GivenInventory, text: Callable[[str], str]) -> None:
        given.tell_hosts()
        self.matrices = {name: network.matrix for name, network in given.networks.items()}
        self.data = {name: _data(environment, text) for name, environment in given.environments.items()}
        tasks = SiteTasks(given).by_host()
        self.hosts: dict[str, Any] = {
            host: {MATRIX: plain(_view(network.view(host)), text), **plain(tasks.get(host, {}), text)}
            for network in given.networks.values()
            for host in network.hosts
        }
        for name, network in given.networks.items():
            if host := network.cloudflare_host(given.hosts):
                self.hosts[host]["cloudflare"] = plain(_zone(given.environments[name]), text)

    def masked(self, secrets: Secrets) -> Decisions:
        return Decisions(self.matrices, secrets.masked(self.hosts), secrets.masked(self.data))


def _view(view: Mapping[str, Any]) -> dict[str, Any]:
    """With names for what lists in it are of."""
    rules = view["firewall"]
    sets = {f"{one['zone']} ({one['family']})": one["addresses"] for one in rules["sets"]}
    clients = {key: {one["component"]: one for one in several} for key, several in view["clients"].items()}
    told = {name: value for name, value in view.items() if name != "host"}
    return {**told, "clients": clients, "firewall": {**rules, "sets": sets}}


def _zone(environment: Environment) -> dict[str, Any]:
    """What the zone at Cloudflare shall be."""
    found = zone_data(environment)
    records = {f"{one.name} {one.type} {one.content}": asdict(one) for one in found.wanted.records}
    pulls = asdict(found.cloudflare.origin_pulls) if found.cloudflare.origin_pulls else {}
    told = {"records": records, "settings": dict(found.wanted.settings), "origin_pulls": pulls}
    return {"cloudflare_zone zone": told}


def _data(environment: Environment, text: Callable[[str], str]) -> dict[str, Any]:
    """The document, and where its hosts are and those from which it is tried."""
    left_out = (*TOLD, *GONE, *_BY_HOST)
    names = [name for name in environment.variables if name.startswith(PREFIX) and name not in left_out]
    found = {name: plain(environment.value(name), text) for name in sorted(names)}
    clients = environment.groups.get("clients", ())
    return {
        **found,
        "reached_at": {host: plain(environment.at(host).value("network_reached_at"), text) for host in environment.hosts},
        "clients": {host: plain(environment.at(host).given("network_addresses", []), text) for host in clients},
    }


def learn_secrets(given: GivenInventory, secrets: Secrets) -> None:
    """What is encrypted, is called as variables of a vault are, or is listed as a secret."""
    encrypted: dict[str, bool] = {}
    for environment in given.environments.values():
        listed = environment.given(_SECRETS, [])
        for host in environment.hosts:
            there = environment.at(host)
            for name, value in environment.raw(host).items():
                file = origin_of(value)
                if file and file not in encrypted:
                    encrypted[file] = _is_encrypted(file)
                if name.startswith(_VAULT) or name in listed or encrypted.get(file, False) or _has_ciphertext(value):
                    secrets.learn(there.value(name), name)


def _is_encrypted(file: str) -> bool:
    try:
        with Path(file).open("rb") as opened:
            return opened.read(len(_ENCRYPTED)) == _ENCRYPTED
    except OSError:
        return False


def _has_ciphertext(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_ciphertext, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(_has_ciphertext, value))
    return bool(VaultHelper.get_ciphertext(value, with_tags=False))
