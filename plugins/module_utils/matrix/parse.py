# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From the group vars' plain data to the model, or to the list of everything in it that cannot be read.

What is judged here is each value by itself and every name that refers to another; rules across rows are in
:mod:`check`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..faults import FaultError, Faults, show
from ..fields import read_choice, read_mapping, read_pattern, read_record, read_sequence, read_switch, read_text
from .addresses import read_address, read_network
from .model import ANY, SERVER, Component, Flow, Host, Listener, Matrix, Network
from .ports import read_port, read_ports, read_protocols
from .vocabulary import (
    ABSOLUTE_PATH,
    ACTIONS,
    COMPONENT_KEYS,
    EXPOSURES,
    FLOW_KEYS,
    FLOW_REQUIRED,
    HOSTNAME,
    KEY,
    LISTENER_KEYS,
    REMEDIES,
    ROW_NAME,
    ROW_NAME_BYTES,
    URL_PATH,
    USER,
)

_MATRIX_KEYS = ("components", "zones", "flows", "baseline_flows", "hosts")
_HOST_KEYS = ("addresses", "assumed", "components")


class MatrixError(FaultError):
    """The matrix cannot be read; the text lists every fault."""


def parse_matrix(data: Mapping[str, object]) -> Matrix:
    """The model of ``network_matrix`` (group vars ``matrix.yml``).

    ``hosts`` is what the filter ``placement`` returns: name -> ``addresses`` and ``components``.

    :raises MatrixError: with all faults at once.
    """
    faults = Faults()
    matrix = read_matrix(data, faults)
    if faults.errors:
        raise MatrixError(faults.errors)
    return matrix


def read_matrix(data: object, faults: Faults) -> Matrix:
    """As :func:`parse_matrix`, but notes faults and returns what could be read."""
    record = read_record(data, "network_matrix", faults, _MATRIX_KEYS)
    if record is None:
        return Matrix()
    zones = _read_zones(record.get("zones"), faults)
    components = _read_components(record.get("components"), faults)
    # Whatever is declared, even wrongly, is known: a fault is told once, not again by each row that refers to it.
    declared_zones = _keys(record.get("zones"))
    declared_components = _keys(record.get("components")) | {SERVER}
    for name in sorted(declared_zones & declared_components):
        path = f"network_zones.{name}"
        faults.error(path, name, f"{name} is a component as well", "give the zone another name")
    names = _Names(declared_components, declared_zones)
    flows = _read_flows(record.get("flows"), "network_flows", names, faults)
    baseline = _read_flows(record.get("baseline_flows"), "network_baseline_flows", names, faults)
    _find_repeated_names(flows + baseline, faults)
    hosts = _read_hosts(record.get("hosts"), declared_components, faults)
    return Matrix(components=components, zones=zones, flows=flows + baseline, hosts=hosts)


class _Names:
    """The names that a flow may use, and what they stand for."""

    def __init__(self, components: Collection[str], zones: Collection[str]) -> None:
        self.components = components
        self.zones = zones
        self.all = {*components, *zones}
        self.sources = {*self.all, ANY}


def _keys(value: object) -> set[str]:
    return {key for key in value if isinstance(key, str)} if isinstance(value, Mapping) else set()


def _is_key(key: str, path: str, faults: Faults) -> bool:
    if key == ANY:
        faults.error(path, key, f"{ANY} stands for everybody", "use another name")
        return False
    if not KEY.fullmatch(key):
        faults.error(path, key, f"{show(key)} cannot be a name", REMEDIES[KEY])
        return False
    return True


def _read_zones(value: object, faults: Faults) -> dict[str, tuple[Network, ...]]:
    zones = {}
    for key, items in read_mapping(value, "network_zones", faults).items():
        path = f"network_zones.{key}"
        if not _is_key(key, path, faults):
            continue
        if isinstance(items, str):
            items = [items]
        elif not items and isinstance(items, (list, type(None))):
            faults.error(path, items, "has no addresses", "add at least one, or remove the zone and its rows")
            continue
        networks = (
            read_network(item, f"{path}[{index}]", faults)
            for index, item in enumerate(read_sequence(items, path, faults))
        )
        zones[key] = tuple(network for network in networks if network is not None)
    return zones


