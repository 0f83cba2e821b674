# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which connections a host tries by itself to see that its rows still hold: made on the controller, from the matrix."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any, TypedDict

from ..matrix.decide import Endpoint, component_at, decide
from ..matrix.model import BASTION, Action, Flow, Matrix, Protocol
from ..matrix.probing import Targets
from .probes import Probe, end_of, probes_from_host, proves


class Try(TypedDict):
    """A connection, and the row that decides it, as plain data (JSON).

    ``local``: to this host itself; ``outsider``: to an address that is none of ours. ``ports`` are the row's.
    """

    row: str
    source: str
    destination: str
    ports: str
    action: Action
    user: str
    address: str
    port: int
    protocol: Protocol
    local: bool
    outsider: bool


def tries_of(matrix: Matrix, host: str, targets: Targets) -> list[Try]:
    """All that a host can try of rows, as each of its components' users. What no row decides is left to verify.

    :param targets: zone -> addresses or names that answer there.
    :raises KeyError: the host carries no component of the matrix.
    """
    return [
        {
            "row": flow.name,
            "source": flow.source,
            "destination": flow.destination,
            "ports": ",".join(map(str, flow.ports)),
            "action": flow.action,
            "user": probe.user,
            "address": probe.address,
            "port": probe.port,
            "protocol": probe.protocol,
            "local": probe.host == host,
            "outsider": not probe.host,
        }
        for probe, flow in _decided(matrix, host, targets)
    ]


def allowed_connections(matrix: Matrix, host: str, targets: Targets) -> list[dict[str, Any]]:
    """The connections that rows allow a host, as ``confirmed_commit`` takes them: it may not lose them by a change.

    To where the bastion leads, people have to get through it. Parameters and errors are those of :func:`tries_of`.
    """
    return [
        {
            "name": one["row"],
            **{key: value for key, value in one.items() if key in ("user", "address", "port", "protocol")},
            "through": one["source"] == BASTION,
        }
        for one in tries_of(matrix, host, targets)
        if one["action"] == "allow"
    ]


def _decided(matrix: Matrix, host: str, targets: Targets) -> Iterator[tuple[Probe, Flow]]:
    for probe in probes_from_host(matrix, matrix.hosts[host], targets):
        flow = _to_outsider(matrix, host, probe) if not probe.host else _to_host(matrix, host, probe)
        if flow is not None:
            yield probe, flow


def _to_host(matrix: Matrix, host: str, probe: Probe) -> Flow | None:
    start = component_at(probe.source, matrix.hosts[host])
    decision = decide(matrix, start, end_of(matrix, probe), probe.port, probe.protocol)
    return decision.flow if proves(matrix, probe, decision.action) else None


def _to_outsider(matrix: Matrix, host: str, probe: Probe) -> Flow | None:
    """A target stands for its zones. What it answers on another port, or what stands behind a name, nobody has said."""
    try:
        end = Endpoint(addresses=(ip_address(probe.address),))
    except ValueError:
        return None
    decision = decide(matrix, component_at(probe.source, matrix.hosts[host]), end, probe.port, probe.protocol)
    if decision.flow is None or (decision.action == "allow" and decision.flow.destination not in probe.zones):
        return None
    return decision.flow
