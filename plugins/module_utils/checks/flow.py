# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does every row of the matrix hold, and what no row allows? Tried from everywhere, each try judged by its row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, NamedTuple

from ..endpoint import serves
from ..matrix.decide import Decision, Endpoint, component_at, contains, decide, leads_to
from ..matrix.model import BASTION, PRIVATE, SERVER, Action, Flow, Host, Matrix, Network, Protocol
from ..matrix.origin_lock import OriginLock, origin_lock
from ..observe.sockets import Socket
from .intent import CONTROLLER, Intent, Vantage
from .model import Evidence, Finding, Hop, Needs, SystemCheck, Verdict, worst
from .probes import Tried, end_of, plain_probes, probes_from_host, probes_from_outside, proves, tried

#: Observation of the controller's: what becomes of its own connections to the host.
OUTSIDE: Final = "outside"
#: Managed host -> its listening sockets, as the module ``observe_host`` reports them.
Sockets = Mapping[str, Iterable[Socket]]


@dataclass(frozen=True)
class Judged:
    """A probe with its decision, and what it proves."""

    seen: Tried
    source: str
    destination: str
    decision: Decision
    verdict: Verdict
    reason: str = ""


class _Group(NamedTuple):
    """What a finding speaks of."""

    source: str
    destination: str
    port: int
    protocol: Protocol
    action: Action
    row: str


def needs(intent: Intent, host: Host) -> Needs:
    """The connections to try on a managed host, and from the controller to it; and at which address that is seen there."""
    to_host = [
        probe for probe in probes_from_outside(intent.matrix, CONTROLLER, intent.reached_at) if probe.host == host.name
    ]
    return {
        "client": {},
        "sockets": {},
        "flows": {"probes": plain_probes(probes_from_host(intent.matrix, host, intent.targets))},
        OUTSIDE: {"probes": plain_probes(to_host)},
    }


def client_needs(intent: Intent, client: str) -> Needs:
    """The connections to try from a client of the inventory."""
    return {"flows": {"probes": plain_probes(probes_from_outside(intent.matrix, client, intent.reached_at))}}


def judge(intent: Intent, evidence: Evidence) -> list[Finding]:
    """Everything that was tried from everywhere."""
    looks = evidence.looks
    sockets = {name: look.seen["sockets"] for name, look in looks.items() if "sockets" in look.seen}
    seen = [one for look in looks.values() for one in [*look.seen.get("flows", ()), *look.seen.get(OUTSIDE, ())]]
    return judge_flows(intent.matrix, tried(seen), {one.name: one for one in evidence.vantages}, sockets)


