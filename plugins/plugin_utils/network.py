# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the document says, evaluated and compiled: for hosts, for the proof, for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleError

from ..module_utils.checks.web_server import HASHED_PATHS
from ..module_utils.document.variables import Document
from ..module_utils.faults import Faults, listing
from ..module_utils.matrix.compile import host_view
from ..module_utils.matrix.model import Matrix
from ..module_utils.matrix.parse import MATRIX_VARIABLES, MatrixError, parse_matrix
from ..module_utils.matrix.placing import roles
from ..module_utils.monitoring.installation import installation
from ..module_utils.monitoring.watched import is_monitored
from ..module_utils.pm2.services import services
from ..module_utils.postgresql.connection import NoWayError, connection
from .environment import Environment, as_texts, environments
from .given import Given

#: What hosts are told of the matrix: how a host sees it, and how its services reach the database, if they do.
VIEW, DATABASE = "network_view", "network_database"
#: The inventory group of the hosts that carry a component.
_GROUP = "network_hosts"
#: That by which the others get out, which has to let them before they need anything.
_GATEWAYS = "network_gateways"
#: That of the one host in each environment for which the zone at Cloudflare is looked at, where there is a token.
_CLOUDFLARE = "network_cloudflare"
#: What monitoring derives from, besides the matrix.
_MONITORED = ("monitoring", "sites", "database_users", "domain", "document_title", "document_language")
#: Nginx's variables that promise something -> how the proof calls it; where they are not set the role decides.
_WEB_SERVER = {
    "nginx_trusted_proxies": "trusted_proxies",
    "nginx_client_address_header": "client_address_header",
    "nginx_client_certificate": "client_certificate",
    "nginx_tls_protocols": "tls_protocols",
    "nginx_security_headers": "headers",
    "nginx_hsts": "hsts",
    "nginx_hashed_paths": "hashed_paths",
    "nginx_upstreams": "upstreams",
    "nginx_http_directives": "directives",
}


def told(view: Mapping[str, Any]) -> dict[str, Any]:
    """The variables that a host is told of the matrix, beginning with its view."""
    try:
        return {VIEW: view, DATABASE: connection(view)}
    except NoWayError:
        return {VIEW: view}


