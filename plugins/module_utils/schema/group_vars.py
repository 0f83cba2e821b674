# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The schema of what users write in ``inventories/group_vars``: each variable, and what it may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter
from typing import Any

from ..document.phrases import LANGUAGES, phrases
from ..matrix import vocabulary as words
from ..matrix.model import ANY, SERVER
from ..matrix.probing import TOLERATED_KEYS
from ..pm2.services import ACCOUNT_KEYS, LIMITS, OPTIONS
from ..rate_limit import parse as limits
from ..rate_limit.variables import REFERENCE
from .options import Options, record_of
from .shapes import (
    ENCRYPTED,
    SCALAR,
    SWITCH,
    TEMPLATE,
    Schema,
    choice,
    either,
    integer,
    mapping,
    matching,
    optional,
    record,
    sequence,
    templated,
    text,
    to_fill_in,
)

# A port as text, without a leading zero; and a range of them.
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_RANGE = re.compile(r"[1-9][0-9]{0,4}-[1-9][0-9]{0,4}")
_PORT_REMEDY = f"use an integer from {words.LOWEST_PORT} to {words.HIGHEST_PORT}"
_PORTS_REMEDY = f"{_PORT_REMEDY}, a range such as 8000-8010, or a list of these"
_TTL_TEXTS = [value for value in words.AUTOMATIC_TTL if isinstance(value, str)]
_EMAIL = re.compile(r"(.*@.*)?")
# Set by the action plugin that uploads the code, or by the filter that joins database roles with addresses.
_NOT_THE_USERS = ("digest", "upload", "addresses", "account")


def group_vars_schema(roles: Mapping[str, Options], service: Options) -> Schema:
    """The schema in draft-07. Variables that it does not know are allowed.

    :param roles: the options of the roles ``letsencrypt`` and ``postgresql``, from their ``argument_specs``.
    :param service: the options of the module ``pm2_service``, from its documentation.
    """
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Group vars of nostromo.networking",
        "description": "The networking document as data. Made by the playbook nostromo.networking.schema.",
        # An encrypted file is a text, and nothing can be said of it.
        "type": ["object", "null", "string"],
        "pattern": ENCRYPTED,
        "definitions": {"template": TEMPLATE},
        "properties": {
            name: templated({"description": description, **shape})
            for name, (description, shape) in _variables(roles, service).items()
        },
    }


