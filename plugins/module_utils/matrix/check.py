# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules across the matrix: what each value by itself cannot show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from operator import itemgetter

from ..endpoint import serves
from ..faults import Faults
from .compile import EVERYWHERE, listen_address
from .decide import Endpoint, component_at, decide, leads_to
from .link_local import METADATA
from .model import ANY, BASTION, SERVER, SSH, Address, Component, Flow, Host, Listener, Matrix, Protocol
from .rows import RowRules
from .zones import ZoneIndex, public_gaps

LOWEST_UNPRIVILEGED_PORT = 1024
# Linux takes the local ports of outgoing connections from these, net.ipv4.ip_local_port_range in ip-sysctl(5).
EPHEMERAL_PORTS = range(32768, 61000)
_SSH_PORT = 22
_HTTP_PORT = 80
_OF_THE_HOST = "make server its source"
# What a host needs of its surroundings, and what brings answers from anywhere if anywhere may be asked.
_SURROUNDINGS: dict[tuple[int, Protocol], str] = {
    (53, "udp"): "DNS",
    (53, "tcp"): "DNS",
    (67, "udp"): "DHCP",
    (123, "udp"): "NTP",
    (547, "udp"): "DHCPv6",
}


class Checker:
    """A matrix with what the rules look up again and again.

    ``faults`` holds what was noted while the matrix was read. Where a value could not be read, rules that would only
    repeat its absence ("no row for SSH") keep silent.
    """

    def __init__(self, matrix: Matrix, faults: Faults) -> None:
        self.matrix = matrix
        self.faults = faults
        self.zones = ZoneIndex(matrix.zones)
        paths = [fault.path for fault in faults.errors]
        self.flows_complete = not any(path.startswith(("network_flows", "network_baseline_flows")) for path in paths)
        self.zones_complete = not any(path.startswith("network_zones") for path in paths)
        self._broken = {path.split(".")[1] for path in paths if path.startswith("network_components.")}

    def rows_to(self, destination: str) -> Sequence[Flow]:
        """The rows that end at a component or zone."""
        rows = chain.from_iterable(self.matrix.rows.ending_at(destination).values())
        return [flow for _number, flow in sorted(rows, key=itemgetter(0))]

    def is_complete(self, component: str) -> bool:
        """Whether everything about a component could be read."""
        return component in self.matrix.components and component not in self._broken

    def is_known_broken(self, component: str) -> bool:
        """Whether a component was declared, in a way that could not be read; its fault is noted already."""
        return component in self._broken

    def opened_to_world(self, flow: Flow) -> bool:
        """Whether a row lets anybody on the internet in."""
        return flow.action == "allow" and (flow.source == ANY or flow.source in self.zones.worlds)


def check_matrix(matrix: Matrix, faults: Faults, controllers: Sequence[Address] = ()) -> Checker:
    """Note everything that is wrong or doubtful across a matrix.

    :param controllers: the addresses from which Ansible is connected to the hosts; unknown when empty.
    """
    checker = Checker(matrix, faults)
    _check_components(checker)
    _check_zones(checker)
    _check_hosts(checker)
    _check_assumed_addresses(checker)
    _check_exposure(checker)
    _check_ports_of_rows(checker)
    _check_outlets(checker)
    _check_protocols(checker)
    RowRules(matrix, checker.zones).check(faults)
    _check_ssh(checker, controllers)
    return checker


def ssh_listener(component: Component | None) -> Listener | None:
    """The port on which hosts take SSH: the server's listener that says so, else its port 22."""
    listeners = [] if component is None else [one for one in component.listeners if one.protocol == "tcp"]
    named = [one for one in listeners if one.application.upper() == SSH]
    return next(iter(named or [one for one in listeners if one.port == _SSH_PORT]), None)


def _check_components(checker: Checker) -> None:
    faults = checker.faults
    hostnames: dict[str, str] = {}
    for key, component in checker.matrix.components.items():
        path = f"network_components.{key}"
        if component.hostname is not None:
            first = hostnames.setdefault(component.hostname, key)
            if first != key:
                reason = f"{component.hostname} is the name of {first} too"
                faults.error(f"{path}.hostname", component.hostname, reason, "give each component a name of its own")
        for listener in component.listeners:
            if listener.port in EPHEMERAL_PORTS:
                reason = f"{listener.port} is in the range from which Linux takes ports for outgoing connections"
                remedy = f"use a port below {EPHEMERAL_PORTS.start}, or it may be taken when {key} starts"
                faults.warning(f"{path}.ports", listener.port, reason, remedy)
            if listener.port < LOWEST_UNPRIVILEGED_PORT and component.exposure != "public" and key != SERVER:
                reason = f"{key} runs as {component.user or 'its user'}, who may not listen on port {listener.port}"
                remedy = f"use a port from {LOWEST_UNPRIVILEGED_PORT}; only public components start as root"
                faults.error(f"{path}.ports", listener.port, reason, remedy)


