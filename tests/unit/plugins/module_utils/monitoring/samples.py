# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documented system, watched: with the programs of monitoring as components, on one server or on several."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.document.variables import Document
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.model import Matrix
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import parse_matrix
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.watched import Watched, watched
from ansible_collections.nostromo.networking.tests.unit.templates.rendering import REPOSITORY, load

_PROGRAMS = ["prometheus", "alertmanager", "blackbox", "node_exporter", "log_metrics", "postgres_exporter"]
_FILLED_IN = {
    "admins": ["192.0.2.0/24"],
    "cloudflare": ["198.51.100.0/24"],
    "resolvers": ["203.0.113.53"],
}
_APPLICATIONS = ["nginx", "sevastopol", "orchestrator", "mother", "etl"]
#: Host -> its addresses and components.
PLACES: dict[str, dict[str, tuple[list[str], list[str]]]] = {
    "single": {"server": (["203.0.113.10"], [*_APPLICATIONS, *_PROGRAMS])},
    "several": {
        "front": (["10.0.0.10", "203.0.113.10"], ["nginx", "sevastopol", "node_exporter", "log_metrics"]),
        "api1": (["10.0.0.21"], ["orchestrator", "node_exporter"]),
        "api2": (["fd00::22"], ["orchestrator", "node_exporter"]),
        "data": (["10.0.0.30"], ["mother", "etl", "node_exporter", "postgres_exporter"]),
        "watch": (["10.0.0.40"], ["prometheus", "alertmanager", "blackbox", "node_exporter"]),
    },
}
_SITES = [
    {"hostname": "app.nostromo.cl", "routes": {"/": "sevastopol", "/api/": "orchestrator"}},
    {"hostname": "api.nostromo.cl", "routes": {"/api/": "orchestrator"}},
    {"hostname": "www.nostromo.cl", "redirect": "app.nostromo.cl"},
]
#: The role nginx's.
HASHED_PATHS = ["/_astro/"]
_VARIABLES = REPOSITORY / "inventories" / "group_vars" / "all"


#: A second component that is asked for its health.
_ROW = {
    "name": "Health of Sevastopol",
    "source": "blackbox",
    "destination": "sevastopol",
    "port": 4321,
    "action": "allow",
    "documented": False,
    "reason": "monitoring",
}


def matrix_of(place: str) -> Matrix:
    """The documented rows and one more, on the hosts of a place."""
    shipped = load(_VARIABLES / "network.yml")
    components = deepcopy(shipped["network_components"])
    components["sevastopol"]["health"] = "/salud"
    return parse_matrix(
        {
            "components": components,
            "zones": {**shipped["network_zones"], **_FILLED_IN},
            "flows": [*shipped["network_flows"], _ROW],
            "baseline_flows": shipped["network_baseline_flows"],
            "hosts": {
                name: {"addresses": addresses, "components": components}
                for name, (addresses, components) in PLACES[place].items()
            },
        }
    )


def monitoring(**changes: Any) -> dict[str, Any]:
    """The stock data; ``alerts`` are added to its own."""
    stock: dict[str, Any] = deepcopy(load(_VARIABLES / "monitoring.yml")["network_monitoring"])
    del stock["receivers"]  # which each environment fills in
    return {**stock, **changes, "alerts": {**stock["alerts"], **changes.get("alerts", {})}}


def _called() -> dict[str, Any]:
    """What the shipped document calls itself, and in which language."""
    shipped = load(_VARIABLES / "document.yml")
    return {name: shipped[name] for name in ("network_document_title", "network_document_language")}


def document(**changes: Any) -> Document:
    """What the samples have of a document, with changes of the stock data."""
    faults = Faults()
    variables = {"network_monitoring": monitoring(**changes), "network_sites": _SITES, **_called()}
    found = Document.read_variables(variables, faults)
    assert list(faults) == []
    return found


def sample(place: str = "single", **changes: Any) -> Watched:
    """What is watched there, with changes of the stock data."""
    host = "server" if place == "single" else "watch"
    return watched(document(**changes), matrix_of(place), host, HASHED_PATHS)