def _variables(roles: Mapping[str, Options], service: Options) -> dict[str, tuple[str, Schema]]:
    component = _word(words.KEY)
    networks = sequence(_to_fill_in(words.NETWORK))
    rows = optional(sequence(_flow()))
    source = record_of(_users_own(service["source"]["suboptions"]))
    return {
        "network_domain": ("The domain to which names of DNS records are relative.", _word(words.HOSTNAME)),
        "network_external_address": (
            "The server's public address (EXTERNAL_IP in the document).",
            _to_fill_in(words.ADDRESS),
        ),
        "network_addresses": (
            "The addresses by which other hosts reach a host; internal components bind to the first.",
            sequence(_to_fill_in(words.ADDRESS)),
        ),
        "network_admin_addresses": ("Who may use SSH (ADMIN_IPS in the document), as addresses or networks.", networks),
        "network_resolver_addresses": (
            "The DNS servers that hosts ask, each an address; nothing else can be asked for a name.",
            sequence(_to_fill_in(words.ADDRESS)),
        ),
        "network_cloudflare_addresses": ("Cloudflare's address ranges, https://www.cloudflare.com/ips/.", networks),
        "network_zones": (
            "Who is not a component: name to addresses or networks (CIDR).",
            optional(mapping(_zone(), _free_name())),
        ),
        "network_components": (
            "The parts of the system. Each runs on the hosts of the inventory group of its name, as its own system user."
            " server is every managed host itself.",
            optional(mapping(_component(), _free_name(), **{SERVER: _server()})),
        ),
        "network_flows": (
            "Who may reach whom. The most specific source wins: component, zone, any; what no row allows is denied.",
            rows,
        ),
        "network_baseline_flows": ("What any host needs to live, as rows like those of network_flows.", rows),
        "network_matrix": (
            "The matrix in one value, for roles and modules. Nothing to edit.",
            record(dict.fromkeys(("components", "zones", "flows", "baseline_flows", "hosts"), "A part of it."), {}),
        ),
        "network_view": ("The matrix as a host sees it. Nothing to edit.", {"type": "object"}),
        "network_sites": (
            "Every host name that Nginx serves; a request for any other is refused.",
            optional(sequence(_site())),
        ),
        "network_rate_limits": (
            "Request limits of Nginx by their zone (limit_req_zone, limit_req).",
            optional(
                mapping(
                    _limit(), matching(limits.ZONE, remedy="use letters, digits and _, at most 63, not a digit first")
                )
            ),
        ),
        "network_dns": ("DNS of the domain at Cloudflare.", optional(_dns())),
        "network_dns_proxied": (
            "Whether Cloudflare stands in front (orange cloud); the client's address is then restored from its header.",
            SWITCH,
        ),
        "network_dns_resolver": (
            "Which resolver the doctor asks where the site's names lead; empty for the controller's own.",
            text(),
        ),
        "network_client_address": (
            "Where the client's address comes from behind a proxy.",
            optional(record(words.CLIENT_ADDRESS_KEYS, {"zone": text(), "header": text()})),
        ),
        "network_certificate": (
            "The one certificate of all sites.",
            optional(_certificate(roles["letsencrypt"])),
        ),
        "network_certificate_email": (
            "Where Let's Encrypt sends notices; empty for none.",
            to_fill_in(_EMAIL, "use an address such as ops@example.org"),
        ),
        "network_ssh": (
            "The documented directives of sshd, name to value; yes and no in quotes, or YAML makes booleans of them.",
            mapping(either(text(), {"type": "integer"}, sequence(text()))),
        ),
        "network_services": (
            "The services that PM2 runs, by the component's name, deployed in this order.",
            optional(mapping(_service(service, source), component)),
        ),
        "network_service_sources": ("Where the code of each service comes from.", mapping(source, component)),
        "network_databases": ("Mother's databases.", sequence(_listed(roles["postgresql"], "postgresql_databases"))),
        "network_database_users": (
            "Mother's roles; a role's component is what the flows admit.",
            sequence(_listed(roles["postgresql"], "postgresql_users", required=("component",))),
        ),
        "network_database": ("How a host's services reach Mother, in one value. Nothing to edit.", {"type": "object"}),
        "network_secrets": ("The variables that have to be given in a vault.", sequence(text())),
        "network_monitoring": ("What is monitored, and when somebody is alerted.", _monitoring()),
        "network_reached_at": ("The address by which Ansible reaches a host.", text()),
        "network_probe_targets": (
            "Where in a zone the proof tries connections: addresses or names that answer on the ports of its rows.",
            optional(mapping(optional(sequence(text())), _word(words.KEY))),
        ),
        "network_tolerated_listeners": (
            "Sockets that may listen besides those of the matrix, each told by its process, protocol or port.",
            optional(sequence(_tolerated())),
        ),
        "network_proof_ca_file": (
            "Certificates (PEM, on the controller) of an authority of your own that signed the site's; empty for none.",
            text(),
        ),
        "network_proof": ("What the proof needs, in one value. Nothing to edit.", {"type": "object"}),
        "network_document_zones": ("How the networking page calls the zones.", mapping(text(), _word(words.KEY))),
        "network_document_history": (
            "Changes of the document, newest first.",
            sequence(
                record(
                    {"date": "Day of the change.", "change": "What changed, in each language of the page."},
                    {"date": text(), "change": _by_language(text())},
                    ["date", "change"],
                )
            ),
        ),
        "network_document_translations": (
            "Texts of the data as the page shows them in a language; what is not listed is shown as it stands.",
            _by_language(mapping(text())),
        ),
    }