def _check_zones(checker: Checker) -> None:
    everything = {(4, 0), (6, 0)}
    whole = next(
        (
            name
            for name, networks in checker.matrix.zones.items()
            if everything <= {(network.version, network.prefixlen) for network in networks}
        ),
        None,
    )
    for name, networks in checker.matrix.zones.items():
        seen = set()
        for network in networks:
            if network.is_loopback:
                remedy = "name the component that is meant; for DNS, the servers that the host asks (resolvectl dns)"
                checker.faults.error(f"network_zones.{name}", str(network), f"{network} is every host itself", remedy)
            if network in seen:
                checker.faults.warning(
                    f"network_zones.{name}", str(network), f"{network} is listed twice", "remove one"
                )
            seen.add(network)
        if whole and len({network.version for network in networks}) == 1 and any(not one.prefixlen for one in networks):
            version, lacking = (4, "::/0") if networks[0].version == 4 else (6, "0.0.0.0/0")
            reason = f"holds every IPv{version} address and none of the others, which {whole} holds as well"
            checker.faults.warning(f"network_zones.{name}", None, reason, f"add {lacking}, if it is meant")
        if gaps := public_gaps(networks):
            left_out = ", ".join(map(str, gaps))
            reason = f"holds most of the internet's addresses, but not {left_out}"
            checker.faults.warning(
                f"network_zones.{name}", left_out, reason, "add them, or nobody gets there by its rows"
            )


def _check_hosts(checker: Checker) -> None:
    hosts, faults = checker.matrix.hosts, checker.faults
    owners: dict[Address, str] = {}
    for name, host in hosts.items():
        variable = f"hostvars.{name}.network_addresses"
        if not host.addresses and len(hosts) > 1 and not any(fault.path.startswith(variable) for fault in faults):
            faults.error(variable, [], "has no address", "add the address by which other hosts reach this one")
        for address in host.addresses:
            if address.is_loopback:
                reason = f"{address} is every host itself, and leads no other host to this one"
                faults.error(variable, str(address), reason, "name the address by which other hosts would reach it")
            first = owners.setdefault(address, name)
            if first != name:
                reason = f"{address} is an address of {first} too"
                faults.error(variable, str(address), reason, "give each host addresses of its own")
        _check_users(checker, host)
        _check_sockets(checker, host)
    placed = {component for host in hosts.values() for component in host.components} | {SERVER}
    for key in checker.matrix.components if hosts else ():
        if key not in placed:
            remedy = f"put a host into the inventory group {key}, or remove the component"
            faults.warning(f"network_components.{key}", key, "runs on no host of the inventory", remedy)


def _check_assumed_addresses(checker: Checker) -> None:
    """What is internal crosses no public network, and opens to none, by an address that nobody has named for it."""
    matrix = checker.matrix
    public = {
        name: next(one for one in host.addresses if one.is_global)
        for name, host in matrix.hosts.items()
        if host.assumed and any(one.is_global for one in host.addresses)
    }
    for flow in matrix.flows if public else ():
        component = matrix.components.get(flow.destination)
        if flow.action == "deny" or component is None or component.key == SERVER or component.exposure == "public":
            continue
        starts, ends = ({host.name for host in matrix.hosts_of(end)} for end in (flow.source, flow.destination))
        if not starts or len(starts | ends) < 2:
            continue
        for name in sorted(public.keys() & (starts | ends)):
            does = "listen on" if name in ends else f"reach {flow.destination} from"
            who = flow.destination if name in ends else flow.source
            reason = (
                f"is not named, so {who} would {does} {public[name]}, a public address, by which Ansible reaches {name}"
            )
            remedy = "name the host's address in your private network; or this one, if it is meant"
            checker.faults.error(f"hostvars.{name}.network_addresses", str(public.pop(name)), reason, remedy)


def _check_users(checker: Checker, host: Host) -> None:
    """Same-host flows are enforced by user, which takes one user for each component."""
    users: dict[str, str] = {}
    for key in sorted(host.components):
        user = checker.matrix.components[key].user if key in checker.matrix.components else None
        if user is None:
            continue
        first = users.setdefault(user, key)
        if first != key:
            reason = f"{key} runs as {user} on {host.name}, as {first} does, so the firewall cannot tell them apart"
            path = f"network_components.{key}.user"
            checker.faults.error(path, user, reason, "give each component a user of its own")


