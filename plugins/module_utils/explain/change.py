# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What would have to change in the data so that the matrix decides the opposite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ..matrix.bastion import HOST
from ..matrix.check import LOWEST_UNPRIVILEGED_PORT, ssh_listener
from ..matrix.decide import Decision, decide
from ..matrix.model import ANY, BASTION, SERVER, Flow, Host, Matrix, Network, PortRange
from ..matrix.zones import ZoneIndex
from .question import Party, Question

StepKind = Literal["remove", "narrow", "deny", "zone", "listen", "expose", "add"]


@dataclass(frozen=True)
class Step:
    """One edit. ``path`` is where; ``value`` what to write there, for the kinds that write something."""

    kind: StepKind
    path: str
    text: str
    value: Any = None


def decisions(matrix: Matrix, question: Question) -> list[Decision]:
    """The matrix' decision between every two places of the two parties."""
    return [
        decide(matrix, start, end, question.port, question.protocol)
        for _sender, start in question.source.places(matrix)
        for _receiver, end in question.destination.places(matrix)
    ]


def steps_to_deny(matrix: Matrix, question: Question) -> list[Step]:
    """The edits after which the connection is denied; none if it cannot be: a component may always reach itself."""
    steps: list[Step] = []
    source = question.source.component
    while allowing := next((one for one in decisions(matrix, question) if one.action == "allow"), None):
        flow = allowing.flow
        if flow is None:
            return []
        if flow.source == BASTION:
            return [*steps, Step("remove", HOST, f"remove {HOST}")]
        if source is not None and flow.source != source:
            row = _row(question, source, flow.destination, "deny")
            return [*steps, Step("add", "network_flows", f"add {_written(row)}", row)]
        matrix = replace(matrix, flows=tuple(other for other in matrix.flows if other is not flow))
        steps.append(_without(flow, question))
    return steps


def steps_to_allow(matrix: Matrix, question: Question) -> list[Step]:
    """The edits after which the connection is allowed, and which validation accepts; none if there are none."""
    destination = question.destination.component
    if destination is not None and not _may_listen(matrix, question, destination):
        return []
    against = [flow for flow in matrix.flows if _stands_against(matrix, flow, question)]
    steps = [_without(flow, question) for flow in against]
    cleared = replace(matrix, flows=tuple(flow for flow in matrix.flows if flow not in against))
    zones = dict(matrix.zones)
    for party in (question.source, question.destination):
        if party.component is None and party.zone is None:
            zones[_zone_name(party)] = party.networks
            addresses = [str(network) for network in party.networks]
            path = f"network_zones.{_zone_name(party)}"
            steps.append(
                Step("zone", path, f"declare the zone {_zone_name(party)}: [{', '.join(addresses)}]", addresses)
            )
    if all(one.action == "allow" for one in decisions(cleared, question)):
        return [step for step in steps if step.kind != "zone"]
    if destination is not None:
        steps += _steps_of_destination(matrix, question, destination, zones)
    row = _row(question, _name(question.source), _name(question.destination), "allow")
    return [*steps, Step("add", "network_flows", f"add {_written(row)}", row)]


def rivals(matrix: Matrix, question: Question) -> list[tuple[Host, str]]:
    """Who else listens on the port that is asked for, where the destination runs."""
    key = question.destination.component
    return [
        (host, other)
        for host, _place in question.destination.places(matrix)
        if host is not None
        for other in sorted({*host.components, SERVER} - {key})
        if question.concerns(matrix.components[other])
    ]


def _may_listen(matrix: Matrix, question: Question, destination: str) -> bool:
    """Whether the destination listens on the port, or could be told to."""
    component = matrix.components[destination]
    privileged = question.port < LOWEST_UNPRIVILEGED_PORT and component.exposure != "public" and destination != SERVER
    return question.concerns(component) or not (privileged or rivals(matrix, question))


def _steps_of_destination(
    matrix: Matrix, question: Question, destination: str, zones: dict[str, tuple[Network, ...]]
) -> list[Step]:
    component = matrix.components[destination]
    steps = []
    if not question.concerns(component):
        path = f"network_components.{destination}.ports"
        listener = {"port": question.port, "protocol": question.protocol}
        steps.append(
            Step("listen", path, f"declare port {question.port}/{question.protocol} of {destination}", listener)
        )
    world = question.source.component is None and _name(question.source) in ZoneIndex(zones).worlds
    if world and component.exposure != "public" and not _is_ssh(matrix, question):
        path = f"network_components.{destination}.exposure"
        text = f"set {path} to public: validation refuses to open an internal component to the internet"
        steps.append(Step("expose", path, text, "public"))
    return steps


def _is_ssh(matrix: Matrix, question: Question) -> bool:
    """SSH may be opened to the world; validation only warns."""
    listener = ssh_listener(matrix.components[SERVER])
    return question.destination.component == SERVER and listener is not None and listener.port == question.port


def _stands_against(matrix: Matrix, flow: Flow, question: Question) -> bool:
    """Whether a row denies the connection, and the row that would allow it could not overrule it."""
    source, destination = question.source, question.destination
    if flow.action != "deny" or not flow.covers(question.port, question.protocol):
        return False
    if destination.component is not None:
        if flow.destination != destination.component:
            return False
    elif not _overlap(matrix.zones.get(flow.destination, ()), destination.networks):
        return False
    if source.component is not None:
        return flow.source == source.component
    return flow.source == ANY or _overlap(matrix.zones.get(flow.source, ()), source.networks)


def _overlap(some: Sequence[Network], others: Sequence[Network]) -> bool:
    return any(one.version == other.version and one.overlaps(other) for one in some for other in others)


def _without(flow: Flow, question: Question) -> Step:
    """Take the port out of a row, or the whole row if it speaks of nothing else."""
    label = f"{flow.path} ({flow.name})"
    if flow.ports == (PortRange(question.port, question.port),) and flow.protocols == (question.protocol,):
        return Step("remove", flow.path, f"remove {label}")
    return Step("narrow", flow.path, f"take {question.port}/{question.protocol} out of {label}")


def _row(question: Question, source: str, destination: str, action: str) -> dict[str, Any]:
    row: dict[str, Any] = {"name": f"{question.source.name} to {question.destination.name} {question.port}"}
    row |= {"source": source, "destination": destination, "port": question.port}
    if question.protocol != "tcp":
        row["protocol"] = question.protocol
    return row | {"action": action, "documented": False, "reason": "say why"}


def _written(row: dict[str, Any]) -> str:
    """A row as one writes it in YAML."""
    shown = (f"{key}: {str(value).lower() if isinstance(value, bool) else value}" for key, value in row.items())
    return f"to network_flows: {{{', '.join(shown)}}}"


def _name(party: Party) -> str:
    return party.component or party.zone or _zone_name(party)


def _zone_name(party: Party) -> str:
    return "address_" + "".join(letter if letter.isalnum() else "_" for letter in party.name)[:20]
