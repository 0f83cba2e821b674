# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From the declared components, zones and flows to the model: every name that refers to another is held against it.

Rules across rows are in :mod:`check`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ..document.addresses import read_address
from ..document.network import Server
from ..document.variables import Document
from ..document.words import HOST
from ..faults import FaultError, Faults, show
from ..fields import read_mapping, read_record, read_sequence
from .balance.carried import with_balancers
from .bastion import with_bastion
from .gateway import with_gateway
from .model import ANY, SERVER, Flow, Host, Matrix

#: The variables that make the matrix, without their prefix.
MATRIX_VARIABLES = (
    "components", "zones", "flows", "baseline_flows", "cloudflare_addresses", "bastion", "private_addresses", "gateway", "sticky",
)  # fmt: skip
MATRIX_KEYS = (*MATRIX_VARIABLES, "hosts")
_HOST_KEYS = ("addresses", "assumed", "components", "administrators")


class MatrixError(FaultError):
    """The matrix cannot be read; the text lists every fault."""


def parse_matrix(data: Mapping[str, object]) -> Matrix:
    """The model of ``network_matrix``, as hosts carry it out.

    ``hosts`` is what the filter ``placement`` returns: name -> ``addresses`` and ``components``.

    :raises MatrixError: with all faults at once.
    """
    faults = Faults()
    matrix = read_carried(data, faults)
    if faults.errors:
        raise MatrixError(faults.errors)
    return matrix


def read_carried(data: object, faults: Faults) -> Matrix:
    """As :func:`parse_matrix`, but notes faults and returns what could be read."""
    return with_balancers(read_matrix(data, faults))


def read_matrix(data: object, faults: Faults) -> Matrix:
    """The matrix as it is declared: its rows are not carried out by balancers (:mod:`.balance.carried`)."""
    record = read_record(data, "network_matrix", faults, MATRIX_KEYS)
    if record is None:
        return Matrix()
    variables = {f"network_{name}": value for name, value in record.items() if name != "hosts"}
    return link(Document.read_variables(variables, faults), variables, record.get("hosts"), faults)


def link(document: Document, variables: Mapping[str, object], hosts: object, faults: Faults) -> Matrix:
    """The matrix of a document, whose names refer to one another.

    :param variables: what the document was read from. Whatever is declared there, even wrongly, is known: a fault is told
        once, not again by each row that refers to it.
    :param hosts: name -> ``addresses`` and ``components``, what the filter ``placement`` returns.
    """
    components = {SERVER: Server(SERVER, title="Server"), **document.components}
    declared_zones = _keys(variables.get("network_zones"))
    declared_components = _keys(variables.get("network_components")) | {SERVER}
    for name in sorted(declared_zones & declared_components):
        path = f"network_zones.{name}"
        faults.error(path, name, f"{name} is a component as well", "give the zone another name")
    complete = "network_zones" in variables and "network_components" in variables
    names = _Names(declared_components, declared_zones, complete)
    flows = (*document.flows, *document.baseline_flows)
    _find_repeated_names(flows, faults)
    placed = _read_hosts(hosts, declared_components, faults)
    sound = tuple(flow for flow in flows if names.know_ends(flow, faults))
    matrix = Matrix(components, document.zones, sound, placed, in_front=document.cloudflare_addresses, sticky=document.sticky)
    matrix = with_bastion(matrix, document.bastion, document.private_addresses)
    return with_gateway(matrix, document.gateway, document.private_addresses)


class _Names:
    """The names that a flow may use."""

    def __init__(self, components: Collection[str], zones: Collection[str], complete: bool) -> None:
        self._zones = zones
        self._complete = complete
        self._destinations = {*components, *zones}
        self._sources = {*self._destinations, ANY}

    def know_ends(self, flow: Flow, faults: Faults) -> bool:
        """Whether both ends of a row are declared, and one of them is a host's to enforce."""
        known = self._knows(flow.source, f"{flow.path}.source", self._sources, faults)
        if flow.destination == ANY:
            path = f"{flow.path}.destination"
            faults.error(path, ANY, f"{ANY} is only a source", "name a component or a zone")
            return False
        known &= self._knows(flow.destination, f"{flow.path}.destination", self._destinations, faults)
        if flow.source in self._zones and flow.destination in self._zones:
            reason = f"neither {flow.source} nor {flow.destination} is a component: no host could enforce the row"
            faults.error(flow.path, [flow.source, flow.destination], reason, "name a component at one end")
            return False
        return known

    def _knows(self, name: str, path: str, known: Collection[str], faults: Faults) -> bool:
        if name not in known and self._complete:
            faults.unknown(path, name, f"{show(name)} is neither a component nor a zone", known)
        return name in known


def _keys(value: object) -> set[str]:
    return {key for key in value if isinstance(key, str)} if isinstance(value, Mapping) else set()


def _find_repeated_names(flows: Sequence[Flow], faults: Faults) -> None:
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
        HOST.read(name, f"hostvars.{name}", faults)
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
        administrators = read_sequence(record.get("administrators"), f"{path}.administrators", faults)
        hosts[name] = Host(
            name=name,
            addresses=found,
            assumed=record.get("assumed") is True,
            components=frozenset(placed),
            administrators=tuple(map(str, administrators)),
        )
    return hosts
