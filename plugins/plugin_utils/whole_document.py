# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The document of one environment as Ansible's variables have it, judged as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..module_utils.document.kinds import Kind
from ..module_utils.document.ssh import ADMINS, Directives
from ..module_utils.document.variables import DERIVED, PREFIX, Document
from ..module_utils.faults import Fault, Faults
from ..module_utils.fields import is_placeholder
from ..module_utils.matrix.compile import host_view
from ..module_utils.matrix.parse import link
from ..module_utils.matrix.placing import carried
from ..module_utils.matrix.validate import Surroundings, validate
from ..module_utils.release.model import BUILD_USER
from .given import Given

_SERVICES = "network_services"
#: Those in which shipped files have placeholders.
_FILLED_IN = (
    "network_admin_addresses",
    "network_resolver_addresses",
    "network_external_address",
    "network_certificate_email",
    "network_service_sources",
)
#: Variables of roles that lock people out when they are wrong.
_ROLES: Mapping[str, Kind[Any]] = {"ssh_hardening_settings": Directives(), "ssh_hardening_admins": ADMINS}


def declared_in(variables: Mapping[str, Any]) -> list[str]:
    """The names of the components that some variables declare, none if they are not names to anything."""
    components = variables.get("network_components")
    return [str(name) for name in components] if isinstance(components, Mapping) else []


class WholeDocument:
    """The document in the variables of a host, which is any of its environment.

    :param templar: Ansible's, which evaluates expressions.
    :param variables: the host's variables as they were written, with ``hostvars`` and ``groups``.
    """

    def __init__(self, templar: Any, variables: Mapping[str, Any]) -> None:
        self._all = variables
        self._templar = templar
        self._template = templar.copy_with_new_env(available_variables=variables).template

    def judge(self) -> Faults:
        """Everything that is wrong, doubtful or good to know, each with where it stands."""
        given, variables = Given(), self._all
        document = {
            name: given.read(name, value, self._template)
            for name, value in variables.items()
            if name.startswith(PREFIX) and name not in DERIVED and name != _SERVICES
        }
        document = {name: value for name, value in document.items() if not given.is_unread(name)}
        hosts = self._placement(document, given)
        if _SERVICES in variables:
            document[_SERVICES] = self._services(document, hosts, given)
        around = Surroundings(
            hosts=hosts,
            build_user=str(given.read("pm2_build_user", variables.get("pm2_build_user") or BUILD_USER, self._template)),
            filled_in={name: document[name] for name in _FILLED_IN if name in document},
            directives=given.read(
                "nginx_http_directives", variables.get("nginx_http_directives") or [], self._template
            ),
        )
        _document, _matrix, faults = validate(document, around)
        for variable, kind in _ROLES.items():
            if (value := variables.get(variable)) is not None:
                kind.read(given.read(variable, value, self._template), variable, faults)
        missing = self._check_secrets(document, faults)
        told = {(fault.path, fault.reason) for fault in faults}

        def is_repetition(fault: Fault) -> bool:
            original = given.original(fault.path)
            if original == fault.path:
                return given.is_unread(fault.path)
            return given.is_unread(fault.path) or original in missing or (original, fault.reason) in told

        faults.drop(is_repetition)
        faults.extend(
            fault
            for fault in given.faults
            if given.original(fault.path) not in missing and not any(f"'{name}'" in fault.reason for name in missing)
        )
        faults.locate(given.origin)
        return faults

    def _placement(self, document: Mapping[str, Any], given: Given) -> dict[str, Any]:
        """Each host of the environment that carries a component, with its addresses and components."""
        environment = str(document.get("network_environment", "all"))
        found = {}
        for host, components in carried(self._all["groups"], declared_in(document), environment).items():
            template = self._template_of(host)
            raw = self._all["hostvars"].raw_get(host)
            assumed = "network_addresses" not in raw
            addresses = [raw.get("network_reached_at", host)] if assumed else raw["network_addresses"]
            found[host] = {
                "addresses": given.read(f"hostvars.{host}.network_addresses", addresses, template),
                "assumed": assumed,
                "components": components,
            }
        return found

    def _services(self, document: Mapping[str, Any], hosts: Mapping[str, Any], given: Given) -> Any:
        """The services, each as it is on the first host that carries its component."""
        raw = self._all[_SERVICES]
        if not isinstance(raw, Mapping):
            return given.read(_SERVICES, raw, self._template)
        faults = Faults()
        matrix = link(Document.read_variables(document, faults), document, hosts, faults)
        # Where the matrix is wrong there is no view, and nothing is said of expressions that ask for it.
        views = {} if faults.errors else {host: {"network_view": host_view(matrix, host)} for host in hosts}
        found: dict[str, Any] = {}
        for name, service in raw.items():
            host = next((host for host, place in hosts.items() if name in place["components"]), None)
            template = self._template_of(host, views.get(host)) if host else self._template
            found[name] = given.read(f"{_SERVICES}.{name}", service, template)
        return found

    def _template_of(self, host: str, more: Mapping[str, Any] | None = None) -> Any:
        """What evaluates expressions as another host has them."""
        around = {name: self._all[name] for name in ("hostvars", "groups")}
        own = {**self._all["hostvars"].raw_get(host), **around, **(more or {})}
        return self._templar.copy_with_new_env(available_variables=own).template

    def _check_secrets(self, document: Mapping[str, Any], faults: Faults) -> list[str]:
        """Note the secrets that are not there; returns the names of those without a value."""
        names = document.get("network_secrets")
        missing = []
        for name in names if isinstance(names, list) else []:
            given = Given()
            value = given.read(str(name), self._all.get(name), self._template)
            if given.faults:
                faults.extend(given.faults)
                missing.append(name)
                continue
            if not value:
                reason, missing = "has no value", [*missing, name]
            elif is_placeholder(value):
                reason = "is a placeholder that was left in"
            else:
                continue
            remedy = (
                "copy inventories/group_vars/all/vault.yml.example to vault.yml beside it, fill it in and encrypt it"
                " with ansible-vault encrypt"
            )
            faults.error(str(name), None, reason, remedy)
        return missing
