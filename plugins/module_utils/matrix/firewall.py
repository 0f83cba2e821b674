# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compile the matrix to the packet filter of one host: ordered rules of which the first that matches decides.

An allowed flow is rendered on both ends. On the wire a host's components cannot be told apart, so its ingress rules
speak of addresses; its egress rules, and those for traffic that never leaves it, speak of the sending user.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import collapse_addresses
from typing import Any

from .decide import Decision, Endpoint, component_at, contains, decide
from .link_local import LINK_LOCAL, is_link_local
from .model import ANY, BASTION, SERVER, Action, Component, Flow, Host, Listener, Matrix, Network, Numbered, Protocol

FAMILIES = {4: "ipv4", 6: "ipv6"}


@dataclass(frozen=True)
class Rule:
    """Traffic between this host and others.

    ``family`` is ``ipv4``, ``ipv6`` or ``any``. The far end is one of ``addresses`` (CIDR) or of the set ``zone``;
    anybody when both are empty. ``users`` restricts egress to packets of these users, ``except_users`` to those of all
    others.
    """

    name: str
    action: Action
    protocol: Protocol
    ports: tuple[str, ...]
    family: str = "any"
    zone: str = ""
    addresses: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    except_users: tuple[str, ...] = ()


@dataclass(frozen=True)
class LocalRow:
    """The users that a row, or for a component's own user none, lets connect; no user: whoever no other row names."""

    name: str
    users: tuple[str, ...]


@dataclass(frozen=True)
class LocalRule:
    """Traffic from this host to itself: who may connect to a component's port.

    ``others`` is whether users that are not named may; only then are ``denied_users`` named. ``rows`` says by which row who may.
    """

    name: str
    protocol: Protocol
    port: int
    users: tuple[str, ...]
    denied_users: tuple[str, ...]
    others: bool
    rows: tuple[LocalRow, ...]


@dataclass(frozen=True)
class Owner:
    """Who answers on a component's port: nothing that another user sends from it leaves its socket.

    ``cookies`` is whether the kernel may take connections in their place while too many arrive (SYN cookies, tcp(7)). It
    does so for whoever has the port, so only what the internet can flood has to allow it.
    """

    name: str
    protocol: Protocol
    port: int
    users: tuple[str, ...]
    cookies: bool


def firewall_view(matrix: Matrix, host: Host, forwarded: Iterable[Rule] = ()) -> dict[str, Any]:
    """The rules of a host as plain data: ``sets`` (zone, family, addresses), ``ingress``, ``egress``, ``local`` and
    ``owners``.

    :param forwarded: rules besides that speak of sets.
    """
    ingress, egress = _ingress(matrix, host), _egress(matrix, host)
    zones = sorted({(rule.zone, rule.family) for rule in (*ingress, *egress, *forwarded) if rule.zone})
    return {
        "sets": [
            {"zone": zone, "family": family, "addresses": list(by_family(tuple(matrix.zones[zone]))[family])}
            for zone, family in zones
        ],
        "ingress": [dict(vars(rule)) for rule in ingress],
        "egress": [dict(vars(rule)) for rule in egress],
        "local": [{**vars(rule), "rows": [dict(vars(row)) for row in rule.rows]} for rule in _local(matrix, host)],
        "owners": [dict(vars(owner)) for owner in _owners(matrix, host)],
    }


def _ingress(matrix: Matrix, host: Host) -> list[Rule]:
    here = host.components | {SERVER}
    ranked = []
    for number, flow in (row for key in here for rows in matrix.rows.ending_at(key).values() for row in rows):
        if flow.source in matrix.components:
            peers = _senders(matrix, host, flow)
            rank = 0 if flow.action == "allow" else 1
            ranked += [(rank, number, rule) for rule in _rules(flow, peers)]
        elif flow.source == ANY:
            ranked += [(3, number, rule) for rule in _everybody(flow)]
        elif flow.source != BASTION or not _is_bastion(matrix, host):
            ranked += [(2, number, rule) for rule in _rules(flow, matrix.zones[flow.source], zone=flow.source)]
    return _first_match(ranked)


def _senders(matrix: Matrix, host: Host, flow: Flow) -> list[Network]:
    """The addresses of the other hosts where a flow's source runs.

    A denied component shares its address with the rest of its host, so its address is denied only when the matrix
    denies that port to everything there; its own host's egress rules stop the component itself.
    """
    if matrix.is_local(flow.destination):
        return []
    senders = [other for other in matrix.hosts_of(flow.source) if other != host]
    if flow.action == "deny":
        senders = [other for other in senders if not _anything_allowed(matrix, other, host, flow)]
    return [network for other in senders for network in other.networks]


