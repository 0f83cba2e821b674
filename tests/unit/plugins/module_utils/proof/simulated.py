# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A network that obeys a matrix, simulated: what every probe would see there."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.matrix.compile import listen_address
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.decide import Endpoint, component_at, decide
from ansible_collections.nostromo.networking.plugins.module_utils.observe.inside import KINDS
from ansible_collections.nostromo.networking.plugins.module_utils.proof.declared import (
    CONTROLLER,
    Declared,
    read_declared,
)
from ansible_collections.nostromo.networking.plugins.module_utils.proof.judge import Evidence
from ansible_collections.nostromo.networking.plugins.module_utils.proof.model import Probe
from ansible_collections.nostromo.networking.plugins.module_utils.proof.plan import host_observations, plan, site_probe
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
            "directory": "/etc/letsencrypt/live/app.nostromo.cl",
            "names": names,
            "renewal": {"method": "cron", "schedule": "0 0 * * *", "command": "certbot renew --quiet"},
        },
        "ssh": {"PermitRootLogin": "no", "PasswordAuthentication": "no"},
        "probe_targets": {},
        "tolerated_listeners": [{"process": "systemd-resolve"}],
        "clients": CLIENTS,
        "reached_at": {name: host["addresses"][0] for name, host in matrix["hosts"].items()},
    }  # fmt: skip


def evidence_of(data: dict[str, Any]) -> tuple[Declared, Evidence]:
    """What is seen on a system that obeys the data in everything."""
    declared = read_declared(data)
    vantages = declared.vantages([CONTROLLER_ADDRESS])
    results = {one.name: [[_outcome(declared, probe)] for probe in plan(declared, one.name)] for one in vantages}
    observed = {name: {"observations": _observed(declared, name), "unobserved": {}} for name in declared.matrix.hosts}
    answers = {
        name: {"answers": _answers(declared), "limits": _limits(declared)}
        for name, host in declared.matrix.hosts.items()
        if "nginx" in host.components
    }
    return declared, Evidence(vantages, results, observed, answers, NOW)


def local_address(vantage: str, probe: Probe) -> str:
    """The address from which a vantage point connects to where a probe goes."""
    version = ip_address(probe.address).version
    own = {**CLIENTS, CONTROLLER: [CONTROLLER_ADDRESS]}.get(vantage, [])
    return next((address for address in own if ip_address(address).version == version), "")


def _outcome(declared: Declared, probe: Probe) -> dict[str, str]:
    matrix = declared.matrix
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


def _observed(declared: Declared, name: str) -> dict[str, Any]:
    matrix, host = declared.matrix, declared.matrix.hosts[name]
    seen: dict[str, Any] = {
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
        "impostors": dict.fromkeys(host.components & {"mother", "orchestrator", "sevastopol"}, "filtered"),
        "certificate": {"fingerprint": "aa" * 32, "names": list(declared.certificate["names"]), "key_mode": "0600",
                        "not_before": NOW - 10 * DAY, "not_after": NOW + 80 * DAY},
        "renewal": {"cron": [{"schedule": "0 0 * * *", "user": "root", "command": "certbot renew --quiet"}],
                    "cron_active": True, "timer_active": False},
        "rooms": {
            name: {"unit": f"{name}.service", "outside": [], "problem": "",
                   "attempts": {kind: {"tried": 3, "through": []} for kind in KINDS}}
            for name in host.components
        },
    }  # fmt: skip
    return {what: seen[what] for what in host_observations(declared, name)}


def _answers(declared: Declared) -> dict[str, Any]:
    shown = {"fingerprint": "aa" * 32, "distrusted": ""}
    answers: dict[str, Any] = {
        "unknown.invalid": {
            "http": {"error": "no answer: closed", "reached": True},
            "https": {"error": "no connection: unrecognized name", "reached": True},
            "certificate": {"error": "unrecognized name"},
            "paths": {},
        }
    }
    for site in declared.sites:
        name = site["hostname"]
        https = {"status": 200, "location": ""}
        if "redirect" in site:
            https = {"status": 301, "location": f"https://{site['redirect']}/verify?probe=1"}
        http = {"status": 301, "location": f"https://{name}/verify?probe=1"}
        paths = {path: {"status": 404, "location": ""} for path in site_probe(declared)["paths"].get(name, ())}
        answers[name] = {"http": http, "https": https, "certificate": shown, "paths": paths}
    return answers


def _limits(declared: Declared) -> dict[str, Any]:
    seen = {"sent": 27, "answered": 21, "seconds": 0.004, "statuses": [404, 429], "rate": 10.02, "unmeasured": ""}
    return {limit["zone"]: dict(seen) for limit in site_probe(declared)["limits"]}
