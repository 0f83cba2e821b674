# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A sound matrix on one server, and a way to spoil it."""

from __future__ import annotations

import copy
import re
from typing import Any

SOUND: dict[str, Any] = {
    "network_components": {
        "server": {"ports": [{"port": 22, "application": "SSH"}]},
        "nginx": {
            "hostname": "app.nostromo.cl",
            "exposure": "public",
            "user": "www-data",
            "ports": [{"port": 80, "application": "HTTP"}, {"port": 443, "application": "HTTPS"}],
        },
        "sevastopol": {"hostname": "sevastopol.internal", "user": "sevastopol", "ports": [{"port": 4321}]},
        "orchestrator": {"user": "orchestrator", "health": "/health", "ports": [{"port": 8000}]},
        "mother": {"user": "postgres", "ports": [{"port": 5432, "application": "PostgreSQL"}]},
        "etl": {"user": "etl"},
    },
    "network_zones": {
        "internet": ["0.0.0.0/0", "::/0"],
        "admins": ["192.0.2.0/24", "2001:db8::/48"],
        "office": ["192.0.2.128/25"],
        "cloudflare": ["198.41.128.0/17"],
    },
    "network_flows": [
        {"name": "HTTP", "source": "internet", "destination": "nginx", "port": 80, "action": "allow"},
        {"name": "HTTPS", "source": "internet", "destination": "nginx", "port": 443, "action": "allow"},
        {"name": "SSH", "source": "admins", "destination": "server", "port": 22, "action": "allow"},
        {"name": "No API", "source": "any", "destination": "orchestrator", "port": 8000, "action": "deny"},
        {"name": "No DB", "source": "any", "destination": "mother", "port": 5432, "action": "deny"},
        {"name": "Queries", "source": "orchestrator", "destination": "mother", "port": 5432, "action": "allow"},
        {"name": "Ingestion", "source": "etl", "destination": "mother", "port": 5432, "action": "allow"},
        {"name": "Calls", "source": "sevastopol", "destination": "orchestrator", "port": 8000, "action": "allow"},
        {"name": "Updates", "source": "server", "destination": "internet", "port": [80, 443], "action": "allow"},
        {"name": "Pages", "source": "nginx", "destination": "sevastopol", "port": 4321, "action": "allow"},
        {"name": "API", "source": "nginx", "destination": "orchestrator", "port": 8000, "action": "allow"},
    ],
    "network_baseline_flows": [],
    "hosts": {
        "server": {
            "addresses": ["203.0.113.7"],
            "components": ["etl", "mother", "nginx", "orchestrator", "sevastopol"],
        }
    },
    "network_domain": "nostromo.cl",
    "network_sites": [
        {"hostname": "app.nostromo.cl", "routes": {"/": "sevastopol", "/api/": "orchestrator"}},
        {"hostname": "www.nostromo.cl", "redirect": "app.nostromo.cl"},
    ],
    "environments": {
        "sevastopol": {"PORT": "4321"},
        "orchestrator": {"PORT": 8000, "PGPORT": "5432"},
        "etl": {"PGPORT": "5432"},
    },
    "database_clients": ["orchestrator", "etl", None],
    "network_dns": {
        "proxied": False,
        "records": [
            {"name": "app", "type": "A", "value": "203.0.113.7", "ttl": 300},
            {"name": "www", "type": "CNAME", "value": "app.nostromo.cl", "ttl": 300},
        ],
    },
    "network_certificate": {
        "name": "app.nostromo.cl",
        "email": "ops@nostromo.cl",
        "names": ["app.nostromo.cl", "www.nostromo.cl"],
    },
    "network_client_address": {"zone": "", "header": "CF-Connecting-IP"},
}

_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]|\[\"([^\"]*)\"\]")
REMOVED = object()


def spoil(data: dict[str, Any], path: str, value: object) -> None:
    """Set the value at a path as faults name it; ``REMOVED`` removes it; a new index appends."""
    steps = [int(index) if index else name or quoted for name, index, quoted in _STEP.findall(path)]
    *way, last = steps
    place: Any = data
    for step in way:
        place = place.setdefault(step, {}) if isinstance(place, dict) else place[step]
    if value is REMOVED:
        del place[last]
    elif isinstance(place, list) and last == len(place):
        place.append(copy.deepcopy(value))
    else:
        place[last] = copy.deepcopy(value)


def row(source: str, destination: str, port: object, action: str = "allow", **more: object) -> dict[str, object]:
    """A row named `New`."""
    return {"name": "New", "source": source, "destination": destination, "port": port, "action": action, **more}


def matrix_of(data: dict[str, Any]) -> dict[str, Any]:
    """The part of the data that is the matrix."""
    return {
        "components": data["network_components"],
        "zones": data["network_zones"],
        "flows": data["network_flows"],
        "baseline_flows": data["network_baseline_flows"],
        "hosts": data["hosts"],
        "cloudflare_addresses": data.get("network_cloudflare_addresses", []),
        "bastion": data.get("network_bastion", ""),
        "private_addresses": data.get("network_private_addresses", []),
        "gateway": data.get("network_gateway", ""),
        "sticky": data.get("network_sticky", {}),
    }


def variables_of(data: dict[str, Any]) -> dict[str, Any]:
    """The part of the data that is the document."""
    return {name: value for name, value in data.items() if name.startswith("network_")}


def document_of(matrix: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """The variables that a matrix is made of, and its hosts."""
    return {f"network_{name}": value for name, value in matrix.items() if name != "hosts"}, matrix["hosts"]

#: What makes an origin lock of the sample: Cloudflare alone is let in to the sites.
LOCK: list[tuple[str, object]] = [
    ("network_cloudflare_addresses", ["198.41.128.0/17", "2400:cb00::/32"]),
    ("network_flows[0].source", "cloudflare"),
    ("network_flows[1].source", "cloudflare"),
    ("network_client_address.zone", "cloudflare"),
    ("network_dns.proxied", True),
]


def locked() -> dict[str, Any]:
    """The sample with an origin lock."""
    data = copy.deepcopy(SOUND)
    for path, value in LOCK:
        spoil(data, path, value)
    return data


#: Three servers, of which the first alone has a public address and leads administrators to the others.
BEHIND: list[tuple[str, object]] = [
    ("network_bastion", "edge"),
    ("network_private_addresses", ["10.0.0.0/24"]),
    (
        "hosts",
        {
            "edge": {
                "addresses": ["10.0.0.10", "203.0.113.7"],
                "components": ["nginx", "sevastopol"],
                "administrators": ["ripley"],
            },
            "app": {"addresses": ["10.0.0.21"], "components": ["orchestrator", "etl"]},
            "db": {"addresses": ["10.0.0.31"], "components": ["mother"]},
        },
    ),
]


def behind() -> dict[str, Any]:
    """The sample on several servers, behind a bastion."""
    data = copy.deepcopy(SOUND)
    for path, value in BEHIND:
        spoil(data, path, value)
    return data
