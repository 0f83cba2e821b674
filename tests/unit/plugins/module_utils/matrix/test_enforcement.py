# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The compiled rules of all hosts together let through exactly what the matrix decides, on random matrices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network
from random import Random
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.matrix.bastion import with_bastion
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.compile import host_view
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.decide import Endpoint, component_at, decide
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.firewall import firewall_view
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.forward import host_rules
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.gateway import with_gateway
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.link_local import meet
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.model import (
    ANY,
    ROOT,
    SERVER,
    Address,
    Component,
    Flow,
    Host,
    Listener,
    Matrix,
    PortRange,
)
from hypothesis import given, settings
from hypothesis import strategies as st

#: The ports that each component may have. Those of one host are not told apart where they are the same.
COMPONENTS = {"alpha": (443, 8000), "beta": (443, 5432), "gamma": (8000, 9000)}
PORTS = (22, 443, 5432, 8000, 9000)
ZONES = {
    "internet": ("0.0.0.0/0", "::/0"),
    "office": ("198.51.100.0/24",),
    "vpc": ("10.0.0.0/24", "fd00::/64"),
    "half": ("10.0.0.0/31",),
    "link": ("169.254.0.0/16", "fe80::/10"),
    "metadata": ("169.254.169.254/32", "fd00:ec2::254/128"),
    "mixed": ("0.0.0.0/0", "169.254.1.0/24", "fe80::/64"),
    "around": ("168.0.0.0/7",),
}
#: Networks that hold link-local addresses and others.
WIDE = ("0.0.0.0/0", "::/0", "168.0.0.0/7")
LINK_LOCAL = ("169.254.169.254", "169.254.1.1", "168.63.129.16", "fe80::9", "fd00:ec2::254")
OUTSIDERS = ("198.51.100.7", "203.0.113.9", "10.0.0.200", "169.1.1.1", "2001:db8::5", "fd00::99", *LINK_LOCAL)


@dataclass(frozen=True)
class Packet:
    """The first packet of a connection; ``None`` stands for an end that no managed host owns."""

    sender: Host | None
    source: str | None
    source_address: Address
    receiver: Host | None
    destination: str | None
    destination_address: Address
    port: int


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    """A matrix whose components all run somewhere, and whose rows of one rank do not contradict each other.

    Validation demands the latter, and that rows lead to ports which their destination declares.
    """
    components = {SERVER: Component(SERVER, title="Server", listeners=(Listener(22),))}
    for key, possible in COMPONENTS.items():
        ports = draw(st.sets(st.sampled_from(possible), min_size=1))
        listeners = tuple(Listener(port) for port in sorted(ports))
        components[key] = Component(key, title=key.title(), user=f"u{key}", listeners=listeners)
    names = [f"h{number}" for number in range(1, draw(st.sampled_from([2, 3, 1])) + 1)]
    places = {key: draw(st.sets(st.sampled_from(names), min_size=1)) for key in COMPONENTS}
    hosts = {}
    for number, name in enumerate(names, 1):
        addresses = [ip_address(f"10.0.0.{number}"), ip_address(f"fd00::{number}")]
        placed = frozenset(key for key in COMPONENTS if name in places[key])
        hosts[name] = Host(name, tuple(addresses[: draw(st.sampled_from([2, 2, 1]))]), components=placed)
    zones = {key: tuple(map(ip_network, networks)) for key, networks in ZONES.items()}
    flows: list[Flow] = []
    for source, destination, choice, allow in draw(st.lists(_ROWS, min_size=8, max_size=16)):
        ports = [one.port for one in components[destination].listeners] if destination in components else list(PORTS)
        port = ports[choice % len(ports)]
        flow = Flow(
            name=f"row {len(flows)}",
            source=source,
            destination=destination,
            ports=(PortRange(port, port),),
            action="allow" if allow else "deny",
        )
        if not any(_contradict(zones, flow, other) for other in flows):
            flows.append(flow)
    return _with_bastion(draw, Matrix(components, zones, tuple(flows), hosts))


