# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documented rows on other servers than the one: what each host is called, its addresses, and what runs on it."""

from __future__ import annotations

from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.model import Matrix
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.parse import parse_matrix

from .rendering import REPOSITORY, load

#: What the operator fills in.
_FILLED_IN = {
    "network_admin_addresses": ["192.0.2.0/24", "2001:db8:a::/48"],
    "network_cloudflare_addresses": ["198.51.100.0/24"],
    "network_resolver_addresses": ["203.0.113.53", "2001:db8::53"],
}

#: Internal components bind to a host's first address.
TOPOLOGIES: dict[str, dict[str, tuple[list[str], list[str]]]] = {
    "single-server": {
        "server": (["203.0.113.10"], ["nginx", "sevastopol", "orchestrator", "mother", "etl", "builds"]),
    },
    "database-apart": {
        "web": (["10.0.0.10", "203.0.113.10"], ["nginx", "sevastopol", "orchestrator", "etl", "builds"]),
        "data": (["10.0.0.20"], ["mother"]),
    },
    "orchestrators": {
        "front": (["10.0.0.10", "203.0.113.10"], ["nginx", "sevastopol", "builds"]),
        "api1": (["10.0.0.21"], ["orchestrator", "builds"]),
        "api2": (["10.0.0.22"], ["orchestrator", "builds"]),
        "data": (["10.0.0.30"], ["mother", "etl", "builds"]),
    },
    "gateway": {
        "edge": (["10.0.0.10", "203.0.113.10", "fd00::10", "2001:db8::10"], ["nginx", "sevastopol", "builds"]),
        "api": (["10.0.0.21", "fd00::21"], ["orchestrator", "builds"]),
        "data": (["10.0.0.30"], ["mother", "etl"]),
    },
    "ipv6": {
        "web": (["fd00::10", "2001:db8::10"], ["nginx", "sevastopol", "builds"]),
        "api": (["fd00::20"], ["orchestrator", "mother", "etl", "builds"]),
    },
}

#: Of those that have a gateway, what the document says besides.
_GATEWAYS: dict[str, dict[str, Any]] = {
    "gateway": {"gateway": "edge", "private_addresses": ["10.0.0.0/24", "fd00::/64"]},
}


def matrix_on(topology: str) -> Matrix:
    """The documented components, zones and rows on the hosts of a topology."""
    document = load(REPOSITORY / "inventories" / "group_vars" / "all" / "network.yml")
    zones = Templar(loader=DataLoader(), variables=_FILLED_IN).template(document["network_zones"])
    hosts: dict[str, Any] = {
        name: {"addresses": addresses, "components": components}
        for name, (addresses, components) in TOPOLOGIES[topology].items()
    }
    return parse_matrix(
        {
            "components": document["network_components"],
            "zones": zones,
            "flows": document["network_flows"],
            "baseline_flows": document["network_baseline_flows"],
            "hosts": hosts,
            **_GATEWAYS.get(topology, {}),
        }
    )