def _check_sockets(checker: Checker, host: Host) -> None:
    """No two components on one port of one address of one host."""
    users: dict[tuple[int, Protocol], list[Component]] = defaultdict(list)
    for key in sorted(host.components | {SERVER}):
        component = checker.matrix.components.get(key)
        for listener in component.listeners if component is not None else ():
            users[listener.port, listener.protocol].append(component)  # type: ignore[arg-type]
    for (port, protocol), components in users.items():
        if len(components) == 1:
            continue
        taken: dict[str, str] = {}
        for component in components:
            # Without an address (noted elsewhere) any two may clash.
            bound = listen_address(checker.matrix, host, component) if host.addresses else EVERYWHERE
            first = next((key for address, key in taken.items() if any(_clash(address, one) for one in bound)), None)
            taken.update(dict.fromkeys(bound, component.key))
            if first is not None:
                where = "every address" if bound == EVERYWHERE else " and ".join(bound)
                reason = f"{component.key} and {first} both listen on port {port}/{protocol} of {where} of {host.name}"
                path = f"network_components.{component.key}.ports"
                checker.faults.error(path, port, reason, "give one of them another port, or move it to another host")


def _clash(bound: str, other: str) -> bool:
    return serves(bound, other) or serves(other, bound)


def _check_exposure(checker: Checker) -> None:
    ssh = ssh_listener(checker.matrix.components.get(SERVER))
    for flow in checker.matrix.flows:
        component = checker.matrix.components.get(flow.destination)
        if component is None or component.exposure == "public" or not checker.opened_to_world(flow):
            continue
        if component.key == SERVER and ssh is not None and flow.covers(ssh.port, "tcp"):
            reason = f"SSH is open to {_world(flow)}"
            faults = checker.faults
            faults.warning(flow.path, flow.name, reason, "admit the addresses of your administrators only")
            continue
        reason = f"{component.key} is internal, and the row opens it to {_world(flow)}"
        remedy = "remove the row, or make it narrower, or set exposure: public on the component"
        checker.faults.error(flow.path, flow.name, reason, remedy)


def _world(flow: Flow) -> str:
    return "everybody" if flow.source == ANY else f"the whole internet ({flow.source})"


def _check_ports_of_rows(checker: Checker) -> None:
    """A row to a port on which nobody listens is a slip. ``server`` is exempt: it is whatever else runs on a host."""
    for flow in checker.matrix.flows:
        component = checker.matrix.components.get(flow.destination)
        if component is None or component.key == SERVER or not checker.is_complete(component.key):
            continue
        listeners = [one for one in component.listeners if one.protocol in flow.protocols]
        idle = [str(ports) for ports in flow.ports if not any(one.port in ports for one in listeners)]
        if not idle:
            continue
        used = ", ".join(f"{one.port}/{one.protocol}" for one in component.listeners) or "no port at all"
        reason = f"{component.key} does not listen on {', '.join(idle)}/{'+'.join(flow.protocols)} but on {used}"
        remedy = f"correct the port, here or in network_components.{component.key}.ports"
        note = checker.faults.error if flow.action == "allow" else checker.faults.warning
        note(f"{flow.path}.port", ", ".join(map(str, flow.ports)), reason, remedy)


def _check_outlets(checker: Checker) -> None:
    """Rows by which whoever takes over a component talks to anybody, or becomes the machine in its cloud."""
    for flow in checker.matrix.flows:
        if flow.action == "deny" or flow.source == SERVER or flow.destination not in checker.matrix.zones:
            continue
        who = "everybody" if flow.source == ANY else flow.source
        asked = next((name for asking, name in _SURROUNDINGS.items() if flow.covers(*asking)), None)
        if asked and flow.destination in checker.zones.worlds:
            named = "name the servers in the zone (network_resolver_addresses)"
            reason = f"lets {who} send {asked} to any address, and so talk to anybody"
            checker.faults.warning(flow.path, flow.name, reason, named if asked == "DNS" else _OF_THE_HOST)
        zone = checker.matrix.zones[flow.destination]
        metadata = next((one for one in METADATA if leads_to(zone, Endpoint(addresses=(one,)))), None)
        if metadata and flow.covers(_HTTP_PORT, "tcp"):
            reason = f"lets {who} ask {metadata.network_address} for the machine's credentials in its cloud"
            checker.faults.warning(flow.path, flow.name, reason, _OF_THE_HOST)