def _with_bastion(draw: st.DrawFn, matrix: Matrix) -> Matrix:
    """Of every second matrix the first host is the bastion, of both families or of one."""
    if not draw(st.booleans()):
        return matrix
    networks = [ip_network(one) for one in draw(st.sampled_from([ZONES["vpc"], ZONES["vpc"][:1], ZONES["vpc"][1:]]))]
    changed = with_bastion(matrix, "h1", networks)
    own = changed.flows[len(matrix.flows) :]
    zones = dict(changed.zones)
    return matrix if any(_contradict(zones, one, other) for one in own for other in matrix.flows) else changed


_ROWS = st.tuples(
    st.sampled_from([*COMPONENTS, SERVER, *ZONES, ANY]),
    st.sampled_from([*COMPONENTS, SERVER, *ZONES]),
    st.integers(0, len(PORTS) - 1),
    st.integers(0, 2).map(bool),  # twice as many rows that allow as rows that deny
)


def _contradict(zones: dict[str, Any], one: Flow, other: Flow) -> bool:
    def overlap(left: str, right: str) -> bool:
        if left in zones and right in zones:
            return any(a.version == b.version and a.overlaps(b) for a in zones[left] for b in zones[right])
        return left == right

    def lead_together(left: str, right: str) -> bool:
        return meet(zones[left], zones[right]) if left in zones and right in zones else left == right

    return (
        one.action != other.action
        and one.ports == other.ports
        and overlap(one.source, other.source)
        and lead_together(one.destination, other.destination)
    )


End = tuple[Host | None, str | None, Address]


def _ends(matrix: Matrix, name: str) -> list[End]:
    """Where a row's source or destination is: managed hosts with a component, and others."""
    hosts = matrix.hosts.values()
    if name in matrix.components:
        runs = [host for host in hosts if name == SERVER or name in host.components]
        return [(host, name, address) for host in runs for address in host.addresses]
    zone = matrix.zones.get(name, tuple(map(ip_network, ZONES["internet"])))
    outside: list[End] = [(None, None, address) for address in map(ip_address, OUTSIDERS)]
    inside: list[End] = [
        (host, key, address)
        for host in hosts
        for key in sorted(host.components | {SERVER})
        for address in host.addresses
    ]
    return [end for end in outside + inside if any(end[2] in network for network in zone)]


def _meetings(matrix: Matrix, source: str, destination: str) -> list[tuple[End, End]]:
    """Every pair of ends of one address family of which at least one is managed."""
    return [
        (start, end)
        for start in _ends(matrix, source)
        for end in _ends(matrix, destination)
        if start[2].version == end[2].version and (start[0] or end[0])
    ]


def packets(matrix: Matrix, random: Random) -> Iterator[Packet]:
    """As many packets of what a row speaks of as between any two ends, and as many of IPv6 as of IPv4."""
    anywhere = _meetings(matrix, ANY, ANY)
    for row in random.choices(matrix.flows, k=15):
        yield _packet(matrix, random, _meetings(matrix, row.source, row.destination) or anywhere, row.ports[0].first)
        yield _packet(matrix, random, anywhere)


def _packet(matrix: Matrix, random: Random, meetings: list[tuple[End, End]], port: int | None = None) -> Packet:
    version = random.choice(sorted({end[2].version for _start, end in meetings}))
    start, end = random.choice([meeting for meeting in meetings if meeting[1][2].version == version])
    ports = [listener.port for listener in matrix.components[end[1]].listeners] if end[1] else PORTS
    return Packet(*start, *end, port if port in ports else random.choice(ports))


def expected(matrix: Matrix, packet: Packet) -> bool:
    """What the matrix decides."""
    at_home = packet.sender is not None and packet.sender == packet.receiver
    sources = packet.sender.addresses if at_home and packet.sender else (packet.source_address,)
    source = Endpoint(packet.source, sources)
    return (
        decide(matrix, source, Endpoint(packet.destination, (packet.destination_address,)), packet.port).action
        == "allow"
    )


