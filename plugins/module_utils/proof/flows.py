# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judge what became of the probes, each by the row that decides it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, NamedTuple

from ..matrix.decide import Decision, Endpoint, component_at, decide, leads_to
from ..matrix.model import SERVER, Action, Matrix, Protocol
from .model import Check, Hop, Seen, Vantage, Verdict, size_around, worst, zone_of

#: Managed host -> its listening sockets, as the module ``observe_host`` reports them.
Sockets = Mapping[str, Iterable[Mapping[str, Any]]]


@dataclass(frozen=True)
class Judged:
    """A probe with its decision, and what it proves."""

    seen: Seen
    source: str
    destination: str
    decision: Decision
    verdict: Verdict
    reason: str = ""


class _Group(NamedTuple):
    """What a check speaks of."""

    source: str
    destination: str
    port: int
    protocol: Protocol
    action: Action
    row: str


def judge_flows(matrix: Matrix, seen: Iterable[Seen], vantages: Mapping[str, Vantage], sockets: Sockets) -> list[Check]:
    """A check for each pair of ends, port and deciding row, and one for each row that nothing could be tried for."""
    groups: dict[_Group, list[Judged]] = {}
    for one in seen:
        judged = _judge(matrix, one, vantages[one.probe.vantage], sockets)
        if judged is not None:
            row = judged.decision.flow.path if judged.decision.flow else ""
            ends = (judged.source, judged.destination, one.probe.port, one.probe.protocol)
            groups.setdefault(_Group(*ends, judged.decision.action, row), []).append(judged)
    checks = [_check(group, judged) for group, judged in groups.items()]
    decided = {check.row for check in checks}
    return checks + [
        Check(
            "flow",
            f"{flow.source} → {flow.destination} {', '.join(map(str, flow.ports))}/{'+'.join(flow.protocols)}: {flow.action}",
            "untried",
            _why_untried(matrix, flow.source, flow.destination),
            source=flow.source,
            destination=flow.destination,
            row=flow.path,
            action=flow.action,
            tries=0,
            ports=tuple(f"{ports}/{protocol}" for ports in flow.ports for protocol in flow.protocols),
        )
        for flow in matrix.flows
        if flow.path not in decided
    ]


def _check(group: _Group, judged: list[Judged]) -> Check:
    verdict = worst([one.verdict for one in judged])
    reasons = dict.fromkeys(one.reason for one in judged if one.verdict == verdict and one.reason)
    shown = [one for one in judged if one.verdict == verdict] + [one for one in judged if one.verdict != verdict]
    return Check(
        "flow",
        f"{group.source} → {group.destination} {group.port}/{group.protocol}: {group.action}",
        verdict,
        "; ".join(reasons),
        tuple(dict.fromkeys(str(one.seen) for one in shown)),
        source=group.source,
        destination=group.destination,
        row=group.row,
        action=group.action,
        tries=len(judged),
        ports=(f"{group.port}/{group.protocol}",),
        hops=tuple(_hops(judged)),
    )


def _hops(judged: list[Judged]) -> Iterator[Hop]:
    ways: dict[tuple[str, str], list[Verdict]] = {}
    for one in judged:
        ways.setdefault((one.seen.probe.vantage, one.seen.probe.host), []).append(one.verdict)
    for (vantage, host), verdicts in ways.items():
        yield Hop(vantage, host, worst(verdicts))


def _judge(matrix: Matrix, seen: Seen, vantage: Vantage, sockets: Sockets) -> Judged | None:
    """What a probe proves; ``None`` for one that speaks of nothing.

    That is one to an outsider that is not known to answer on the port, and one from an "outsider" that is a managed host.
    """
    probe = seen.probe
    if probe.source:
        source, start = probe.source, component_at(probe.source, matrix.hosts[vantage.name])
    else:
        address = _as_seen(vantage, seen.local) if seen.local else ""
        if any(address == str(own) for host in matrix.hosts.values() for own in host.addresses):
            return None
        source = (zone_of(matrix, address) or address) if address else vantage.name
        start = Endpoint(addresses=(ip_address(address),) if address else vantage.seen_as)
    if probe.destination:
        destination, end = probe.destination, component_at(probe.destination, matrix.hosts[probe.host])
    else:
        peer = (ip_address(seen.peer),) if seen.peer else ()
        destination = _far_zone(matrix, seen) or next(iter(probe.zones), probe.address)
        end = Endpoint(addresses=peer)
    decision = decide(matrix, start, end, probe.port, probe.protocol)
    if not probe.destination and decision.action == "allow":
        if decision.flow is None or decision.flow.destination not in probe.zones:
            return None
        destination = decision.flow.destination
    if seen.outcome in ("unroutable", "error"):
        reason = f"{vantage.name} could not try it: {seen.detail or seen.outcome}"
        return Judged(seen, source, destination, decision, "untried", reason)
    listening = _listens(sockets, seen) if probe.destination else None
    verdict, reason = (_allowed if decision.action == "allow" else _denied)(seen, listening)
    return Judged(seen, source, destination, decision, verdict, reason)


