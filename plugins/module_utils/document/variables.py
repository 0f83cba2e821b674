# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The variables of the document: the only list of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal

from ..faults import Faults
from .addresses import Address, IPAddress, IPNetwork, Network
from .certificate import CERTIFICATES, Certificate
from .cloudflare import Cloudflare
from .cloudflare_ranges import Ranges
from .database import DATABASE_USERS, DATABASES, Database, DatabaseCa, DatabaseUser
from .dns import Dns
from .kinds import Choice, Many, Matching, Switch, Text
from .limits import LIMITS, RateLimit
from .monitoring import Monitoring, Receivers
from .network import COMPONENTS, FLOWS, ZONES, Component, Flow
from .options import Options
from .pages import HISTORY, ZONE_TITLES, ByLanguage, Change, Translations
from .proof import TARGETS, TOLERATED, ToleratedListener
from .record import Record, says
from .schema import ENCRYPTED, TEMPLATE, Schema, optional, templated
from .services import SERVICES, SOURCES, Service, Source
from .sites import SITES, ClientAddress, Site
from .ssh import Directives
from .sticky import STICKY, Sticky
from .words import EMAIL, HOSTNAME

PREFIX = "network_"
_NETWORKS = Many(IPNetwork())
_ADDRESSES = Many(IPAddress())
#: What each host is told of the document (module place_host), for expressions and roles; nobody sets it.
TOLD = ("network_view", "network_database")
#: What group vars had to say up to 0.3, and the collection now makes itself.
GONE = ("network_matrix", "network_proof", "network_document")
_SECRET_NAME = Matching(r"[A-Za-z_][A-Za-z0-9_]*", "a variable's name", "use letters, digits and _")