def _word(expression: re.Pattern[str], **keywords: Any) -> Schema:
    return matching(expression, remedy=words.REMEDIES[expression], **keywords)


def _to_fill_in(expression: re.Pattern[str]) -> Schema:
    return to_fill_in(expression, words.REMEDIES[expression])


def _free_name() -> Schema:
    return _word(words.KEY, but=ANY)


def _zone() -> Schema:
    network = _to_fill_in(words.NETWORK)
    return either(network, sequence(network, least=1))


def _port() -> Schema:
    return either(integer(words.LOWEST_PORT, words.HIGHEST_PORT), matching(_PORT, remedy=_PORT_REMEDY))


def _protocols() -> Schema:
    one = choice(words.PROTOCOLS)
    return either(one, {**sequence(one, least=1), "uniqueItems": True})


def _component() -> Schema:
    path = _word(words.ABSOLUTE_PATH)
    values = {
        "title": text(),
        "hostname": _word(words.HOSTNAME),
        "exposure": choice(words.EXPOSURES),
        "user": _word(words.USER, but="root"),
        "home": path,
        "shell": path,
        "health": path,
        "ports": sequence(
            record(
                words.LISTENER_KEYS,
                {"port": _port(), "protocol": _protocols(), "application": text(), "description": text()},
                ["port"],
            )
        ),
    }
    return record(words.COMPONENT_KEYS, values, ["user"])


def _server() -> Schema:
    """As any component, but without a user."""
    component = _component()
    properties = {name: shape for name, shape in component["properties"].items() if name != "user"}
    told = "Every managed host itself: whatever runs there as no other component's user, so it has none."
    kept = {key: value for key, value in component.items() if key != "required"}
    return {"description": told, **kept, "properties": properties}


def _flow() -> Schema:
    ports = either(integer(words.LOWEST_PORT, words.HIGHEST_PORT), matching(_PORT, _RANGE, remedy=_PORTS_REMEDY))
    values = {
        "name": _word(words.ROW_NAME, minLength=1, maxLength=words.ROW_NAME_BYTES),
        "source": _word(words.KEY),
        "destination": matching(words.KEY, but=ANY, remedy=f"name a component or a zone; {ANY} is only a source"),
        "port": either(*ports["anyOf"], sequence(ports, least=1)),
        "protocol": _protocols(),
        "action": choice(words.ACTIONS),
        "table": text(examples=["inbound", "internal"]),
        "documented": SWITCH,
        "reason": text(),
    }
    undocumented = {"properties": {"documented": {"const": False}}, "required": ["documented"]}
    explained = {"properties": {"reason": text(minLength=1)}, "required": ["reason"]}
    return {**record(words.FLOW_KEYS, values, words.FLOW_REQUIRED), "if": undocumented, "then": explained}


def _site() -> Schema:
    values = {
        "hostname": _word(words.SITE_HOSTNAME),
        "routes": mapping(matching(words.KEY), _word(words.ROUTE)),
        "root": _word(words.ABSOLUTE_PATH),
        "redirect": either(_word(words.SITE_HOSTNAME), choice([""])),
        "directives": sequence({}),
    }
    site = record(words.SITE_KEYS, values, ["hostname"])
    return {**site, "anyOf": [{"required": [one]} for one in ("routes", "root", "redirect")]}


def _limit() -> Schema:
    count = either(integer(1, limits.HIGHEST_COUNT), matching(limits.COUNT))
    values = {
        "key": text(pattern=REFERENCE.pattern, examples=["$binary_remote_addr"]),
        "size": matching(limits.SIZE, remedy="use a number with k or m, such as 10m"),
        "rate": matching(limits.RATE, remedy="use a whole number per second or minute, such as 10r/s or 30r/m"),
        "burst": count,
        "nodelay": SWITCH,
        "delay": count,
        "location": matching(limits.LOCATION, remedy="use a path such as /api/"),
    }
    return record(limits.KEYS, values, [*limits.REQUIRED, "location"])


