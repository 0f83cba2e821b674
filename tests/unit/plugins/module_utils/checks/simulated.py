# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A network that obeys a matrix, simulated: what every probe would see there."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.checks.flow import OUTSIDE
from ansible_collections.nostromo.networking.plugins.module_utils.checks.intent import (
    CONTROLLER,
    Intent,
    read_intent,
)
from ansible_collections.nostromo.networking.plugins.module_utils.checks.model import Evidence, Look
from ansible_collections.nostromo.networking.plugins.module_utils.checks.plan import observations
from ansible_collections.nostromo.networking.plugins.module_utils.checks.probes import Probe
from ansible_collections.nostromo.networking.plugins.module_utils.checks.site import SITE
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.compile import (
    balancer_of,
    host_view,
    listen_address,
    names_on,
)
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.decide import Endpoint, component_at, decide
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.model import Matrix
from ansible_collections.nostromo.networking.plugins.module_utils.observe.inside import KINDS
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.checks.simulated_nginx import (
    SOUND_STATE,
    configuration,
    dump_of,
)
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import SOUND, matrix_of

ONE_SERVER: dict[str, Any] = matrix_of(SOUND)
TWO_HOSTS: dict[str, Any] = {
    **ONE_SERVER,
    "hosts": {
        "web": {"addresses": ["203.0.113.7", "2001:db8:1::7"], "components": ["nginx", "sevastopol", "etl"]},
        "data": {"addresses": ["10.0.0.4", "fd00::4"], "components": ["mother", "orchestrator"]},
    },
}
NOW = 1_800_000_000.0
DAY = 86400
#: Who stands where: on the internet, and among the admins.
CLIENTS = {"outside": ["198.51.100.9", "2001:db8:99::9"], "admin": ["192.0.2.9"]}
CONTROLLER_ADDRESS = "192.0.2.1"
#: How the database on another host answers who begins to log in.
SOUND_LOGIN: dict[str, Any] = {
    "unreached": "",
    "clear": "FATAL: no encryption",
    "clear_goes_on": False,
    "clear_refused": True,
    "encrypted": "it asks for SASL (SCRAM)",
    "encrypted_goes_on": True,
    "distrusted": "",
    "not_before": NOW - 100 * DAY,
    "not_after": NOW + 265 * DAY,
}


def data_of(matrix: dict[str, Any]) -> dict[str, Any]:
    """``network_proof`` over a matrix."""
    names = [site["hostname"] for site in SOUND["network_sites"]]
    return {
        "matrix": matrix,
        "sites": SOUND["network_sites"],
        "rate_limits": {
            "api_limit": {"key": "$binary_remote_addr", "size": "10m", "rate": "10r/s", "burst": 20, "nodelay": True,
                          "location": "/api/"},
        },
        "certificate": {
            "name": "app.nostromo.cl",
            "directory": "/etc/letsencrypt/live/app.nostromo.cl",
            "names": names,
            "renewal": {"method": "cron", "schedule": "0 0 * * *", "command": "certbot renew --quiet"},
        },
        "ssh": {"PermitRootLogin": "no", "PasswordAuthentication": "no"},
        "web_server": {"trusted_proxies": ["198.41.128.0/17"], "client_address_header": "CF-Connecting-IP"},
        "probe_targets": {},
        "tolerated_listeners": [{"process": "systemd-resolve"}],
        "clients": CLIENTS,
        "reached_at": {name: host["addresses"][0] for name, host in matrix["hosts"].items()},
        "database_ca": "PEM" if len(matrix["hosts"]) > 1 else "",
        "database_roles": [{"name": key, "component": key, "databases": ["nostromo"]} for key in ("orchestrator", "etl")],
    }  # fmt: skip


def evidence_of(data: dict[str, Any]) -> tuple[Intent, Evidence]:
    """What is seen on a system that obeys the data in everything."""
    intent = read_intent(data)
    vantages = intent.vantages([CONTROLLER_ADDRESS])
    looks = {one.name: Look(_seen(intent, data, one.name)) for one in vantages if one.name != CONTROLLER}
    return intent, Evidence(vantages, looks, NOW)


def seeing(evidence: Evidence, place: str, change: Callable[[dict[str, Any]], None]) -> Evidence:
    """The same evidence, but for what was seen at a place; ``None`` is not seen, as on a host that has no such thing."""
    seen = copy.deepcopy(dict(evidence.looks[place].seen))
    change(seen)
    unseen = {name: f"the host has no {name}" for name, value in seen.items() if value is None}
    look = Look({name: value for name, value in seen.items() if value is not None}, unseen)
    return replace(evidence, looks={**evidence.looks, place: look})