def enforced(matrix: Matrix, views: Mapping[str, dict[str, Any]], packet: Packet) -> bool:
    """What the rules of the hosts at both ends let through, read as the packet filter reads them."""
    user = (matrix.components[packet.source].user or ROOT) if packet.source else None
    if packet.sender is not None and packet.sender == packet.receiver:
        return _local(views[packet.sender.name]["local"], user, packet.port)
    passes = True
    if packet.sender is not None:
        passes = _first_match(views[packet.sender.name], "egress", packet.destination_address, packet.port, user)
    if packet.receiver is not None:
        passes &= _first_match(views[packet.receiver.name], "ingress", packet.source_address, packet.port, None)
    return passes


def _first_match(view: dict[str, Any], chain: str, far: Address, port: int, user: str | None) -> bool:
    sets = {(entry["zone"], entry["family"]): entry["addresses"] for entry in view["sets"]}
    family = f"ipv{far.version}"
    for rule in view[chain]:
        addresses = sets[rule["zone"], rule["family"]] if rule["zone"] else rule["addresses"]
        if (
            rule["family"] in ("any", family)
            and (not addresses or any(far in ip_network(address) for address in addresses))
            and any(int(ports.split("-")[0]) <= port <= int(ports.split("-")[-1]) for ports in rule["ports"])
            and (not rule["users"] or user in rule["users"])
            and user not in rule["except_users"]
        ):
            return bool(rule["action"] == "allow")
    return False


def _local(rules: list[dict[str, Any]], user: str | None, port: int) -> bool:
    for rule in rules:
        if rule["port"] == port:
            return user in rule["users"] or (rule["others"] and user not in rule["denied_users"])
    return True


#: Of each kind of packet at least so many have to be let through, and so many refused, or the test shows nothing.
FLOOR = 5


def kind(packet: Packet) -> str:
    """Which rules judge a packet."""
    if packet.sender is None:
        way = "inbound"
    elif packet.receiver is None:
        way = "outbound"
    elif packet.sender != packet.receiver:
        way = "between hosts"
    else:
        way = "local" if packet.source != SERVER else "local, of the server's own"
    return f"{way}, IPv{packet.destination_address.version}"


def is_told_apart(packet: Packet, matrix: Matrix) -> bool:
    """Two components that share a port of one host cannot be told apart by it; validation refuses that."""
    here = packet.receiver.components | {SERVER} if packet.receiver else ()
    return sum(any(one.port == packet.port for one in matrix.components[key].listeners) for key in here) <= 1


def test_rules_let_through_what_the_matrix_decides() -> None:
    judged: Counter[tuple[str, bool]] = Counter()

    @settings(max_examples=200, deadline=None)
    @given(matrices(), st.randoms(use_true_random=False))
    def check(matrix: Matrix, random: Random) -> None:
        views = {name: firewall_view(matrix, host) for name, host in matrix.hosts.items()}
        for packet in packets(matrix, random):
            if is_told_apart(packet, matrix):
                verdict = expected(matrix, packet)
                assert enforced(matrix, views, packet) == verdict, packet
                judged[kind(packet), verdict] += 1

    ways = ("inbound", "outbound", "between hosts", "local", "local, of the server's own")
    kinds = [(f"{way}, IPv{version}", verdict) for way in ways for version in (4, 6) for verdict in (True, False)]
    for _again in range(3):  # chance may leave out a kind
        check()
        rare = {one: judged[one] for one in kinds if judged[one] < FLOOR}
        if not rare:
            break
    assert rare == {}


@settings(max_examples=200, deadline=None)
@given(matrices(), st.sampled_from(LINK_LOCAL), st.sampled_from(PORTS))
def test_nobody_reaches_a_link_local_address_that_no_allowing_row_lists(
    matrix: Matrix, address: str, port: int
) -> None:
    place = ip_network(address)
    listing = {name for name, networks in ZONES.items() for one in networks if _lists(ip_network(one), place)}
    rows = tuple(flow for flow in matrix.flows if flow.action == "deny" or flow.destination not in listing)
    matrix = replace(matrix, flows=rows)
    for host in matrix.hosts.values():
        view = firewall_view(matrix, host)
        for user in (None, *(matrix.components[key].user for key in host.components)):
            assert not _first_match(view, "egress", ip_address(address), port, user)