def _anything_allowed(matrix: Matrix, sender: Host, host: Host, flow: Flow) -> bool:
    there = component_at(flow.destination, host)
    everything = sender.components | {SERVER}
    named = _named(matrix, everything, flow.destination)
    return any(
        decide(matrix, Endpoint(key, (address,)), there, ports.first, protocol).action == "allow"
        for key in (*named, *([""] if everything - named else []))
        for address in sender.addresses
        for ports in flow.ports
        for protocol in flow.protocols
    )


def _named(matrix: Matrix, components: Collection[str], destination: str) -> set[str]:
    """The components to which rows to a destination may give a verdict of their own.

    All others fare alike, as a component without rows would: one decision is enough for all of them.
    """
    return {destination, *matrix.rows.ending_at(destination)}.intersection(components)


def _egress(matrix: Matrix, host: Host) -> list[Rule]:
    """Rows to components first, so that a row to a zone never opens the port of a component that lies in the zone.

    Of zones, first the link-local addresses that they list, then the refusal of all others of these, then the rest.
    """
    ranked = [(5, 0, rule) for rule in _guarded(matrix, host)]
    for number, flow in _sent(matrix, host):
        if flow.destination not in matrix.zones:
            far = _receivers(matrix, host, flow)
            ranked += [(rank, number, rule) for rank, rule in _egress_rules(matrix, host, flow, far)]
            continue
        listed = [network for network in matrix.zones[flow.destination] if is_link_local(network)]
        ranked += [(10 + rank, number, rule) for rank, rule in _egress_rules(matrix, host, flow, listed)]
        ranked += [(20 + rank, number, rule) for rank, rule in _to_zone(matrix, host, flow)]
    if any(rank > 15 for rank, _number, _rule in ranked):
        ranked += [(15, 0, rule) for rule in _link_local()]
    return _first_match(ranked)


def outward(matrix: Matrix, host: Host) -> list[Rule]:
    """What a host may send to zones, as in its egress rules: without components, and what is link-local in them."""
    rows = [row for row in _sent(matrix, host) if row[1].destination in matrix.zones]
    return _first_match([(rank, number, rule) for number, flow in rows for rank, rule in _to_zone(matrix, host, flow)])


def _sent(matrix: Matrix, host: Host) -> Iterator[Numbered]:
    """The rows that speak of what a host sends."""
    around = {
        name
        for name, zone in matrix.zones.items()
        if any(contains(zone, Endpoint(addresses=(address,))) for address in host.addresses)
    }
    for source in {*host.components, SERVER, *around, ANY}:
        yield from matrix.rows.starting_at(source)


def _to_zone(matrix: Matrix, host: Host, flow: Flow) -> list[tuple[int, Rule]]:
    wide = [network for network in matrix.zones[flow.destination] if not is_link_local(network)]
    return _egress_rules(matrix, host, flow, wide, flow.destination)


def _link_local() -> list[Rule]:
    protocols: tuple[Protocol, ...] = ("tcp", "udp")
    return [
        Rule("Link-local addresses", "deny", protocol, ("0-65535",), family, addresses=addresses)
        for protocol in protocols
        for family, addresses in by_family(LINK_LOCAL).items()
    ]


def _egress_rules(matrix: Matrix, host: Host, flow: Flow, far: list[Network], zone: str = "") -> list[tuple[int, Rule]]:
    if flow.source == BASTION and matrix.bastion is not None:
        inside = [network for network in far if matrix.bastion.leads_to([network])]
        return [(-1, rule) for rule in _rules(flow, inside, zone, users=matrix.bastion.users)]
    if flow.source == SERVER:
        return [(0, rule) for rule in _rules(flow, far, zone, except_users=_users(matrix, host.components))]
    if flow.source in host.components:
        users = _users(matrix, [flow.source])
        return [(0, rule) for rule in _rules(flow, far, zone, users=users)] if users else []
    if flow.source in matrix.zones:
        families = {
            address.version
            for address in host.addresses
            if contains(matrix.zones[flow.source], Endpoint(addresses=(address,)))
        }
        return [(1, rule) for rule in _rules(flow, [network for network in far if network.version in families], zone)]
    if flow.source == ANY and flow.action == "allow":
        return [(2, rule) for rule in _rules(flow, far, zone)]
    return []


def _is_bastion(matrix: Matrix, host: Host) -> bool:
    return matrix.bastion is not None and matrix.bastion.host == host.name


def _guarded(matrix: Matrix, host: Host) -> list[Rule]:
    """Refuse what no row has opened on the ports of the components on other hosts."""
    ports: dict[tuple[str, Protocol], set[str]] = {}
    for key, component in matrix.components.items():
        for listener in component.listeners:
            ports.setdefault((key, listener.protocol), set()).add(str(listener.port))
    rules = []
    for (key, protocol), numbers in sorted(ports.items()):
        peers = [other for other in matrix.hosts_of(key) if other != host]
        networks = tuple(network for other in peers for network in other.networks)
        for family, addresses in by_family(networks).items():
            title = matrix.components[key].title
            listed = tuple(sorted(numbers, key=int))
            rules.append(Rule(title, "deny", protocol, listed, family, addresses=addresses))
    return rules


