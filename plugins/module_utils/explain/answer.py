# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Answer the question: verdict, deciding rows, rules on the hosts, and what would give the opposite."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from ..matrix.decide import Decision, Endpoint, contains, decide
from ..matrix.link_local import is_link_local
from ..matrix.model import ANY, BALANCER, Flow, Host, Matrix
from ..matrix.origin_lock import origin_lock
from .change import Step, rivals, steps_to_allow, steps_to_deny
from .question import Party, Question
from .rows import plain_row
from .rules import RenderedRule, rules_between

Verdict = Literal["allow", "deny", "mixed"]


@dataclass(frozen=True)
class Route:
    """The connection between two hosts; none for an end that is outside."""

    sender: str | None
    receiver: str | None
    decision: Decision
    rules: tuple[RenderedRule, ...]


@dataclass(frozen=True)
class Answer:
    """``verdict`` is mixed when hosts of one component differ; ``steps`` then leads to allowing all of them. No
    step at all: there is no way.
    """

    question: Question
    verdict: Verdict
    routes: tuple[Route, ...]
    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()


def explain(matrix: Matrix, question: Question) -> Answer:
    """The answer for a matrix that is valid."""
    asked, question = question, _through_balancer(matrix, question) or question
    routes = []
    for sender, start in question.source.places(matrix):
        for receiver, end in question.destination.places(matrix):
            if question is not asked and sender != receiver:
                continue
            decision = decide(matrix, start, end, question.port, question.protocol)
            rules = tuple(rules_between(matrix, question, sender, receiver))
            routes.append(Route(_name(sender), _name(receiver), decision, rules))
    actions = {route.decision.action for route in routes}
    verdict: Verdict = "mixed" if len(actions) > 1 else actions.pop()
    steps = steps_to_deny(matrix, question) if verdict == "allow" else steps_to_allow(matrix, question)
    notes = _notes(matrix, question, routes)
    if question is not asked:
        notes = [f"{asked.destination.name} has several nodes: it is asked through the balancer of the caller's own host", *notes]
    return Answer(asked, verdict, tuple(routes), tuple(steps), tuple(notes))


def plain_answer(answer: Answer) -> dict[str, Any]:
    """The answer for programs."""
    question = answer.question
    return {
        "question": {
            "from": question.source.name,
            "to": question.destination.name,
            "port": question.port,
            "protocol": question.protocol,
        },
        "verdict": answer.verdict,
        "routes": [
            {
                "from_host": route.sender,
                "to_host": route.receiver,
                "action": route.decision.action,
                "row": None if route.decision.flow is None else plain_row(route.decision.flow),
                "rules": [asdict(rule) for rule in route.rules],
            }
            for route in answer.routes
        ],
        "opposite": [asdict(step) for step in answer.steps],
        "notes": list(answer.notes),
    }


def _name(host: Host | None) -> str | None:
    return None if host is None else host.name


def _notes(matrix: Matrix, question: Question, routes: list[Route]) -> list[str]:
    """What the verdict alone would not tell."""
    notes = []
    key = question.destination.component
    if key is not None and not question.concerns(matrix.components[key]):
        notes.append(f"{key} declares no port {question.port}/{question.protocol}: nothing should listen there")
        notes += [
            f"on {host.name} that port is {other}'s: ask for to={other}" for host, other in rivals(matrix, question)
        ]
    through = _through(matrix, question, routes)
    notes += through
    notes += [_exception(flow) for flow in _exceptions(matrix, question, routes) if not through]
    notes += _unlisted(matrix, question, routes)
    for route in routes:
        if route.decision.action == "deny" and any(rule.action == "allow" for rule in route.rules):
            notes.append(_passing(route))
    return list(dict.fromkeys(notes))


def _through_balancer(matrix: Matrix, asked: Question) -> Question | None:
    """How hosts carry out a call to a component with several nodes, if a row allows one: each to the balancer of its own."""
    key, source = asked.destination.component or "", asked.source.component
    port = matrix.balanced.get(key)
    if port is None or source is None or (asked.port, asked.protocol) != (matrix.components[key].listeners[0].port, "tcp"):
        return None
    rows = (flow for _number, flow in matrix.rows.starting_at(source) if flow.destination == BALANCER)
    is_carried = any(flow.covers(port, "tcp") for flow in rows)
    return replace(asked, destination=Party(BALANCER, component=BALANCER), port=port) if is_carried else None


def _unlisted(matrix: Matrix, question: Question, routes: list[Route]) -> list[str]:
    """A link-local address that a zone holds, and to which its rows do not lead all the same."""
    place = question.destination.networks
    if question.destination.component or not all(map(is_link_local, place)) or routes[0].decision.action == "allow":
        return []
    around = Endpoint(addresses=place)
    return [
        f"{flow.path} ({flow.name}) does not lead there: {flow.destination} holds that address without listing it, which"
        " link-local addresses and metadata services of clouds need"
        for flow in matrix.flows
        if flow.action == "allow"
        and flow.source in (question.source.component, ANY)
        and flow.covers(question.port, question.protocol)
        and contains(matrix.zones.get(flow.destination, ()), around)
    ]


def _through(matrix: Matrix, question: Question, routes: list[Route]) -> list[str]:
    """By which rows an outsider who is denied reaches the sites all the same."""
    lock, destination = origin_lock(matrix), question.destination.component
    denied = all(route.decision.action == "deny" for route in routes)
    if lock is None or not denied or question.source.component or question.protocol != "tcp":
        return []
    if destination is None or not lock.concerns(destination, question.port):
        return []
    rows = [row for row in lock.rows if row.covers(question.port, "tcp")]
    return [f"through Cloudflare only: {row.path} ({row.name}: {row.source} → {row.destination}) lets it in" for row in rows]


def _exceptions(matrix: Matrix, question: Question, routes: list[Route]) -> list[Flow]:
    """Rows that decide otherwise for a part of the zone or network that was asked for."""
    source, destination = question.source, question.destination
    party = source if source.component is None else destination
    if party.component is not None or {route.decision.action for route in routes} != {routes[0].decision.action}:
        return []
    found = []
    for flow in matrix.flows:
        name, other = (flow.source, flow.destination) if party is source else (flow.destination, flow.source)
        far = destination.component if party is source else source.component
        if (
            flow.action != routes[0].decision.action
            and flow.covers(question.port, question.protocol)
            and other in (far, ANY)
            and any(
                one.version == inner.version and inner != one and inner.subnet_of(one)  # type: ignore[arg-type]
                for one in party.networks
                for inner in matrix.zones.get(name, ())
            )
        ):
            found.append(flow)
    return found


def _exception(flow: Flow) -> str:
    verb = "allows" if flow.action == "allow" else "denies"
    return f"for a part of it {flow.path} ({flow.name}: {flow.source} → {flow.destination}) {verb} it"


def _passing(route: Route) -> str:
    rule = next(rule for rule in route.rules if rule.action == "allow")
    if rule.kind == "local":
        return "on loopback a port is guarded as that of the component that declares it; one that nobody declares, not at all"
    if rule.kind == "ingress":
        return f"{rule.host} lets the address of {route.sender} in; {route.sender} itself stops this component"
    return f"{rule.host} lets it out; {route.receiver} stops it"
