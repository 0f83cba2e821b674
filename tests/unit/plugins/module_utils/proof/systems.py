# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is seen of a system that obeys its data, and of one that does not; judged by the real code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.matrix.compile import listen_address
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.decide import Endpoint, component_at, decide
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.model import Host
from ansible_collections.nostromo.networking.plugins.module_utils.proof.declared import Declared, read_declared
from ansible_collections.nostromo.networking.plugins.module_utils.proof.judge import Evidence, judge
from ansible_collections.nostromo.networking.plugins.module_utils.proof.model import Probe, Vantage
from ansible_collections.nostromo.networking.plugins.module_utils.proof.plan import plan
from ansible_collections.nostromo.networking.plugins.module_utils.proof.report import plain_report
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.matrix.samples import SOUND, matrix_of

NOW = 1_790_000_000.0
_DAY = 86400
_FINGERPRINT = "ab" * 32

#: One server, as in ``network_proof``.
ALONE: dict[str, Any] = {
    "matrix": matrix_of(SOUND),
    "sites": SOUND["network_sites"],
    "rate_limits": {
        "api_limit": {"key": "$binary_remote_addr", "size": "10m", "rate": "10r/s", "burst": 20, "nodelay": True, "location": "/api/"}
    },
    "certificate": {
        "names": SOUND["network_certificate"]["names"],
        "renewal": {"method": "cron", "schedule": "0 0 * * *", "command": "certbot renew --quiet"},
    },
    "ssh": {"PermitRootLogin": "no", "PasswordAuthentication": "no"},
    "probe_targets": {"internet": ["198.51.100.80"]},
    "clients": {"outside": ["198.51.100.30"], "desk": ["192.0.2.9"]},
    "reached_at": {"server": "203.0.113.7"},
}  # fmt: skip

#: What became of a probe instead of what should have; ``None`` for what should have.
Fate = Callable[[Probe], str | None]


def spread(*hosts: tuple[str, list[str]]) -> dict[str, Any]:
    """The same data on other hosts, each a name and its components."""
    data = deepcopy(ALONE)
    data["matrix"]["hosts"] = {
        name: {"addresses": [f"203.0.113.{number}"], "components": components}
        for number, (name, components) in enumerate(hosts, 10)
    }
    data["reached_at"] = {name: one["addresses"][0] for name, one in data["matrix"]["hosts"].items()}
    return data


def report_of(
    data: Mapping[str, Any],
    fate: Fate = lambda _probe: None,
    change: Callable[[Evidence], Evidence] = lambda seen: seen,
) -> dict[str, Any]:
    """The report on a system. ``data`` is as in ``network_proof``."""
    declared = read_declared(data)
    evidence = change(_obeying(declared, fate))
    return plain_report(declared.matrix, evidence.vantages, judge(declared, evidence), evidence.now)


def observing(host: str, **seen: object) -> Callable[[Evidence], Evidence]:
    """The same evidence, but for what was observed on a host."""

    def change(evidence: Evidence) -> Evidence:
        before = evidence.observed[host]
        after = {**before, "observations": {**before["observations"], **seen}}
        return replace(evidence, observed={**evidence.observed, host: after})

    return change


def _obeying(declared: Declared, fate: Fate) -> Evidence:
    vantages = declared.vantages()
    hosts = declared.matrix.hosts
    fronts = [host for host in hosts.values() if "nginx" in host.components]
    return Evidence(
        vantages=vantages,
        results={one.name: [_outcomes(declared, one, probe, fate) for probe in plan(declared, one.name)] for one in vantages},
        observed={name: {"observations": _observations(declared, host), "unobserved": {}} for name, host in hosts.items()},
        answers={host.name: _answers(declared) for host in fronts},
        now=NOW,
    )  # fmt: skip


def _outcomes(declared: Declared, vantage: Vantage, probe: Probe, fate: Fate) -> list[dict[str, str]]:
    matrix = declared.matrix
    here = matrix.hosts.get(vantage.name)
    version = ip_address(probe.address).version
    mine = here.addresses if here else vantage.seen_as
    local = next((str(one) for one in mine if one.version == version), "")
    if not local:
        return [{"outcome": "unroutable", "detail": "Network is unreachable"}]
    start = component_at(probe.source, here) if here and probe.source else Endpoint(addresses=(ip_address(local),))
    there = matrix.hosts.get(probe.host)
    end = component_at(probe.destination, there) if there else Endpoint(addresses=(ip_address(probe.address),))
    allowed = decide(matrix, start, end, probe.port, probe.protocol).action == "allow"
    local = probe.address if here and here == there else local
    blocked = "refused" if here and here == there else "filtered"
    return [{"outcome": fate(probe) or ("open" if allowed else blocked), "local": local, "peer": probe.address}]


def _observations(declared: Declared, host: Host) -> dict[str, Any]:
    matrix = declared.matrix
    sockets = [
        {
            "protocol": listener.protocol,
            "address": address,
            "port": listener.port,
            "process": key,
            "user": matrix.components[key].user or "root",
            "pid": 100 + listener.port,
        }
        for key in sorted(host.components | {"server"})
        for listener in matrix.components[key].listeners
        for address in listen_address(matrix, host, matrix.components[key])
    ]
    sshd = {name.lower(): [str(value).lower()] for name, value in declared.ssh.items()}
    health = {key: "" for key in sorted(host.components) if matrix.components[key].health}
    seen: dict[str, Any] = {"sockets": sockets, "sshd": sshd, "health": health}
    if "nginx" in host.components and declared.certificate:
        renewal = declared.certificate["renewal"]
        seen["certificate"] = {
            "names": declared.certificate["names"],
            "fingerprint": _FINGERPRINT,
            "not_before": NOW - 30 * _DAY,
            "not_after": NOW + 60 * _DAY,
        }
        seen["renewal"] = {
            "cron": [{"schedule": renewal["schedule"], "command": renewal["command"]}],
            "cron_active": True,
            "timer_active": False,
        }
    return seen


def _answers(declared: Declared) -> dict[str, Any]:
    probe = "/verify?probe=1"
    answers: dict[str, Any] = {"unknown.invalid": {"http": {"error": "no answer"}, "https": {"error": "no connection"}}}
    for site in declared.sites:
        name = site["hostname"]
        https = {"status": 200, "location": ""}
        if "redirect" in site:
            https = {"status": 301, "location": f"https://{site['redirect']}{probe}"}
        answers[name] = {
            "http": {"status": 301, "location": f"https://{name}{probe}"},
            "https": https,
            "certificate": {"fingerprint": _FINGERPRINT, "distrusted": ""},
        }
    limits = {
        limit.zone: {
            "answered": limit.admitted_requests,
            "sent": limit.admitted_requests + 6,
            "seconds": 0.01,
            "statuses": [200, 429],
            "rate": limit.rate_per_second,
            "unmeasured": "",
        }
        for limit in declared.limits
    }
    return {"answers": answers, "limits": limits}