def _read_components(value: object, faults: Faults) -> dict[str, Component]:
    components = {}
    for key, item in read_mapping(value, "network_components", faults).items():
        path = f"network_components.{key}"
        if _is_key(key, path, faults):
            component = _read_component(key, item, path, faults)
            if component is not None:
                components[key] = component
    components.setdefault(SERVER, Component(SERVER, "Server"))
    return components


def _read_component(key: str, value: object, path: str, faults: Faults) -> Component | None:
    record = read_record(value, path, faults, COMPONENT_KEYS, () if key == SERVER else ("user",))
    if record is None:
        return None
    user = read_pattern(record, "user", path, faults, USER, "a user name", REMEDIES[USER])
    if key == SERVER and user is not None:
        faults.error(f"{path}.user", user, "the server is whatever runs as no component's user", "remove it")
    elif user == "root":
        faults.error(f"{path}.user", user, "root is the server itself, not a component", "use a user of its own")
    absolute = "an absolute path without spaces or colons"
    home = read_pattern(record, "home", path, faults, ABSOLUTE_PATH, absolute, REMEDIES[ABSOLUTE_PATH])
    shell = read_pattern(record, "shell", path, faults, ABSOLUTE_PATH, absolute, REMEDIES[ABSOLUTE_PATH])
    health = read_pattern(record, "health", path, faults, URL_PATH, "a URL path", REMEDIES[URL_PATH])
    listeners = _read_listeners(record.get("ports"), f"{path}.ports", faults)
    if health is not None and not record.get("ports"):
        faults.error(
            f"{path}.health", health, "cannot be asked: the component has no port", "add the port or remove it"
        )
    return Component(
        key=key,
        title=read_text(record, "title", path, faults) or key,
        exposure=read_choice(record, "exposure", path, faults, EXPOSURES, "internal"),
        hostname=read_pattern(record, "hostname", path, faults, HOSTNAME, "a host name", REMEDIES[HOSTNAME]),
        user=user,
        home=home or (f"/var/lib/{user}" if user else None),
        shell=shell or ("/usr/sbin/nologin" if user else None),
        health=health,
        listeners=listeners,
    )


def _read_listeners(value: object, path: str, faults: Faults) -> tuple[Listener, ...]:
    listeners: list[Listener] = []
    for index, item in enumerate(read_sequence(value, path, faults)):
        where = f"{path}[{index}]"
        record = read_record(item, where, faults, LISTENER_KEYS, ("port",))
        if record is None:
            continue
        application = read_text(record, "application", where, faults)
        description = read_text(record, "description", where, faults)
        protocols = read_protocols(record.get("protocol"), f"{where}.protocol", faults)
        port = None if record.get("port") is None else read_port(record["port"], f"{where}.port", faults)
        if port is None:
            continue
        for protocol in protocols:
            if any((known.port, known.protocol) == (port, protocol) for known in listeners):
                faults.error(f"{where}.port", port, f"{port}/{protocol} is listed twice", "remove one")
            listeners.append(Listener(port, protocol, application, description))
    return tuple(listeners)


def _read_flows(value: object, variable: str, names: _Names, faults: Faults) -> tuple[Flow, ...]:
    flows = []
    for index, item in enumerate(read_sequence(value, variable, faults)):
        path = f"{variable}[{index}]"
        record = read_record(item, path, faults, FLOW_KEYS, FLOW_REQUIRED)
        flow = None if record is None else _read_flow(record, path, names, faults)
        if flow is not None:
            flows.append(flow)
    return tuple(flows)