def _check_protocols(checker: Checker) -> None:
    """Rows that let through a part of what they are for: DNS needs both protocols (RFC 7766), NTP and DHCP UDP."""
    rows: dict[tuple[str, str, int], list[Flow]] = defaultdict(list)
    for flow in checker.matrix.flows:
        if flow.action == "allow" and flow.destination in checker.matrix.zones:
            for ports in flow.ports:
                if ports.first == ports.last:
                    rows[flow.source, flow.destination, ports.first].append(flow)
    for (port, protocol), name in _SURROUNDINGS.items():
        for (_source, _destination, asked), flows in rows.items():
            if asked == port and not any(protocol in flow.protocols for flow in flows):
                reason = f"lets no {name} through by {protocol}, which it needs on {port}"
                checker.faults.warning(f"{flows[0].path}.protocol", list(flows[0].protocols), reason, f"add {protocol}")


def _check_ssh(checker: Checker, controllers: Sequence[Address]) -> None:
    faults = checker.faults
    if not checker.is_complete(SERVER) or not checker.flows_complete:
        return
    listener = ssh_listener(checker.matrix.components[SERVER])
    if listener is None:
        remedy = "add {port: 22, application: SSH}"
        faults.error("network_components.server.ports", None, "no port for SSH: every host would be locked out", remedy)
        return
    admits = [flow for flow in checker.rows_to(SERVER) if flow.action == "allow" and flow.covers(listener.port, "tcp")]
    outside = [flow for flow in admits if flow.source not in (*checker.matrix.components, BASTION)]
    if not outside:
        reason = f"no row lets an administrator in to server on port {listener.port}: every host would be locked out"
        faults.error("network_flows", None, reason, "add a row from a zone of administrators")
        return
    for controller in controllers if checker.zones_complete else ():
        if controller.is_loopback or _is_admitted(checker, controller, listener.port, admits):
            continue
        hosts = checker.matrix.hosts.values()
        through = next((host for host in hosts if controller in host.addresses and len(hosts) > 1), None)
        if through:
            reason = f"Ansible is connected through {through.name} ({controller}), which is no bastion: it would lock itself out"
            remedy = f"write network_bastion: {through.name}, and its network in network_private_addresses"
            faults.error("network_bastion", str(controller), reason, remedy)
            continue
        reason = f"Ansible is connected from {controller}, which no row for SSH admits: it would lock itself out"
        zone = next((flow.source for flow in outside if flow.source in checker.matrix.zones), None)
        path = f"network_zones.{zone}" if zone else outside[0].path
        faults.error(path, str(controller), reason, f"add {controller} here")


def _is_admitted(checker: Checker, controller: Address, port: int, admits: Sequence[Flow]) -> bool:
    if any(controller in host.addresses for host in checker.matrix.hosts.values()) and any(
        flow.source == SERVER for flow in admits
    ):
        return True
    outsider = Endpoint(addresses=(controller,))
    return decide(checker.matrix, outsider, Endpoint(SERVER), port).action == "allow"


def refusal(checker: Checker, source: str, destination: str, port: int) -> str | None:
    """Why a component may not reach a port (TCP) of another from every host of it; ``None`` if it may."""
    starts = [component_at(source, host) for host in checker.matrix.hosts_of(source)] or [Endpoint(source)]
    ends = [component_at(destination, host) for host in checker.matrix.hosts_of(destination)] or [Endpoint(destination)]
    for start in starts:
        for end in ends:
            decision = decide(checker.matrix, start, end, port)
            if decision.action == "deny":
                row = decision.flow
                why = "no row allows it" if row is None else f"{row.path} ({row.name}) denies it"
                return f"{source} may not reach {destination} on {port}/tcp, {why}"
    return None


def note_other_user(checker: Checker, key: str, user: str, program: str) -> None:
    """Note a component whose program runs as a user of its own: its connections would be nobody's that the rows allow."""
    component = checker.matrix.components[key]
    if component.user != user and checker.is_complete(key):
        reason = f"{program} runs as {user}, so that no row for {key} would hold for it"
        checker.faults.error(f"network_components.{key}.user", component.user, reason, f"use {user}")


def note_refusal(checker: Checker, path: str, source: str, destination: str, port: int) -> None:
    """Note that something at ``path`` needs a flow between two components that the rows do not allow."""
    if not checker.flows_complete or not checker.is_complete(source) or not checker.is_complete(destination):
        return
    reason = refusal(checker, source, destination, port)
    if reason is not None:
        remedy = f"add a row that allows it: source {source}, destination {destination}, port {port}"
        checker.faults.error(path, destination, reason, remedy)