class Network:
    """One environment. What is wrong in the data fails, with all faults at once, whatever is asked for first."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    @classmethod
    def of_run(cls, templar: Any, variables: Mapping[str, Any]) -> Network:
        """The one environment of a run, for what is asked once. :raises AnsibleActionFail: there are several, or none."""
        faults = Faults()
        found = environments(templar, variables, faults)
        if len(found) > 1:
            names = " and ".join(sorted(one.name for one in found))
            faults.error("network_environment", None, f"this run reaches {names}", "choose one with --limit")
        if faults.errors:
            raise AnsibleActionFail(f"The inventory has {listing(faults.errors)}")
        return cls(found[0])

    @property
    def hosts(self) -> Mapping[str, list[str]]:
        """Host -> its components."""
        return self._environment.hosts

    @cached_property
    def data(self) -> dict[str, Any]:
        """The matrix as plain data: what :func:`..module_utils.matrix.parse.parse_matrix` takes."""
        given = Given()
        found = {
            name: given.read(f"network_{name}", self._environment.variables.get(f"network_{name}"), self._environment.template)
            for name in MATRIX_VARIABLES
        }
        found["hosts"] = self._environment.placement(given)
        given.faults.locate(given.origin)
        if given.faults.errors:
            raise AnsibleActionFail(f"The network data has {given.faults.summary()}")
        return found

    @cached_property
    def matrix(self) -> Matrix:
        """The matrix. :raises AnsibleActionFail: it is not valid."""
        try:
            return parse_matrix(self.data)
        except MatrixError as error:
            raise AnsibleActionFail(f"The network matrix has {error}") from error

    def view(self, host: str) -> dict[str, Any]:
        """The matrix as a host sees it, see :func:`host_view`."""
        return host_view(self.matrix, host)

    def place(self, host: str) -> tuple[list[str], dict[str, Any]]:
        """What a host is told for all that follows: the roles that set it up, and variables.

        Those are what the document says where the host's own leave it out, ``network_view``, and ``network_database``
        where a row leads to a database.
        """
        view = self.view(host)
        there = self._environment.at(host, told(view))
        services = there.variables["network_services"]
        if isinstance(services, str):
            services = there.value("network_services")
        return roles(view, there.has, services), {**there.left_out(self._environment.raw(host)), **told(view)}

    def placed(self, host: str, reached: Sequence[str]) -> dict[str, Any]:
        """A host with its groups and variables, as Ansible's strategies take it (``ansible.builtin.add_host``)."""
        roles, told = self.place(host)
        groups = [_GROUP, *(f"network_{role}" for role in roles)]
        if self.matrix.gateway is not None and host == self.matrix.gateway.host:
            groups.append(_GATEWAYS)
        if host == self.cloudflare_host(reached):
            groups.append(_CLOUDFLARE)
        return {"host_name": host, "groups": groups, "host_vars": as_texts(told)}

    @cached_property
    def has_cloudflare_token(self) -> bool:
        """Whether the zone at Cloudflare shall obey. One that cannot be evaluated counts: who looks at the zone tells why."""
        found = self._cloudflare
        return found is None or bool(found.get("token"))

    @cached_property
    def _cloudflare(self) -> Mapping[str, Any] | None:
        """What is said of Cloudflare, secrets included; ``None`` where it cannot be evaluated."""
        try:
            found = self._environment.given("network_cloudflare", None)
        except AnsibleError:
            return None
        return found if isinstance(found, Mapping) else {}

    @property
    def _origin_pulls(self) -> str:
        """Whether Cloudflare is asked for a certificate, as the role for the sites has it by default."""
        found = (self._cloudflare or {}).get("origin_pulls")
        return str(found.get("mode") or "log") if isinstance(found, Mapping) and found else "disabled"

    def cloudflare_host(self, reached: Sequence[str]) -> str:
        """The host for which the zone at Cloudflare is looked at, of those that a run reaches: the first that serves sites, else
        the first. Empty where there is no token.
        """
        if not self.has_cloudflare_token:
            return ""
        own = [host for host in reached if host in self.hosts]
        serving = [host for host in own if self.matrix.proxy in self.hosts[host]]
        return next(iter([*serving, *own]), "")

    def services(self, host: str) -> dict[str, dict[str, Any]]:
        """The services of a host, complete. Those of other hosts speak of what only those are told."""
        view = self.view(host)
        there = self._environment.at(host, told(view))
        declared = there.variables["network_services"]
        if isinstance(declared, Mapping):
            declared = {name: one for name, one in declared.items() if name in view["components"]}
        try:
            return services(there.template(declared), view)
        except ValueError as error:
            raise AnsibleActionFail(str(error)) from error

    def variables(self, *names: str) -> dict[str, Any]:
        """Variables of the document by their names without ``network_``, evaluated."""
        return {name: self._environment.value(f"network_{name}") for name in names}

    def monitoring(self, host: str) -> dict[str, Any]:
        """What monitoring is on a host, see :func:`..module_utils.monitoring.installation.installation`."""
        faults = Faults()
        variables = {f"network_{name}": value for name, value in self.variables(*_MONITORED).items()}
        document = Document.read_variables(variables, faults)
        if faults.errors:
            raise AnsibleActionFail(f"The network data has {faults.summary()}")
        hashed_paths = self._web_server()["hashed_paths"]
        return installation(document, self.matrix, host, HASHED_PATHS if hashed_paths is None else hashed_paths)

    def proof(self) -> dict[str, Any]:
        """What the system should obey, see :func:`..module_utils.checks.intent.read_intent`."""
        groups = self._environment.variables["groups"]
        clients = groups.get("clients", ())
        return {
            "matrix": self.data,
            **self.variables("sites", "rate_limits", "certificate", "ssh", "probe_targets", "tolerated_listeners"),
            **self.variables("dns", "dns_resolver"),
            "domain": self._environment.given("network_domain", ""),
            "has_token": self.has_cloudflare_token,
            "monitored": self.variables(*_MONITORED) if is_monitored(self.matrix) else {},
            "tolerated_firewalls": self.tolerated_firewalls(),
            "web_server": self._web_server(),
            **self._database(),
            "clients": {host: self._environment.at(host).given("network_addresses", []) for host in clients},
            "reached_at": {host: self._environment.at(host).value("network_reached_at") for host in self.hosts},
        }

    def _database(self) -> dict[str, Any]:
        """How clients on other hosts know the database, and as whom they log in; what is secret of it is not even evaluated."""
        roles = self._parts("network_database_users", "name", "component", "databases")
        certificate = next((one.get("certificate") for one in self._parts("network_database_ca", "certificate")), None)
        return {"database_ca": certificate, "database_roles": roles}

    def _parts(self, name: str, *keys: str) -> list[dict[str, Any]]:
        """Some of each record's values, in a list of them or of a single one."""
        written = self._environment.variables.get(name)
        value = self._environment.template(written) if isinstance(written, str) else written
        records = value if isinstance(value, list) else [value]
        return [
            {key: self._environment.template(one[key]) for key in keys if key in one}
            for one in records
            if isinstance(one, Mapping)
        ]

    def tolerated_firewalls(self) -> list[str]:
        """What may run beside our firewall."""
        found: list[str] = self._environment.given("firewall_tolerated", [])
        return found

    def page(self) -> dict[str, Any]:
        """What the networking page shows, see :class:`..module_utils.page.page.Page`."""
        document = self.variables(
            "sites", "rate_limits", "dns", "certificate", "ssh", "monitoring", "external_address",
            "domain", "document_title", "document_language", "document_zones", "document_history", "document_translations",
        )  # fmt: skip
        return {"matrix": self.data, **{name.removeprefix("document_"): value for name, value in document.items()}}

    def _web_server(self) -> dict[str, Any]:
        """What the host of the proxy is told beyond sites and limits."""
        host = next((host.name for host in self.matrix.hosts_of(self.matrix.proxy)), next(iter(self.hosts)))
        there = self._environment.at(host)
        client = there.value("network_client_address")
        trusted = self.data["zones"].get(client["zone"], [])
        promised = {"trusted_proxies": trusted, "client_address_header": client["header"], "upstreams": {}, "directives": []}
        promised["client_certificate"] = self._origin_pulls
        return {key: there.given(name, promised.get(key)) for name, key in _WEB_SERVER.items()}
