# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The document of one environment as Ansible's variables have it, judged as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from ansible.template import trust_as_template

from ..module_utils.document.kinds import Kind
from ..module_utils.document.ssh import ADMINS, Directives
from ..module_utils.document.variables import GONE, PREFIX, TOLD, Document
from ..module_utils.faults import Fault, Faults
from ..module_utils.fields import is_placeholder
from ..module_utils.matrix.balance.carried import with_balancers
from ..module_utils.matrix.compile import host_view
from ..module_utils.matrix.parse import link
from ..module_utils.matrix.validate import Surroundings, validate
from ..module_utils.postgresql.connection import NoWayError, connection
from ..module_utils.release.model import BUILD_USER
from .database_ca import Authority, AuthorityError
from .environment import Environment
from .given import Given
from .network import DATABASE, VIEW

_SERVICES = "network_services"
_AUTHORITY = "network_database_ca"
#: An authority's end is told so long before: whoever trusts it has to learn of another one meanwhile.
_BEFORE = timedelta(days=365)
_SECRETS = "network_secrets"
# As variables of a vault are called (Ansible's "keep vaulted variables safely visible"), unless it may be missing.
_SECRET = re.compile(r"\b(vault_\w+)\b(?!\s*(?:\||is )\s*(?:default|defined|d\b))")
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


class WholeDocument:
    """The document of an environment, as one of its hosts has it.

    :param today: by which the age of what is kept of the world outside is judged; without it none is.
    """

    def __init__(self, environment: Environment, today: date | None = None) -> None:
        self._environment = environment
        self._today = today
        self._all = environment.variables
        self._template = environment.template
        #: What expressions may ask for and nobody can tell them, for a reason that is a fault of its own.
        self._absent: list[str] = []

    def judge(self) -> Faults:
        """Everything that is wrong, doubtful or good to know, each with where it stands."""
        given, variables = Given(), self._all
        document = {
            name: None if name in GONE else given.read(name, value, self._template)
            for name, value in variables.items()
            if name.startswith(PREFIX) and name not in TOLD and name != _SERVICES
        }
        document = {name: value for name, value in document.items() if not given.is_unread(name)}
        hosts = self._environment.placement(given)
        if _SERVICES in variables:
            document[_SERVICES] = self._services(document, hosts, given)
        around = Surroundings(
            hosts=hosts,
            build_user=str(given.read("pm2_build_user", variables.get("pm2_build_user") or BUILD_USER, self._template)),
            filled_in={name: document[name] for name in _FILLED_IN if name in document},
            directives=given.read(
                "nginx_http_directives", variables.get("nginx_http_directives") or [], self._template
            ),
            clients=bool(variables["groups"].get("clients")),
            today=self._today,
        )
        read, _matrix, faults = validate(document, around)
        _check_authority(read, faults)
        for variable, kind in _ROLES.items():
            if (value := variables.get(variable)) is not None:
                kind.read(given.read(variable, value, self._template), variable, faults)
        for name in TOLD:
            if self._environment.is_set(name):
                reason = "is what the collection tells each host"
                faults.error(name, None, reason, "take it out of the variables, or it would be believed instead")
        missing = [*self._check_secrets(document, faults), *self._absent]
        self._check_listed(document, given, faults)
        told = {(fault.path, fault.reason) for fault in faults}

        def is_repetition(fault: Fault) -> bool:
            original = given.original(fault.path)
            if original == fault.path:
                return given.is_unread(fault.path)
            return given.is_unread(fault.path) or original in missing or (original, fault.reason) in told

        faults.drop(is_repetition)
        if not all(self._environment.is_default(fault.path) for fault in faults.errors):
            # What is wrong in a default follows from what is wrong in the data that it is made of.
            faults.drop(lambda fault: self._environment.is_default(fault.path))
        faults.extend(
            fault
            for fault in given.faults
            if given.original(fault.path) not in missing and not any(f"'{name}'" in fault.reason for name in missing)
        )
        faults.locate(given.origin)
        return faults

    def _services(self, document: Mapping[str, Any], hosts: Mapping[str, Any], given: Given) -> Any:
        """The services, each as it is on the first host that carries its component."""
        raw = self._all[_SERVICES]
        if not raw or not isinstance(raw, Mapping):
            return given.read(_SERVICES, raw, self._template)
        faults = Faults()
        matrix = link(Document.read_variables(document, faults), document, hosts, faults)
        readable = not faults.errors
        if not readable:
            self._absent = [VIEW, DATABASE]
        carried = with_balancers(matrix) if readable else matrix
        told = cache(lambda host: _told(host_view(carried, host)))
        found: dict[str, Any] = {}
        for name, service in raw.items():
            host = next((host for host, place in hosts.items() if name in place["components"]), None)
            if host is None:
                self._absent = [VIEW, DATABASE]  # that it runs nowhere is told
            template = self._environment.at(host, told(host) if readable else {}).template if host else self._template
            found[name] = given.read(f"{_SERVICES}.{name}", service, template)
        return found

    def _check_secrets(self, document: Mapping[str, Any], faults: Faults) -> list[str]:
        """Note the secrets that are not there; returns the names of those without a value."""
        names = document.get(_SECRETS)
        missing = []
        for name in names if isinstance(names, list) else []:
            if not isinstance(name, str):
                continue  # which is told
            given = Given()
            value = given.read(name, self._all.get(name), self._template)
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
            faults.error(name, None, reason, remedy)
        return missing

    @staticmethod
    def _check_listed(document: Mapping[str, Any], given: Given, faults: Faults) -> None:
        """Note secrets that are used and not listed: nobody would say that one is missing or a placeholder."""
        listed = document.get(_SECRETS)
        used = {name: path for path, expression in reversed(given.expressions) for name in _SECRET.findall(expression)}
        for name, path in used.items() if isinstance(listed, list) else ():
            if name not in listed:
                reason = f"{name} is not listed in {_SECRETS}, so nobody sees that it is given"
                faults.warning(path, None, reason, f"add {name} there")


def _check_authority(document: Document, faults: Faults) -> None:
    """Note an authority that cannot sign, or soon will not."""
    given = document.database_ca
    if given is None or not (given.certificate and given.key):
        return
    now = datetime.now(UTC)
    try:
        authority = Authority.read(given.certificate, given.key, now)
    except AuthorityError as error:
        faults.error(f"{_AUTHORITY}.{error.part}", None, error.reason, error.remedy)
        return
    if authority.until - now < _BEFORE:
        reason = f"ends on {authority.until:%Y-%m-%d}, and with it every certificate that it has signed"
        faults.warning(f"{_AUTHORITY}.certificate", None, reason, "put another in its place in three steps (README)")


def _told(view: Mapping[str, Any]) -> dict[str, Any]:
    """What a host is told of the matrix; an expression that asks for what it is not told learns why."""
    try:
        return {VIEW: view, DATABASE: connection(view)}
    except NoWayError as error:
        return {VIEW: view, DATABASE: trust_as_template(f"{{{{ undef(hint={str(error)!r}) }}}}")}