def _receivers(matrix: Matrix, host: Host, flow: Flow) -> list[Network]:
    if matrix.is_local(flow.destination):
        return []
    return [network for other in matrix.hosts_of(flow.destination) if other != host for network in other.networks]


def _local(matrix: Matrix, host: Host) -> list[LocalRule]:
    return [
        rule
        for key in sorted(host.components | {SERVER})
        for listener in matrix.components[key].listeners
        if (rule := _local_rule(matrix, host, matrix.components[key], listener))
    ]


def _local_rule(matrix: Matrix, host: Host, component: Component, listener: Listener) -> LocalRule | None:
    """Who may connect to a component's port; ``None`` if everybody on the host may."""

    there = component_at(component.key, host)

    def verdict(source: Endpoint) -> Decision:
        return decide(matrix, source, there, listener.port, listener.protocol)

    named = _named(matrix, host.components, component.key)
    verdicts = {source: verdict(component_at(source, host)) for source in sorted(named)}
    nobody, server = verdict(Endpoint("", host.addresses)), verdict(component_at(SERVER, host))
    verdicts |= dict.fromkeys(sorted(host.components - named), nobody)
    allowed = {source for source, one in verdicts.items() if one.action == "allow"}
    others = server.action == "allow"
    users = _users(matrix, allowed)
    denied = sorted({*_users(matrix, host.components - allowed)} - {*users}) if others else []
    if others and not denied:
        return None
    rows = _local_rows(matrix, component, {source: verdicts[source] for source in sorted(allowed)})
    if others and server.flow:
        rows += (LocalRow(server.flow.name, ()),)
    return LocalRule(component.title, listener.protocol, listener.port, users, tuple(denied), others, rows)


def _local_rows(matrix: Matrix, component: Component, allowed: Mapping[str, Decision]) -> tuple[LocalRow, ...]:
    """By which row each component's user may connect; one that may by several counts for the first."""
    found: dict[str, dict[str, None]] = {}
    told: set[str] = set()
    for source, one in allowed.items():
        user = matrix.components[source].user
        if user and user not in told:
            told.add(user)
            found.setdefault(one.flow.name if one.flow else component.title, {})[user] = None
    return tuple(LocalRow(name, tuple(users)) for name, users in found.items())


def _owners(matrix: Matrix, host: Host) -> list[Owner]:
    """Each port of a component that has a user; root may answer as well, who opens the ports of public components."""
    return [
        Owner(
            component.title,
            listener.protocol,
            listener.port,
            ("root", component.user),
            cookies=component.exposure == "public",
        )
        for component in (matrix.components[key] for key in sorted(host.components))
        if component.user
        for listener in component.listeners
    ]


def _users(matrix: Matrix, components: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({user for key in components if (user := matrix.components[key].user)}))


def _rules(
    flow: Flow,
    networks: Iterable[Network],
    zone: str = "",
    users: tuple[str, ...] = (),
    except_users: tuple[str, ...] = (),
) -> list[Rule]:
    """A row as rules: one for each protocol and address family, both families at once where neither is narrowed."""
    families = by_family(tuple(networks))
    everyone = {family: any(address.endswith("/0") for address in found) for family, found in families.items()}
    if len(families) == 2 and all(everyone.values()):
        return _everybody(flow, users, except_users)
    return [
        Rule(
            name=flow.name,
            action=flow.action,
            protocol=protocol,
            ports=tuple(map(str, flow.ports)),
            family=family,
            zone="" if everyone[family] else zone,
            addresses=() if zone or everyone[family] else addresses,
            users=users,
            except_users=except_users,
        )
        for protocol in flow.protocols
        for family, addresses in families.items()
    ]


def _everybody(flow: Flow, users: tuple[str, ...] = (), except_users: tuple[str, ...] = ()) -> list[Rule]:
    ports = tuple(map(str, flow.ports))
    return [
        Rule(flow.name, flow.action, protocol, ports, users=users, except_users=except_users)
        for protocol in flow.protocols
    ]


@lru_cache(maxsize=1024)
def by_family(given: tuple[Network, ...]) -> Mapping[str, tuple[str, ...]]:
    """Networks as CIDR without overlaps, by family. Kept, for thousands of rows have the same few ends."""
    return {
        name: tuple(str(network) for network in collapse_addresses(sorted(of_version)))  # type: ignore[type-var]
        for version, name in FAMILIES.items()
        if (of_version := [network for network in given if network.version == version])
    }


def _first_match(ranked: list[tuple[int, int, Rule]]) -> list[Rule]:
    """Rules by rank, then as the rows stand; a rule that repeats an earlier one to the letter is left out."""
    return list(dict.fromkeys(rule for _rank, _index, rule in sorted(ranked, key=lambda entry: entry[:2])))