def tries(evidence: Evidence) -> Iterator[tuple[str, str, int, Probe, dict[str, str]]]:
    """Every connection that was tried: where it is seen, under which name, its number, the probe and its first outcome."""
    for place, look in evidence.looks.items():
        for name in ("flows", OUTSIDE):
            for number, one in enumerate(look.seen.get(name, ())):
                yield place, name, number, Probe(**one["probe"]), one["outcomes"][0]


def ending(evidence: Evidence, fate: Callable[[Probe], dict[str, str]]) -> Evidence:
    """The same evidence, but for the outcomes of probes: ``fate`` gives what is otherwise of one."""
    for place in evidence.looks:

        def change(seen: dict[str, Any]) -> None:
            for name in {"flows", OUTSIDE} & {*seen}:
                for one in seen[name]:
                    one["outcomes"] = [{**outcome, **fate(Probe(**one["probe"]))} for outcome in one["outcomes"]]

        evidence = seeing(evidence, place, change)
    return evidence


def local_address(vantage: str, probe: Probe) -> str:
    """The address from which a vantage point connects to where a probe goes."""
    version = ip_address(probe.address).version
    own = {**CLIENTS, CONTROLLER: [CONTROLLER_ADDRESS]}.get(vantage, [])
    return next((address for address in own if ip_address(address).version == version), "")


def _outcome(intent: Intent, probe: Probe) -> dict[str, str]:
    matrix = intent.matrix
    if probe.source:
        start, local = component_at(probe.source, matrix.hosts[probe.vantage]), "10.9.9.9"
    else:
        local = local_address(probe.vantage, probe)
        if not local:
            return {"outcome": "unroutable", "local": "", "peer": probe.address, "detail": "ENETUNREACH"}
        start = Endpoint(addresses=(ip_address(local),))
    if probe.destination:
        end = component_at(probe.destination, matrix.hosts[probe.host])
    else:
        end = Endpoint(addresses=(ip_address(probe.address),))
    action = decide(matrix, start, end, probe.port, probe.protocol).action
    if action == "allow":
        outcome = "open" if probe.destination else "refused"
    elif probe.vantage == probe.host:
        outcome = "refused"
    else:
        outcome = "rejected" if probe.source else "filtered"
    return {"outcome": outcome, "local": local, "peer": probe.address, "detail": ""}


def _seen(intent: Intent, data: dict[str, Any], name: str) -> dict[str, Any]:
    wanted = observations(intent, name)
    tried = {what: _tried(intent, wanted[what]["probes"]) for what in {"flows", OUTSIDE} & {*wanted}}
    if name not in intent.matrix.hosts:
        return tried
    matrix, host = intent.matrix, intent.matrix.hosts[name]
    over_network = "hostssl" if intent.database_ca else "host"
    seen: dict[str, Any] = {
        **tried,
        "client": CONTROLLER_ADDRESS,
        "sockets": [
            {"protocol": listener.protocol, "address": address, "port": listener.port, "process": key, "pid": 7,
             "user": matrix.components[key].user or "root"}
            for key in sorted(host.components | {"server"})
            for listener in matrix.components[key].listeners
            for address in listen_address(matrix, host, matrix.components[key])
        ],
        "sshd": {"settings": {"permitrootlogin": ["no"], "passwordauthentication": ["no"]}, "users": {"ripley": {}}},
        "health": {"orchestrator": ""},
        "balancer": {
            "answers": {"orchestrator": ""},
            "nodes": {one["component"]: {node["name"]: {"endpoint": node["endpoint"], "status": "UP"} for node in one["nodes"]}
                      for one in balancer_of(matrix, host)},
        },
        "uncertified": 400,
        "impostors": dict.fromkeys(host.components & {"mother", "orchestrator", "sevastopol"}, "filtered"),
        "internal_names": {
            name: {"addresses": sorted(addresses), "problem": "", "hosts_file": [f"{one} {name}" for one in addresses]}
            for name, addresses in names_on(matrix, host).items()
        },
        "certificate": {
            one.name: {"fingerprint": "aa" * 32, "names": list(one.names), "key_mode": "0600",
                       "not_before": NOW - 10 * DAY, "not_after": NOW + 80 * DAY}
            for one in intent.certificates
        },
        "renewal": {"cron": [{"schedule": "0 0 * * *", "user": "root", "command": "certbot renew --quiet"}],
                    "cron_active": True, "timer_active": False, "cron_refuses": "", "timer_next": "", "others": [],
                    "lineages": {one.name: {"known": True, "hook": one.hook, "hook_runs": True} for one in intent.certificates}},
        "ssh_offers": {"ripley": ["publickey"], "nostromo-unknown": ["publickey"]},
        "firewall": {"unit": {"enabled": "enabled", "load": "loaded"}, "loaded": True, "missing": [], "surplus": [],
                     "services": [], "tables": {}, "forwards": []},
        "hba": {"newer": 0, "rules": [
            _rule(1, "local", "all", "postgres", "", "", "peer"),
            *(_rule(2 + number, over_network, "nostromo", key, *_exactly(client["address"]), "scram-sha-256")
              for number, client in enumerate(_clients(matrix)) for key in [client["component"]]),
            _rule(99, "host", "all", "all", "all", "", "reject"),
        ]},
        "rooms": {
            name: {"unit": f"{name}.service", "outside": [], "problem": "",
                   "attempts": {kind: {"tried": 3, "through": []} for kind in KINDS}}
            for name in host.components
        },
    }  # fmt: skip
    if "logins" in wanted:
        seen["logins"] = {component: dict(SOUND_LOGIN) for component in wanted["logins"]["logins"]}
    if "nginx_config" in wanted:
        mode = intent.web_server.client_certificate if intent.web_server else "disabled"
        dumped = dump_of(data, host_view(matrix, name)["upstreams"], nginx_client_certificate=mode)
        seen |= {"nginx": dict(SOUND_STATE), "nginx_config": configuration(dumped)}
    if SITE in wanted:
        seen[SITE] = {"answers": _answers(intent, wanted[SITE]), "limits": _limits(wanted[SITE]), "old_tls": "refused"}
    return {what: seen[what] for what in wanted}