@dataclass(frozen=True)
class Document(Record):
    """The networking document. Its keys are the variables' names."""

    domain: str = says(
        "The domain to which names of DNS records are relative.", HOSTNAME, default="", key="network_domain"
    )
    external_address: Address | None = says(
        "The server's public address (EXTERNAL_IP in the document).", IPAddress(), key="network_external_address"
    )
    addresses: tuple[Address, ...] = says(
        "The addresses by which other hosts reach a host; internal components bind to the first.",
        _ADDRESSES,
        default=(),
        key="network_addresses",
    )
    environment: str = says(
        "The inventory group whose hosts make up one system, such as staging beside production; by default all hosts.",
        Text(1),
        default="all",
        key="network_environment",
    )
    admin_addresses: tuple[Network, ...] = says(
        "Who may use SSH (ADMIN_IPS in the document), as addresses or networks.",
        _NETWORKS,
        default=(),
        key="network_admin_addresses",
    )
    bastion: str = says(
        "The host, by its name in the inventory, through which administrators reach the others (ProxyJump); empty for none.",
        Text(),
        default="",
        key="network_bastion",
    )
    private_addresses: tuple[Network, ...] = says(
        "The private network that network_bastion leads to, and network_gateway out of, as networks.",
        _NETWORKS,
        default=(),
        key="network_private_addresses",
    )
    gateway: str = says(
        "The host, by its name in the inventory, by which those that are in the private network alone get out; empty for none.",
        Text(),
        default="",
        key="network_gateway",
    )
    resolver_addresses: tuple[Address, ...] = says(
        "The DNS servers that hosts ask, each an address; nothing else can be asked for a name.",
        _ADDRESSES,
        default=(),
        key="network_resolver_addresses",
    )
    cloudflare_addresses: tuple[Network, ...] = says(
        "Cloudflare's address ranges, by default those of network_cloudflare_ranges.",
        _NETWORKS,
        default=(),
        key="network_cloudflare_addresses",
    )
    cloudflare_ranges: Ranges | None = says(
        "The ranges as Cloudflare's API told them, by default those that the collection has.",
        Ranges,
        key="network_cloudflare_ranges",
    )
    zones: Mapping[str, tuple[Network, ...]] = says(
        "Who is not a component: name to addresses or networks (CIDR).", ZONES, default={}, key="network_zones"
    )
    components: Mapping[str, Component] = says(
        "The parts of the system. Each runs on the hosts of the inventory group of its name, as its own system user."
        " server is every managed host itself.",
        COMPONENTS,
        default={},
        key="network_components",
    )
    sticky: Mapping[str, Sticky] = says(
        "What keeps requests of one tenant on one node of a component with several, by the component's name.",
        STICKY,
        default={},
        key="network_sticky",
    )
    flows: tuple[Flow, ...] = says(
        "Who may reach whom. The most specific source wins: component, zone, any; what no row allows is denied.",
        FLOWS,
        default=(),
        key="network_flows",
    )
    baseline_flows: tuple[Flow, ...] = says(
        "What any host needs to live, as rows like those of network_flows.",
        FLOWS,
        default=(),
        key="network_baseline_flows",
    )
    sites: tuple[Site, ...] = says(
        "Every host name that Nginx serves; a request for any other is refused.",
        SITES,
        default=(),
        key="network_sites",
    )
    rate_limits: Mapping[str, RateLimit] = says(
        "Request limits of Nginx by their zone (limit_req_zone, limit_req).",
        LIMITS,
        default={},
        key="network_rate_limits",
    )
    dns: Dns | None = says("DNS of the domain at Cloudflare.", Dns, key="network_dns")
    cloudflare: Cloudflare | None = says(
        "How the zone at Cloudflare is made to obey network_dns.", Cloudflare, key="network_cloudflare"
    )
    dns_proxied: bool = says(
        "Whether Cloudflare stands in front (orange cloud); the client's address is then restored from its header.",
        Switch(),
        default=False,
        key="network_dns_proxied",
    )
    dns_resolver: str = says(
        "Which resolver is asked where the site's names lead; empty for the controller's own, and in verify two public ones.",
        Text(),
        default="",
        key="network_dns_resolver",
    )
    client_address: ClientAddress | None = says(
        "Where the client's address comes from behind a proxy.", ClientAddress, key="network_client_address"
    )
    certificates: tuple[Certificate, ...] = says(
        "The certificate of the sites, or a list of several; a site is served with the one that holds its host name.",
        CERTIFICATES,
        default=(),
        key="network_certificate",
    )
    certificate_email: str = says(
        "Where Let's Encrypt sends notices; empty for none.", EMAIL, default="", key="network_certificate_email"
    )
    ssh: Mapping[str, object] = says(
        "The documented directives of sshd, name to value; yes and no in quotes, or YAML makes booleans of them.",
        Directives(),
        default={},
        key="network_ssh",
    )
    services: Mapping[str, Service] = says(
        "The services that PM2 runs, by the component's name, deployed in this order.",
        SERVICES,
        default={},
        key="network_services",
    )
    service_sources: Mapping[str, Source] = says(
        "Where the code of each service comes from.", SOURCES, default={}, key="network_service_sources"
    )
    databases: tuple[Database, ...] = says("The databases.", DATABASES, default=(), key="network_databases")
    database_users: tuple[DatabaseUser, ...] = says(
        "The database's roles; a role's component is what the flows admit.",
        DATABASE_USERS,
        default=(),
        key="network_database_users",
    )
    database_ca: DatabaseCa | None = says(
        "The certificate authority by which clients on other hosts know the database, which admits them over TLS alone.",
        DatabaseCa,
        key="network_database_ca",
    )
    secrets: tuple[str, ...] = says(
        "The variables that have to be given in a vault.", Many(_SECRET_NAME), default=(), key="network_secrets"
    )
    monitoring: Monitoring | None = says(
        "What is monitored, and when somebody is alerted.", Monitoring, key="network_monitoring"
    )
    alert_receivers: Receivers | None = says(
        "Who is told of alerts, for network_monitoring.", Receivers, key="network_alert_receivers"
    )
    reached_at: str = says("The address by which Ansible reaches a host.", Text(), default="", key="network_reached_at")
    probe_targets: Mapping[str, tuple[str, ...]] = says(
        "Where in a zone the proof tries connections: addresses or names that answer on the ports of its rows.",
        TARGETS,
        default={},
        key="network_probe_targets",
    )
    tolerated_listeners: tuple[ToleratedListener, ...] = says(
        "Sockets that may listen besides those of the matrix, each told by its process, protocol or port.",
        TOLERATED,
        default=(),
        key="network_tolerated_listeners",
    )
    proof_ca_file: str = says(
        "Certificates (PEM, on the controller) of an authority of your own that signed the site's; empty for none.",
        Text(),
        default="",
        key="network_proof_ca_file",
    )
    document_title: ByLanguage | None = says(
        "How the networking page calls what it documents, in each of its languages; by default network_domain.",
        ByLanguage,
        key="network_document_title",
    )
    document_language: Literal["es", "en"] = says(
        "The language of the networking page, where none is asked for.",
        Choice("es", "en"),
        default="en",
        key="network_document_language",
    )
    document_zones: Mapping[str, str] = says(
        "How the networking page calls the zones.", ZONE_TITLES, default={}, key="network_document_zones"
    )
    document_history: tuple[Change, ...] = says(
        "Changes of the document, newest first.", HISTORY, default=(), key="network_document_history"
    )
    document_translations: Translations | None = says(
        "Texts of the data as the page shows them in a language; what is not listed is shown as it stands.",
        Translations,
        key="network_document_translations",
    )

    @classmethod
    def read_variables(cls, variables: Mapping[str, object], faults: Faults) -> Document:
        """The document in some variables, by name; what is wrong is noted, and left out. Others' variables are not looked at."""
        found = {}
        for field, one in cls.declared().items():
            value = variables.get(one.key)
            read = None if value is None else one.kind.read(value, one.key, faults)
            if read is not None:
                found[field] = read
        known = [one.key for one in cls.declared().values()]
        for name in GONE:
            if name in variables:
                faults.warning(name, None, "is made by the collection itself", "take it out of the variables")
        for name in variables:
            if name.startswith(PREFIX) and name not in (*known, *TOLD, *GONE):
                similar = get_close_matches(name, known, n=1, cutoff=0.9)
                if similar:
                    reason = "is not a variable of the document"
                    faults.error(name, variables[name], reason, f"did you mean {similar[0]}?")
        return cls(**found)

    @classmethod
    def raw_options(cls, *names: str, required: Sequence[str] = ()) -> Options:
        """Variables as options of a module, without the prefix, handed to the domain as they stand: it tells what is wrong."""
        found = {}
        declared = {one.key.removeprefix(PREFIX): one for one in cls.declared().values()}
        for name in names:
            one = declared[name]
            option = replace(one, sentence=f"{one.sentence} As C({one.key}).", required=name in required).option()
            told = ("description", "required", "default")
            found[name] = {"type": "raw", **{key: option[key] for key in told if key in option}}
        return found


def group_vars_schema() -> Schema:
    """The schema of the group vars, in draft-07. Variables that it does not know are allowed."""
    shapes = {
        one.key: {"description": one.sentence, **_may_be_empty(one.kind.schema())}
        for one in Document.declared().values()
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Group vars of nostromo.networking",
        "description": "The networking document as data. Made by the playbook nostromo.networking.schema.",
        # An encrypted file is a text, and nothing can be said of it.
        "type": ["object", "null", "string"],
        "pattern": ENCRYPTED,
        "definitions": {"template": TEMPLATE},
        "properties": {name: templated(shape) for name, shape in shapes.items()},
    }


def _may_be_empty(shape: Schema) -> Schema:
    return optional(shape) if shape else shape
