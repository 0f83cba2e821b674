# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find the rule of a host's firewall that decides a connection, and the line in which it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, Literal

from ..firewall.nft import LAST, Chain, rule_lines
from ..matrix.firewall import firewall_view
from ..matrix.forward import host_rules
from ..matrix.model import ROOT, Action, Host, Matrix, Network, Protocol, within
from .question import Question

Kind = Literal["egress", "forward", "ingress", "local"]

_CHAINS: dict[Literal["egress", "ingress"], Chain] = {"egress": "output", "ingress": "input"}


@dataclass(frozen=True)
class RenderedRule:
    """A rule as it stands on a host; ``kind`` is where it acts, ``action`` what it does to the connection."""

    host: str
    kind: Kind
    action: Action
    line: str


def rules_between(matrix: Matrix, question: Question, sender: Host | None, receiver: Host | None) -> list[RenderedRule]:
    """The rules that decide, in the order in which a packet meets them.

    :param sender: the host where the connection starts, none for an outsider; likewise ``receiver`` where it ends.
    """
    if sender is not None and sender == receiver:
        return [_local_rule(matrix, question, sender)]
    rules: list[RenderedRule] = []
    near = question.source.networks if sender is None else tuple(map(ip_network, sender.addresses))
    far = question.destination.networks if receiver is None else tuple(map(ip_network, receiver.addresses))
    if sender is not None:
        rules += _wire_rules(matrix, question, sender, "egress", _spoken(far, near))
        if receiver is None and all(rule.action == "allow" for rule in rules):
            rules += _forwarding_rules(matrix, question, sender, far)
    if receiver is not None:
        rules += _wire_rules(matrix, question, receiver, "ingress", _spoken(near, far))
    return list(dict.fromkeys(rules))


def _forwarding_rules(
    matrix: Matrix, question: Question, sender: Host, far: tuple[Network, ...]
) -> list[RenderedRule]:
    """The rules of the gateway, if the connection takes its way by one."""
    gateway = matrix.gateway
    near = tuple(map(ip_network, gateway.leads_out(sender))) if gateway else ()
    outside = [
        one for one in _spoken(far, near) if gateway and not any(within(one, network) for network in gateway.networks)
    ]
    if gateway is None or not near or not outside:
        return []
    view = host_rules(matrix, matrix.hosts[gateway.host])
    own = [one for one in view["gateway"]["senders"] if any(_holds(one["addresses"], network) for network in near)]
    found = []
    for network in outside:
        rules = (
            next(
                (
                    rule
                    for rule in one["rules"]
                    if _speaks_of(rule, question.port, question.protocol) and _reaches(rule, view["sets"], network)
                ),
                None,
            )
            for one in own
        )
        rule = next((rule for rule in rules if rule is not None and rule["action"] == "allow"), None)
        action: Action = "deny" if rule is None else "allow"
        line = LAST["forward"] if rule is None else rule_lines("sender", rule)[0]
        found.append(RenderedRule(gateway.host, "forward", action, line))
    return found


def _spoken(networks: tuple[Network, ...], others: tuple[Network, ...]) -> tuple[Network, ...]:
    """Those of a family that the other end has as well."""
    versions = [other.version for other in others]
    return tuple(network for network in networks if network.version in versions) or networks


def _wire_rules(
    matrix: Matrix, question: Question, host: Host, kind: Literal["egress", "ingress"], far: tuple[Network, ...]
) -> list[RenderedRule]:
    view = firewall_view(matrix, host)
    component = question.source.component
    user = (matrix.components[component].user or ROOT) if kind == "egress" and component else None
    found = []
    for network in far:
        rule = next(
            (
                rule
                for rule in view[kind]
                if _speaks_of(rule, question.port, question.protocol)
                and _reaches(rule, view["sets"], network)
                and (not rule["users"] or user in rule["users"])
                and user not in rule["except_users"]
            ),
            None,
        )
        action: Action = "deny" if rule is None else rule["action"]
        found.append(RenderedRule(host.name, kind, action, _line(kind, rule)))
    return found


def _speaks_of(rule: Mapping[str, Any], port: int, protocol: Protocol) -> bool:
    return rule["protocol"] == protocol and any(_in_range(port, ports) for ports in rule["ports"])


def _in_range(port: int, ports: str) -> bool:
    first, _dash, last = ports.partition("-")
    return int(first) <= port <= int(last or first)


def _reaches(rule: Mapping[str, Any], sets: list[Mapping[str, Any]], network: Network) -> bool:
    if rule["family"] not in ("any", f"ipv{network.version}"):
        return False
    addresses = rule["addresses"]
    if rule["zone"]:
        addresses = next(
            one["addresses"] for one in sets if (one["zone"], one["family"]) == (rule["zone"], rule["family"])
        )
    return not addresses or _holds(addresses, network)


def _holds(addresses: Iterable[str], network: Network) -> bool:
    return any(within(network, ip_network(address)) for address in addresses)


def _local_rule(matrix: Matrix, question: Question, host: Host) -> RenderedRule:
    view = firewall_view(matrix, host)
    user = matrix.components[question.source.component].user if question.source.component else None
    for rule in view["local"]:
        if (rule["port"], rule["protocol"]) == (question.port, question.protocol):
            if user in rule["users"]:
                rows = [row for row in rule["rows"] if user in row["users"]]
                return RenderedRule(host.name, "local", "allow", rule_lines("local", {**rule, "rows": rows})[0])
            if not rule["others"] or user in rule["denied_users"]:
                refusal = {**rule, "users": [], "rows": []}
                return RenderedRule(host.name, "local", "deny", rule_lines("local", refusal)[0])
            if any(not row["users"] for row in rule["rows"]):
                return RenderedRule(host.name, "local", "allow", rule_lines("local", rule)[-1])
    return RenderedRule(host.name, "local", "allow", LAST["local"])


def _line(kind: Literal["egress", "ingress"], rule: Mapping[str, Any] | None) -> str:
    """The line of a rule, or of the end of the chain where none matches."""
    chain = _CHAINS[kind]
    return LAST[chain] if rule is None else rule_lines(chain, rule)[0]
