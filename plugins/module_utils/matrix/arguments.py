# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What validate_ports takes and returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..document.kinds import Anything, MapOf, Scalar
from ..document.options import argument_spec
from ..document.variables import PREFIX, Document
from ..faults import Faults, report
from ..fields import read_record
from ..release.model import BUILD_USER
from .parse import MATRIX_KEYS
from .validate import Surroundings, normalised, validate

#: The variables of the document that it takes besides the matrix, as options without the prefix.
DOCUMENTED = Document.raw_options(
    "sites", "dns", "domain", "certificate", "client_address", "probe_targets", "tolerated_listeners"
)
ARGUMENTS: dict[str, dict[str, Any]] = {
    "matrix": {"type": "raw"},
    **argument_spec(DOCUMENTED),
    "service_environments": {"type": "raw", "default": {}},
    "service_sources": {"type": "raw", "default": {}},
    "database_port": {"type": "raw"},
    "database_clients": {"type": "list", "elements": "raw", "default": []},
    "controller_addresses": {"type": "list", "elements": "str", "default": []},
    "name_servers": {"type": "list", "elements": "str", "default": []},
    "filled_in": {"type": "dict", "default": {}},
    "build_user": {"type": "str", "default": BUILD_USER},
}


_ENVIRONMENTS = MapOf(MapOf(Scalar()))
_SOURCES = MapOf(MapOf(Anything()))
_FETCHED = ("git", "archive")


def outcome(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The module's result: ``failed`` with every fault in ``msg``, or the matrix in one form; ``warnings`` either way."""
    unread = Faults()
    given = read_record(arguments["matrix"], "network_matrix", unread, MATRIX_KEYS) or {}
    variables = {
        **{f"{PREFIX}{name}": value for name, value in given.items() if name != "hosts"},
        **{f"{PREFIX}{name}": arguments[name] for name in DOCUMENTED if arguments[name]},
    }
    around = Surroundings(
        hosts=given.get("hosts"),
        environments=_ENVIRONMENTS.read(arguments["service_environments"], "network_services", unread) or {},
        sources={
            name: {kind: str(source[kind]) for kind in _FETCHED if source.get(kind)}
            for name, source in (_SOURCES.read(arguments["service_sources"], "network_services", unread) or {}).items()
        },
        database_clients=[client or None for client in arguments["database_clients"]],
        database_port=arguments["database_port"],
        controllers=arguments["controller_addresses"],
        name_servers=arguments["name_servers"],
        filled_in=arguments["filled_in"],
        build_user=arguments["build_user"],
    )
    _document, matrix, faults = validate(variables, around)
    faults.extend(unread)
    told = {"changed": False, "warnings": [str(fault) for fault in faults.warnings], **report(faults)}
    if faults.errors:
        return {**told, "failed": True, "msg": f"The network data has {faults.summary()}"}
    return {**told, "matrix": normalised(matrix)}
