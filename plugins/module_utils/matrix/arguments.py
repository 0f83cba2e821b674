# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What validate_ports takes and returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..faults import report
from .validate import Surroundings, normalised, validate

ARGUMENTS: dict[str, dict[str, Any]] = {
    "matrix": {"type": "dict", "required": True},
    "sites": {"type": "list", "elements": "dict", "default": []},
    "service_environments": {"type": "dict", "default": {}},
    "service_sources": {"type": "dict", "default": {}},
    "database_port": {"type": "raw"},
    "database_clients": {"type": "list", "elements": "raw", "default": []},
    "dns": {"type": "dict", "default": {}},
    "domain": {"type": "str", "default": ""},
    "certificate": {"type": "dict", "default": {}},
    "client_address": {"type": "dict", "default": {}},
    "controller_addresses": {"type": "list", "elements": "str", "default": []},
    "name_servers": {"type": "list", "elements": "str", "default": []},
    "filled_in": {"type": "dict", "default": {}},
    "probe_targets": {"type": "dict", "default": {}},
    "tolerated_listeners": {"type": "list", "elements": "dict", "default": []},
    "build_component": {"type": "str", "default": "builds"},
}


def outcome(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The module's result: ``failed`` with every fault in ``msg``, or the matrix in one form; ``warnings`` either way."""
    around = Surroundings(
        sites=arguments["sites"],
        environments=arguments["service_environments"],
        database_port=arguments["database_port"],
        database_clients=arguments["database_clients"],
        dns=arguments["dns"],
        domain=arguments["domain"],
        certificate=arguments["certificate"],
        client_address=arguments["client_address"],
        controllers=arguments["controller_addresses"],
        name_servers=arguments["name_servers"],
        filled_in=arguments["filled_in"],
        probe_targets=arguments["probe_targets"],
        tolerated_listeners=arguments["tolerated_listeners"],
        sources=arguments["service_sources"],
        builder=arguments["build_component"],
    )
    matrix, faults = validate(arguments["matrix"], around)
    told = {"changed": False, "warnings": [str(fault) for fault in faults.warnings], **report(faults)}
    if faults.errors:
        return {**told, "failed": True, "msg": f"The network data has {faults.summary()}"}
    return {**told, "matrix": normalised(matrix)}
