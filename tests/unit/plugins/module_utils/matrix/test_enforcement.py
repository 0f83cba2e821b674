# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The compiled rules of all hosts together let through exactly what the matrix decides, on random matrices."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.matrix.compile import host_view
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.decide import Endpoint, decide
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.firewall import firewall_view
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.link_local import meet
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.model import (
    ANY,
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

PORTS = (22, 443, 8000)
COMPONENTS = ("alpha", "beta", "gamma")
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
    """A matrix whose rows of one rank do not contradict each other, as validation demands."""
    components = {SERVER: Component(SERVER, "Server", listeners=(Listener(22),))}
    for key in COMPONENTS:
        ports = draw(st.sets(st.sampled_from(PORTS[1:]), max_size=2))
        listeners = tuple(Listener(port) for port in sorted(ports))
        components[key] = Component(key, key.title(), user=f"u{key}", listeners=listeners)
    hosts = {}
    for number in range(1, draw(st.integers(1, 3)) + 1):
        addresses = [ip_address(f"10.0.0.{number}")]
        if draw(st.booleans()):
            addresses.append(ip_address(f"fd00::{number}"))
        placed = draw(st.sets(st.sampled_from(COMPONENTS)))
        hosts[f"h{number}"] = Host(f"h{number}", tuple(addresses), frozenset(placed))
    zones = {key: tuple(map(ip_network, networks)) for key, networks in ZONES.items()}
    ends = st.sampled_from([*COMPONENTS, SERVER, *ZONES])
    rows = draw(
        st.lists(
            st.tuples(st.sampled_from([*COMPONENTS, SERVER, *ZONES, ANY]), ends, st.sampled_from(PORTS), st.booleans()),
            max_size=14,
        )
    )
    flows: list[Flow] = []
    for source, destination, port, allow in rows:
        flow = Flow(f"row {len(flows)}", source, destination, (PortRange(port, port),), "allow" if allow else "deny")
        # Validation refuses rows to ports that the destination does not declare.
        declared = destination in zones or any(one.port == port for one in components[destination].listeners)
        if declared and not any(_contradict(zones, flow, other) for other in flows):
            flows.append(flow)
    return Matrix(components, zones, tuple(flows), hosts)


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


@st.composite
def packets(draw: st.DrawFn, matrix: Matrix) -> Packet:
    """A packet between two ends of which at least one is managed, of one address family."""
    ends: list[tuple[Host | None, Address]] = [
        (host, address) for host in matrix.hosts.values() for address in host.addresses
    ]
    managed = draw(st.sampled_from(ends))
    others = [*ends, *((None, ip_address(address)) for address in OUTSIDERS)]
    other = draw(st.sampled_from([end for end in others if end[1].version == managed[1].version]))
    (sender, source_address), (receiver, destination_address) = draw(st.permutations([managed, other]))
    source = draw(st.sampled_from([*sorted(sender.components), SERVER])) if sender else None
    port = draw(st.sampled_from(PORTS))
    destination = None
    if receiver:
        listening = [
            (key, listener.port)
            for key in [*sorted(receiver.components), SERVER]
            for listener in matrix.components[key].listeners
        ]
        destination, port = draw(st.sampled_from(listening))
    return Packet(sender, source, source_address, receiver, destination, destination_address, port)


def expected(matrix: Matrix, packet: Packet) -> bool:
    """What the matrix decides."""
    at_home = packet.sender is not None and packet.sender == packet.receiver
    sources = packet.sender.addresses if at_home and packet.sender else (packet.source_address,)
    source = Endpoint(packet.source, sources)
    return (
        decide(matrix, source, Endpoint(packet.destination, (packet.destination_address,)), packet.port).action
        == "allow"
    )


def enforced(matrix: Matrix, packet: Packet) -> bool:
    """What the rules of the hosts at both ends let through, read as the packet filter reads them."""
    user = matrix.components[packet.source].user if packet.source else None
    if packet.sender is not None and packet.sender == packet.receiver:
        return _local(firewall_view(matrix, packet.sender)["local"], user, packet.port)
    passes = True
    if packet.sender is not None:
        view = firewall_view(matrix, packet.sender)
        passes = _first_match(view, "egress", packet.destination_address, packet.port, user)
    if packet.receiver is not None:
        view = firewall_view(matrix, packet.receiver)
        passes = passes and _first_match(view, "ingress", packet.source_address, packet.port, None)
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


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_rules_let_through_what_the_matrix_decides(data: st.DataObject) -> None:
    matrix = data.draw(matrices())
    for _attempt in range(4):
        packet = data.draw(packets(matrix))
        # Two components that share a port of one host cannot be told apart by it; validation refuses that.
        sharing = [
            key
            for key in (packet.receiver.components | {SERVER} if packet.receiver else ())
            if any(listener.port == packet.port for listener in matrix.components[key].listeners)
        ]
        if len(sharing) <= 1:
            assert enforced(matrix, packet) == expected(matrix, packet), packet


@settings(max_examples=200, deadline=None)
@given(matrices(), st.sampled_from(LINK_LOCAL), st.sampled_from(PORTS))
def test_nobody_reaches_a_link_local_address_that_no_allowing_row_lists(
    matrix: Matrix, address: str, port: int
) -> None:
    place = ip_network(address)
    listing = {name for name, networks in ZONES.items() for one in networks if _lists(ip_network(one), place)}
    if any(flow.action == "allow" and flow.destination in listing for flow in matrix.flows):
        return
    for host in matrix.hosts.values():
        view = firewall_view(matrix, host)
        for user in (None, *(matrix.components[key].user for key in host.components)):
            assert not _first_match(view, "egress", ip_address(address), port, user)


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
def test_the_order_of_rows_does_not_matter_for_what_is_let_through(matrix: Matrix, random: Any) -> None:
    rows = list(matrix.flows)
    random.shuffle(rows)
    shuffled = Matrix(matrix.components, matrix.zones, tuple(rows), matrix.hosts)
    for name in matrix.hosts:
        one, other = host_view(matrix, name), host_view(shuffled, name)
        for key in ("listen", "upstreams", "clients", "accounts", "components"):
            assert one[key] == other[key]