def _far_zone(matrix: Matrix, seen: Seen) -> str:
    """The zone of an outsider's address: one with a row for the port before others, then the widest."""
    if not seen.peer:
        return ""
    place = Endpoint(addresses=(ip_address(seen.peer),))
    asked = {flow.destination for flow in matrix.flows if flow.covers(seen.probe.port, seen.probe.protocol)}
    zones = [zone for zone, networks in matrix.zones.items() if leads_to(networks, place)]
    return max(zones, key=lambda zone: (zone in asked, size_around(matrix.zones[zone], place)), default="")


def _as_seen(vantage: Vantage, local: str) -> str:
    """The address that the far end sees. Only a private one can be another there (NAT): one of the same family."""
    own = ip_address(local)
    if own in vantage.seen_as or not own.is_private:
        return local
    return next((str(address) for address in vantage.seen_as if address.version == own.version), local)


def _listens(sockets: Sockets, seen: Seen) -> bool | None:
    """Whether something listens where the probe went; ``None`` if the host's sockets could not be seen."""
    probe = seen.probe
    if probe.host not in sockets:
        return None
    version = ip_address(seen.peer or probe.address).version
    everywhere = {"::"} if version == 6 else {"0.0.0.0", "::"}
    return any(
        (one["protocol"], one["port"]) == (probe.protocol, probe.port)
        and one["address"] in everywhere | {seen.peer or probe.address}
        for one in sockets[probe.host]
    )


def _allowed(seen: Seen, listening: bool | None) -> tuple[Verdict, str]:
    probe, outcome = seen.probe, seen.outcome
    if outcome == "open":
        return "proven", ""
    if outcome == "refused" and not probe.destination:
        return "proven", ""  # the far host's own refusal shows that it was reached
    if outcome == "refused":
        if listening:
            return (
                "fault",
                f"it is refused although something listens there: a firewall rule is missing on {probe.host}",
            )
        return "fault", f"nothing listens there on {probe.host}"
    if outcome == "filtered" and probe.protocol == "udp":
        return "untried", "no answer, which over UDP proves nothing"
    if outcome == "rejected":
        return "fault", f"{probe.vantage} does not let it out, or something on the way rejects it"
    silent = "" if listening is None or listening else ", and nothing listens there"
    return "fault", f"no answer: a firewall drops it on the way or on {probe.host or 'the far host'}{silent}"


def _denied(seen: Seen, listening: bool | None) -> tuple[Verdict, str]:
    probe, outcome = seen.probe, seen.outcome
    here = probe.host == probe.vantage
    if outcome == "open":
        return "fault", "it is open"
    if outcome == "rejected":
        return "proven", ""
    if outcome == "filtered":
        if probe.protocol == "udp" and listening:
            return "untried", "no answer, which over UDP proves nothing"
        return "proven", ""
    if here and listening:
        return "proven", ""  # what listens does not refuse: the firewall does
    if here:
        return "untried", "nothing listens there, so that a refusal proves nothing"
    where = probe.host or "the far host"
    return "fault", f"nothing blocks it: {where} was reached, and refused only because nothing listens there"


def _why_untried(matrix: Matrix, source: str, destination: str) -> str:
    for end in (source, destination):
        if end in matrix.components and not matrix.hosts_of(end):
            return f"{end} runs on no host of the inventory"
    if source in matrix.components and matrix.components[source].user is None and source != SERVER:
        return f"{source} has no user of its own to try it as"
    if destination in matrix.zones:
        return f"no target is known in {destination}: name one in network_probe_targets.{destination}"
    return f"there is no vantage point in {source}: add a client there to the inventory group clients"