def judge_flows(
    matrix: Matrix, seen: Iterable[Tried], vantages: Mapping[str, Vantage], sockets: Sockets
) -> list[Finding]:
    """A finding for each pair of ends, port and deciding row, and one for each row that nothing could be tried for."""
    lock = origin_lock(matrix)
    groups: dict[_Group, list[Judged]] = {}
    for one in seen:
        judged = _judge(matrix, one, vantages[one.probe.vantage], sockets, lock)
        if judged is not None:
            row = judged.decision.flow.path if judged.decision.flow else ""
            ends = (judged.source, judged.destination, one.probe.port, one.probe.protocol)
            groups.setdefault(_Group(*ends, judged.decision.action, row), []).append(judged)
    findings = [_finding(group, judged) for group, judged in groups.items()]
    decided = {one.row for one in findings}
    return findings + [
        Finding(
            f"{flow.source} → {flow.destination} {', '.join(map(str, flow.ports))}/{'+'.join(flow.protocols)}: {flow.action}",
            "skipped",
            _why_untried(matrix, flow, lock),
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


def _finding(group: _Group, judged: list[Judged]) -> Finding:
    verdict = worst([one.verdict for one in judged])
    reasons = dict.fromkeys(one.reason for one in judged if one.verdict == verdict and one.reason)
    shown = [one for one in judged if one.verdict == verdict] + [one for one in judged if one.verdict != verdict]
    return Finding(
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


def _judge(
    matrix: Matrix, seen: Tried, vantage: Vantage, sockets: Sockets, lock: OriginLock | None
) -> Judged | None:
    """What a probe proves; ``None`` for one that speaks of nothing.

    That is one to an outsider that is not known to answer on the port, one from an "outsider" that is a managed host, and one
    that rows allow to an address of a host at which the component is not to listen.
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
        destination, end = probe.destination, end_of(matrix, probe)
    else:
        peer = (ip_address(seen.peer),) if seen.peer else ()
        destination = _far_zone(matrix, seen) or next(iter(probe.zones), probe.address)
        end = Endpoint(addresses=peer)
    decision = decide(matrix, start, end, probe.port, probe.protocol)
    if decision.flow and decision.flow.source == BASTION:
        source = BASTION
    if not probe.destination and decision.action == "allow":
        if decision.flow is None or decision.flow.destination not in probe.zones:
            return None
        destination = decision.flow.destination
    if probe.destination and not proves(matrix, probe, decision.action, seen.peer):
        return None
    if seen.outcome in ("unroutable", "error"):
        reason = f"{vantage.name} could not try it: {seen.detail or seen.outcome}"
        return Judged(seen, source, destination, decision, "skipped", reason)
    listening = _listens(sockets, seen) if probe.destination else None
    verdict, reason = (_allowed if decision.action == "allow" else _denied)(seen, listening)
    if lock and decision.action == "deny" and seen.outcome == "open" and lock.concerns(probe.destination, probe.port):
        reason = "the origin is open beside Cloudflare"
    return Judged(seen, source, destination, decision, verdict, reason)


def _far_zone(matrix: Matrix, seen: Tried) -> str:
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


def _listens(sockets: Sockets, seen: Tried) -> bool | None:
    """Whether something listens where the probe went; ``None`` if the host's sockets could not be seen."""
    probe = seen.probe
    if probe.host not in sockets:
        return None
    return any(
        (one["protocol"], one["port"]) == (probe.protocol, probe.port)
        and serves(one["address"], seen.peer or probe.address)
        for one in sockets[probe.host]
    )


def _allowed(seen: Tried, listening: bool | None) -> tuple[Verdict, str]:
    probe, outcome = seen.probe, seen.outcome
    if outcome == "open":
        return "passed", ""
    if outcome == "refused" and not probe.destination:
        return "passed", ""  # the far host's own refusal shows that it was reached
    if outcome == "refused":
        if listening:
            return (
                "failed",
                f"it is refused although something listens there: a firewall rule is missing on {probe.host}",
            )
        return "failed", f"nothing listens there on {probe.host}"
    if outcome == "filtered" and probe.protocol == "udp":
        return "skipped", "no answer, which over UDP proves nothing"
    if outcome == "rejected":
        return "failed", f"{probe.vantage} does not let it out, or something on the way rejects it"
    silent = "" if listening is None or listening else ", and nothing listens there"
    return "failed", f"no answer: a firewall drops it on the way or on {probe.host or 'the far host'}{silent}"


def _denied(seen: Tried, listening: bool | None) -> tuple[Verdict, str]:
    probe, outcome = seen.probe, seen.outcome
    here = probe.host == probe.vantage
    if outcome == "open":
        return "failed", "it is open"
    if outcome == "rejected":
        return "passed", ""
    if outcome == "filtered":
        if probe.protocol == "udp" and listening:
            return "skipped", "no answer, which over UDP proves nothing"
        return "passed", ""
    if here and listening:
        return "passed", ""  # what listens does not refuse: the firewall does
    if here:
        return "skipped", "nothing listens there, so that a refusal proves nothing"
    where = probe.host or "the far host"
    return "failed", f"nothing blocks it: {where} was reached, and refused only because nothing listens there"


def _why_untried(matrix: Matrix, flow: Flow, lock: OriginLock | None) -> str:
    source, destination = flow.source, flow.destination
    if lock and flow in lock.rows:
        return f"only Cloudflare's own servers are in {source}; the sites are asked through them"
    for end in (source, destination):
        if end in matrix.components and not matrix.hosts_of(end):
            return f"{end} runs on no host of the inventory"
    if source in matrix.components and matrix.components[source].user is None and source != SERVER:
        return f"{source} has no user of its own to try it as"
    if (source, destination) == (BASTION, PRIVATE):
        return "it is for hosts that are not in the inventory yet"
    if destination in matrix.zones:
        return f"no target is known in {destination}: name one in network_probe_targets.{destination}"
    return f"there is no vantage point in {source}: add a client there to the inventory group clients"


def zone_of(matrix: Matrix, address: str) -> str:
    """The narrowest zone that holds an address and is the source of a row; empty if there is none."""
    sources = {flow.source for flow in matrix.flows}
    place = Endpoint(addresses=(ip_address(address),))
    holding = [name for name in sorted(matrix.zones) if name in sources and contains(matrix.zones[name], place)]
    return min(holding, key=lambda name: (size_around(matrix.zones[name], place), name), default="")


def size_around(networks: Iterable[Network], place: Endpoint) -> int:
    """How many addresses of the family of a place some networks hold."""
    version = place.addresses[0].version
    return sum(network.num_addresses for network in networks if network.version == version)


CHECK = SystemCheck("Rows of the matrix", needs, judge, part="firewall")
