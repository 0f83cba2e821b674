# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything that was seen of a system, held against its data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .declared import Declared
from .flows import judge_flows
from .listeners import judge_listeners
from .model import Check, Seen, Vantage, Verdict
from .plan import is_harmless, plan
from .rooms import judge_rooms
from .settings import judge_health, judge_impostors, judge_renewal, judge_ssh
from .site import judge_certificate, judge_limit, judge_redirects, judge_routes, judge_unknown_name


@dataclass(frozen=True)
class Evidence:
    """What was seen, as the modules ``probe_flows``, ``observe_host`` and ``probe_site`` report it.

    :param vantages: the vantage points with what is known of them.
    :param results: vantage point -> results of its probes.
    :param unreachable: the vantage points that could not be reached. Any other without results was left out of the run.
    :param observed: managed host -> ``observations`` and ``unobserved``.
    :param answers: host with a web server -> ``answers`` and ``limits``.
    :param now: when, in seconds since the epoch.
    """

    vantages: Sequence[Vantage]
    results: Mapping[str, Sequence[Sequence[Mapping[str, str]]]]
    observed: Mapping[str, Mapping[str, Any]]
    answers: Mapping[str, Mapping[str, Any]]
    now: float
    unreachable: frozenset[str] = frozenset()


def judge(declared: Declared, evidence: Evidence) -> list[Check]:
    """All checks: the rows of the matrix first, then what every host, and last what the site shows."""
    sockets = {
        host: seen["observations"]["sockets"]
        for host, seen in evidence.observed.items()
        if "sockets" in seen["observations"]
    }
    vantages = {vantage.name: vantage for vantage in evidence.vantages}
    checks = judge_flows(declared.matrix, _seen(declared, evidence), vantages, sockets)
    checks += [_reached(vantage, evidence) for vantage in evidence.vantages]
    for host, seen in sorted(evidence.observed.items()):
        checks += _judge_host(declared, host, seen["observations"], seen["unobserved"])
    for host, answers in sorted(evidence.answers.items()):
        checks += _judge_site(declared, evidence, host, answers)
    return checks


def _seen(declared: Declared, evidence: Evidence) -> Iterator[Seen]:
    for vantage, results in evidence.results.items():
        for probe, outcomes in zip(plan(declared, vantage), results, strict=True):
            for outcome in outcomes:
                yield Seen(probe, **outcome)


def _reached(vantage: Vantage, evidence: Evidence) -> Check:
    verdict: Verdict = "untried"
    reason = "it was left out of this run"
    if vantage.name in evidence.results:
        verdict, reason = "proven", ""
    elif vantage.name in evidence.unreachable:
        verdict = "fault" if vantage.managed else "untried"
        reason = "Ansible cannot reach it, so nothing could be tried from there"
    return Check("host", f"{vantage.name} can be reached", verdict, reason, host=vantage.name)


def _judge_host(declared: Declared, host: str, seen: Mapping[str, Any], unseen: Mapping[str, str]) -> Iterator[Check]:
    placed = declared.matrix.hosts[host]
    if "sockets" in seen:
        yield from judge_listeners(declared.matrix, placed, seen["sockets"], declared.tolerated)
    if "sshd" in seen:
        yield from judge_ssh(host, declared.ssh, seen["sshd"])
    if "health" in seen:
        yield from judge_health(host, seen["health"])
    if "impostors" in seen:
        yield from judge_impostors(host, seen["impostors"])
    if "renewal" in seen:
        yield judge_renewal(host, declared.certificate["renewal"], seen["renewal"])
    if "rooms" in seen:
        yield from judge_rooms(host, seen["rooms"])
    for what in sorted({"sockets", "sshd", "health", "impostors", "renewal", "rooms"} & {*unseen}):
        yield Check("host", f"{what} of {host} can be seen", "untried", unseen[what], host=host)


def _judge_site(declared: Declared, evidence: Evidence, host: str, seen: Mapping[str, Any]) -> Iterator[Check]:
    yield from judge_redirects(host, declared.sites, seen["answers"])
    yield from judge_routes(host, declared.sites, seen["answers"])
    yield from judge_unknown_name(host, seen["answers"])
    observed = evidence.observed.get(host, {"observations": {}, "unobserved": {}})
    disk = observed["observations"].get("certificate") or observed["unobserved"].get(
        "certificate", "it was not looked at"
    )
    yield from judge_certificate(host, declared.certificate["names"], seen["answers"], disk, evidence.now)
    for limit in declared.limits:
        if limit.zone in seen["limits"]:
            yield from judge_limit(host, limit, seen["limits"][limit.zone])
        else:
            reason = "no site routes it" if is_harmless(limit) else "its key is shared by clients, who would be refused"
            yield Check("limit", f"{limit.location} ({limit.zone}) is limited", "untried", reason, host=host)