def _dns() -> Schema:
    ttl = either(
        integer(words.LOWEST_TTL, words.HIGHEST_TTL),
        choice([*(value for value in words.AUTOMATIC_TTL if isinstance(value, int)), *_TTL_TEXTS]),
    )
    values = {
        "name": text(),
        "type": text(examples=["A", "AAAA", "CNAME", "MX", "TXT"]),
        "value": text(),
        "ttl": ttl,
        "proxied": SWITCH,
    }
    return record(
        words.DNS_KEYS,
        {
            "nameservers": sequence(text()),
            "proxied": SWITCH,
            "ssl_mode": choice(words.SSL_MODES),
            "always_use_https": SWITCH,
            "records": sequence(record(words.RECORD_KEYS, values, words.RECORD_REQUIRED)),
        },
    )


def _certificate(role: Options) -> Schema:
    values = {
        "name": text(),
        "names": sequence(_word(words.SITE_HOSTNAME)),
        "directory": text(),
        "server": text(),
        "email": to_fill_in(_EMAIL, "use an address such as ops@example.org"),
        "renewal": record_of(role["letsencrypt_renewal"]["options"]),
    }
    return record(words.CERTIFICATE_KEYS, values)


def _users_own(options: Options) -> Options:
    return {name: option for name, option in options.items() if name not in _NOT_THE_USERS}


def _listed(role: Options, variable: str, required: tuple[str, ...] = ()) -> Schema:
    """An element of one of a role's lists. A key that is required here, and not by the role, may be without a value."""
    shape = record_of(_users_own(role[variable]["options"]))
    return {**shape, "required": [*shape["required"], *required]}


def _service(module: Options, source: Schema) -> Schema:
    # What the module requires, the component of the same name gives.
    shape = record_of({name: {**module[option], "required": False} for name, option in OPTIONS.items()})
    account = record(ACCOUNT_KEYS, dict.fromkeys(ACCOUNT_KEYS, text()))
    variables = templated(
        {"description": shape["properties"]["environment"]["description"], **optional(mapping(optional(SCALAR)))}
    )
    limits = record(LIMITS, dict.fromkeys(LIMITS, integer(1, 1 << 30)), [])
    properties = {
        **account["properties"],
        "limits": {"description": "What wins over ``pm2_limits`` for the service.", **limits},
        **shape["properties"],
        "source": templated({"description": shape["properties"]["source"]["description"], **optional(source)}),
        "environment": variables,
        "secrets": {**variables, "description": shape["properties"]["secrets"]["description"]},
    }
    return {**shape, "properties": properties}


def _monitoring() -> Schema:
    """Metrics and alerts are those of which the page can speak; each has the values that its phrase shows."""
    known: dict[str, dict[str, Schema]] = {"metric": {}, "alert": {}}
    for name, phrase in phrases("en").items():
        kind, _underscore, key = name.partition("_")
        if kind in known:
            fields = sorted({field for _text, field, _format, _conversion in Formatter().parse(phrase) if field})
            known[kind][key] = {
                "description": phrase,
                "type": "object",
                "properties": {field: {"description": f"Stands for {{{field}}} in: {phrase}"} for field in fields},
                **({"required": fields} if fields else {}),
            }
    return record(
        {
            "tools": "What it is done with.",
            "metrics": "What is measured, by the name of the metric.",
            "alerts": "When somebody is alerted, by the name of the alert.",
        },
        {
            "tools": sequence(text()),
            "metrics": mapping({"type": "object"}, **known["metric"]),
            "alerts": mapping({"type": "object"}, **known["alert"]),
        },
        ["tools", "metrics", "alerts"],
    )


def _tolerated() -> Schema:
    port = integer(words.LOWEST_PORT, words.HIGHEST_PORT)
    return record(TOLERATED_KEYS, {"process": text(), "protocol": choice(words.PROTOCOLS), "port": port})


def _by_language(shape: Schema) -> Schema:
    return record({language: f"In {language}." for language in LANGUAGES}, dict.fromkeys(LANGUAGES, shape))