def _read_flow(record: Mapping[str, object], path: str, names: _Names, faults: Faults) -> Flow | None:
    """A row; ``None`` if it lacks what rules across rows would need."""
    source, destination = _read_ends(record, path, names, faults)
    ports = () if record.get("port") is None else read_ports(record["port"], f"{path}.port", faults)
    protocols = read_protocols(record.get("protocol"), f"{path}.protocol", faults)
    action = read_choice(record, "action", path, faults, ACTIONS, "deny")
    documented = read_switch(record, "documented", path, faults, True)
    reason = read_text(record, "reason", path, faults)
    if not documented and not reason:
        faults.error(f"{path}.reason", None, "is missing: the document lacks this row", "say why the row is needed")
    name = _read_name(record, path, faults)
    table = read_text(record, "table", path, faults)
    if source is None or destination is None or not ports or not protocols or record.get("action") not in ACTIONS:
        return None
    return Flow(
        name=name, source=source, destination=destination, ports=ports, action=action, protocols=protocols,
        documented=documented, reason=reason, table=table, path=path,
    )  # fmt: skip


def _read_ends(record: Mapping[str, object], path: str, names: _Names, faults: Faults) -> tuple[str | None, str | None]:
    source = _read_end(record, "source", path, names.sources, faults)
    if record.get("destination") == ANY:
        faults.error(f"{path}.destination", ANY, f"{ANY} is only a source", "name a component or a zone")
        return source, None
    destination = _read_end(record, "destination", path, names.all, faults)
    if source in names.zones and destination in names.zones:
        reason = f"neither {source} nor {destination} is a component: no host could enforce the row"
        faults.error(path, [source, destination], reason, "name a component at one end")
        return None, None
    return source, destination


def _read_end(record: Mapping[str, object], key: str, path: str, known: Collection[str], faults: Faults) -> str | None:
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        faults.error(f"{path}.{key}", value, f"{show(value)} is not a name", "name a component or a zone")
        return None
    if value not in known:
        faults.unknown(f"{path}.{key}", value, f"{show(value)} is neither a component nor a zone", known)
        return None
    return value


def _read_name(record: Mapping[str, object], path: str, faults: Faults) -> str:
    name = read_text(record, "name", path, faults)
    where = f"{path}.name"
    if record.get("name") == "":
        faults.error(where, name, "is empty", "name the row as the document does")
    elif not ROW_NAME.fullmatch(name):
        reason = f"{show(name)} holds a quote, a backslash or a control character"
        faults.error(where, name, reason, REMEDIES[ROW_NAME])
    elif len(name.encode()) > ROW_NAME_BYTES:
        reason = f"is {len(name.encode())} bytes long"
        faults.error(where, name, reason, f"use at most {ROW_NAME_BYTES}: the name becomes a comment in the firewall")
    return name


def _find_repeated_names(flows: tuple[Flow, ...], faults: Faults) -> None:
    first: dict[str, Flow] = {}
    for flow in flows:
        known = first.setdefault(flow.name, flow)
        if known is not flow and flow.name:
            reason = f"{show(flow.name)} is the name of {known.path} too"
            faults.error(f"{flow.path}.name", flow.name, reason, "give each row a name of its own")


def _read_hosts(value: object, components: Collection[str], faults: Faults) -> dict[str, Host]:
    hosts = {}
    for name, item in read_mapping(value, "network_matrix.hosts", faults).items():
        path = f"network_matrix.hosts.{name}"
        record = read_record(item, path, faults, _HOST_KEYS)
        if record is None:
            continue
        variable = f"hostvars.{name}.network_addresses"
        addresses = (
            read_address(address, f"{variable}[{index}]", faults)
            for index, address in enumerate(read_sequence(record.get("addresses"), variable, faults))
        )
        placed = set()
        for index, component in enumerate(read_sequence(record.get("components"), f"{path}.components", faults)):
            if isinstance(component, str) and component in components:
                placed.add(component)
            else:
                where = f"{path}.components[{index}]"
                faults.unknown(where, str(component), f"{show(component)} is not a component", components)
        found = tuple(address for address in addresses if address is not None)
        assumed = read_switch(record, "assumed", path, faults, False)
        hosts[name] = Host(name=name, addresses=found, assumed=assumed, components=frozenset(placed))
    return hosts