def _tried(intent: Intent, probes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"probe": one, "outcomes": [_outcome(intent, Probe(**one))]} for one in probes]


def _answers(intent: Intent, asked: dict[str, Any]) -> dict[str, Any]:
    shown = {"fingerprint": "aa" * 32, "distrusted": ""}
    answers: dict[str, Any] = {
        "unknown.invalid": {
            "http": {"error": "no answer: closed", "reached": True},
            "https": {"error": "no connection: unrecognized name", "reached": True},
            "certificate": {"error": "unrecognized name"},
            "paths": {},
        }
    }
    for site in intent.sites:
        name = site.hostname
        https: dict[str, Any] = {"status": 200, "location": ""}
        if site.redirect:
            https = {"status": 301, "location": f"https://{site.redirect}/verify?probe=1"}
        promised = intent.web_server.headers if intent.web_server else {}
        https["headers"] = [[header.lower(), value] for header, value in promised.items()]
        http = {"status": 301, "location": f"https://{name}/verify?probe=1"}
        paths = {path: {"status": 404, "location": ""} for path in asked["paths"].get(name, ())}
        answers[name] = {"http": http, "https": https, "certificate": shown, "paths": paths}
    return answers


def _limits(asked: dict[str, Any]) -> dict[str, Any]:
    seen = {"sent": 27, "answered": 21, "seconds": 0.004, "statuses": [404, 429], "rate": 10.02, "unmeasured": ""}
    return {
        limit["zone"]: {
            **seen,
            "beside": {f"https://{name}{path}": [429] * 3 for name, path in limit["beside"]},
            "other": {"address": "2001:db8:1::7", "statuses": [404] * 3},
        }
        for limit in asked["limits"]
    }


def _rule(line: int, kind: str, databases: str, users: str, address: str, netmask: str, method: str) -> dict[str, Any]:
    texts = {"type": kind, "databases": databases, "users": users, "address": address, "netmask": netmask}
    return {"line": line, **texts, "method": method, "error": ""}


def _exactly(address: str) -> tuple[str, str]:
    """An address and its netmask, as PostgreSQL shows them."""
    network = ip_network(address)
    return str(network.network_address), str(network.netmask)


def _clients(matrix: Matrix) -> list[dict[str, str]]:
    """Who may reach the database from elsewhere, by component and address."""
    return [
        {"component": flow.source, "address": str(address)}
        for flow in matrix.flows
        if flow.destination == "mother" and flow.action == "allow" and flow.source in matrix.components
        for host in matrix.hosts_of(flow.source)
        for address in host.addresses
    ]
