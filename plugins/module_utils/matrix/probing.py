# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the user says of the proof itself: where it may try, and what may listen besides."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from ipaddress import ip_address
from typing import Any

from ..faults import Faults, show
from ..fields import read_mapping, read_record, read_sequence
from .decide import Endpoint, contains
from .model import Address, Matrix
from .vocabulary import HOSTNAME

#: Zone -> addresses or names at which connections to it may be tried.
Targets = Mapping[str, Sequence[str]]

TOLERATED_KEYS: Mapping[str, str] = {
    "process": "Name of the process that listens.",
    "protocol": "tcp or udp.",
    "port": "The port on which it listens.",
}


def read_targets(value: object, zones: Collection[str], faults: Faults) -> dict[str, list[str]]:
    """``network_probe_targets``: zone -> addresses or names."""
    targets: dict[str, list[str]] = {}
    for zone, given in read_mapping(value, "network_probe_targets", faults).items():
        path = f"network_probe_targets.{zone}"
        if zone not in zones:
            faults.unknown(path, zone, f"{zone} is not a zone", zones)
        targets[zone] = []
        for index, target in enumerate(read_sequence(given, path, faults)):
            if _is_target(target):
                targets[zone].append(str(target))
            else:
                reason = f"{show(target)} is neither an address nor a host name"
                faults.error(f"{path}[{index}]", target, reason, "give one host, without a port or a prefix")
    return targets


def read_tolerated(value: object, faults: Faults) -> list[Mapping[str, Any]]:
    """``network_tolerated_listeners``: each with some of ``process``, ``protocol`` and ``port``."""
    tolerated = []
    for index, item in enumerate(read_sequence(value, "network_tolerated_listeners", faults)):
        path = f"network_tolerated_listeners[{index}]"
        record = read_record(item, path, faults, TOLERATED_KEYS)
        if record == {}:
            faults.error(path, item, "it names no socket", f"give some of {', '.join(TOLERATED_KEYS)}")
        elif record is not None:
            tolerated.append(record)
    return tolerated


def targets_with(matrix: Matrix, targets: Targets, clients: Mapping[str, Sequence[Address]]) -> Targets:
    """The targets of each zone that is the destination of a row; where none is named, the clients that lie in it."""
    zones = sorted({flow.destination for flow in matrix.flows} & {*matrix.zones})
    found = {}
    for zone in zones:
        within = [
            str(one)
            for _name, known in sorted(clients.items())
            for one in known
            if contains(matrix.zones[zone], Endpoint(addresses=(one,)))
        ]
        found[zone] = list(dict.fromkeys(targets.get(zone) or within))
    return found


def _is_target(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        ip_address(value)
    except ValueError:
        # What ends in digits is an address that went wrong (RFC 1123, section 2.1).
        return HOSTNAME.fullmatch(value) is not None and not value.rpartition(".")[2].isdigit()
    return True