def test_a_gateway_lets_out_what_the_matrix_decides_for_some_component() -> None:
    judged: Counter[tuple[int, bool]] = Counter()

    @settings(max_examples=300, deadline=None, derandomize=True)
    @given(matrices(), st.sampled_from(PORTS))
    def check(matrix: Matrix, port: int) -> None:
        first = matrix.hosts["h1"]
        outside = (ip_address("203.0.113.7"), ip_address("2001:db8::7"))
        hosts = {**matrix.hosts, "h1": replace(first, addresses=(*first.addresses, *outside))}
        matrix = with_gateway(replace(matrix, hosts=hosts), "h1", [ip_network(one) for one in ZONES["vpc"]])
        view = host_rules(matrix, matrix.hosts["h1"])
        for host in (one for one in matrix.hosts.values() if one.name != "h1"):
            for address in host.addresses:
                for far in (one for one in map(ip_address, OUTSIDERS) if one.version == address.version):
                    parties = [Endpoint(key, (address,)) for key in sorted(host.components | {SERVER})]
                    decided = [decide(matrix, one, Endpoint(None, (far,)), port).action for one in parties]
                    passes = "allow" in decided and not _is_inside(view, far)
                    assert _sent_on(view, address, far, port) == passes, (host, far, port)
                    judged[far.version, passes] += 1

    check()
    assert min(judged[version, passes] for version in (4, 6) for passes in (True, False)) >= FLOOR


def _is_inside(view: dict[str, Any], far: Address) -> bool:
    return any(far in ip_network(one) for part in view["gateway"]["inside"] for one in part["addresses"])


def _sent_on(view: dict[str, Any], near: Address, far: Address, port: int) -> bool:
    """What a gateway's chains make of a packet: each sender's rules by themselves."""
    own = [one for one in view["gateway"]["senders"] if any(near in ip_network(net) for net in one["addresses"])]
    lets = (_first_match({"sets": view["sets"], "rules": one["rules"]}, "rules", far, port, None) for one in own)
    return not _is_inside(view, far) and any(lets)


def _lists(network: Any, place: Any) -> bool:
    """Whether a network lies among the link-local ones, and holds the place."""
    return network.version == place.version and place.subnet_of(network) and str(network) not in WIDE


@settings(max_examples=100, deadline=None)
@given(matrices())
def test_each_port_of_a_component_has_its_owner(matrix: Matrix) -> None:
    for host in matrix.hosts.values():
        owners = [(one["port"], one["users"]) for one in firewall_view(matrix, host)["owners"]]
        assert owners == [
            (listener.port, ("root", f"u{key}"))
            for key in sorted(host.components)
            for listener in matrix.components[key].listeners
        ]


@settings(max_examples=100, deadline=None)
@given(matrices(), st.randoms())
def test_the_order_of_rows_does_not_matter_for_what_is_let_through(matrix: Matrix, random: Random) -> None:
    rows = list(matrix.flows)
    random.shuffle(rows)
    shuffled = replace(matrix, flows=tuple(rows))
    for name in matrix.hosts:
        one, other = host_view(matrix, name), host_view(shuffled, name)
        for key in ("listen", "upstreams", "clients", "accounts", "components"):
            assert one[key] == other[key]


@settings(max_examples=100, deadline=None)
@given(matrices())
def test_clients_and_upstreams_are_those_that_the_matrix_lets_through(matrix: Matrix) -> None:
    for name, host in matrix.hosts.items():
        view = host_view(matrix, name)
        for key, component in matrix.components.items():
            port = component.listeners[0].port
            if key in host.components:
                reaching = {
                    source
                    for source in matrix.components
                    for other in matrix.hosts_of(source)
                    if any(
                        (flow.source, flow.destination, flow.action) == (source, key, "allow") for flow in matrix.flows
                    )
                    and decide(matrix, component_at(source, other), component_at(key, host), port).action == "allow"
                }
                assert {client["component"] for client in view["clients"].get(key, [])} == reaching
            allowed = any(
                flow.source in host.components | {SERVER} and flow.destination == key and flow.action == "allow"
                for flow in matrix.flows
            )
            assert len(view["upstreams"].get(key, ())) == (len(list(matrix.hosts_of(key))) if allowed else 0)
