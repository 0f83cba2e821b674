# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The group vars say what the networking document says, and stand up to their own validation in every inventory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.nostromo.networking.tests.unit.inventories import Inventory

ROOT = Path(__file__).resolve().parents[2]

# What production's user has to fill in (inventories/group_vars/production/main.yml), and secrets.
FILLED_IN: dict[str, Any] = {
    "network_external_address": "203.0.113.7",
    "network_admin_addresses": ["198.51.100.0/24", "2001:db8::/48"],
    "network_resolver_addresses": ["192.0.2.53"],
    "network_certificate_email": "ops@nostromo.cl",
    "network_service_sources": {
        name: {"git": f"https://git.nostromo.cl/{name}.git", "version": "main"}
        for name in ("sevastopol", "orchestrator", "etl")
    },
    "vault_orchestrator_database_password": "x",
    "vault_etl_database_password": "x",
}

# The document's tables.
MONITORING = ["Prometheus", "Alertmanager", "Blackbox exporter", "Node exporter", "mtail", "PostgreSQL exporter"]
COMPONENTS = {
    "Nginx Proxy": "app.nostromo.cl",
    "Sevastopol": "sevastopol.internal",
    "Orchestrator": "orchestrator.internal",
    "Mother (PostgreSQL)": "mother.internal",
    "ETL Service": "etl.internal",
}
PUBLIC_PORTS = [
    (80, "HTTP", "Nginx Proxy", "HTTP redirect a HTTPS"),
    (443, "HTTPS", "Nginx Proxy", "Frontend (Sevastopol) público"),
]
INTERNAL_PORTS = [
    (4321, "HTTP", "Sevastopol", "Astro dev server (dev) / Nginx upstream (prod)"),
    (8000, "HTTP", "Orchestrator", "Node.js API backend"),
    (5432, "PostgreSQL", "Mother (PostgreSQL)", "Database connections"),
    (22, "SSH", "Server", "Admin access"),
]
INBOUND = [
    ("internet", "nginx", [80], "allow", "Public HTTP"),
    ("internet", "nginx", [443], "allow", "Public HTTPS"),
    ("admins", "server", [22], "allow", "SSH admin access"),
    ("any", "orchestrator", [8000], "deny", "Backend NO público"),
    ("any", "mother", [5432], "deny", "DB NO pública"),
]
INTERNAL = [
    ("orchestrator", "mother", [5432], "allow", "DB queries"),
    ("etl", "mother", [5432], "allow", "Data ingestion"),
    ("sevastopol", "orchestrator", [8000], "allow", "API calls"),
    ("server", "internet", [80, 443], "allow", "Package downloads, updates"),
    ("orchestrator", "sii", [443], "allow", "ETL scraping (si aplicable)"),
]
# Its diagram and its rate-limit snippet need these, its tables lack them.
UNDOCUMENTED = [
    ("nginx", "sevastopol", [4321], "allow", "Nginx to Sevastopol"),
    ("nginx", "orchestrator", [8000], "allow", "Nginx to Orchestrator"),
    # It names Prometheus, and these are what Prometheus needs.
    ("prometheus", "alertmanager", [9093], "allow", "Alerts of Prometheus"),
    ("prometheus", "blackbox", [9115], "allow", "Metrics of health checks"),
    ("prometheus", "node_exporter", [9100], "allow", "Metrics of hosts"),
    ("prometheus", "log_metrics", [3903], "allow", "Metrics of requests"),
    ("prometheus", "postgres_exporter", [9187], "allow", "Metrics of the database"),
    ("blackbox", "orchestrator", [8000], "allow", "Health of Orchestrator"),
    ("postgres_exporter", "mother", [5432], "allow", "Figures of the database"),
    ("alertmanager", "internet", [443, 587], "allow", "Alerts to people"),
    ("server", "prometheus", [9090], "allow", "Look at monitoring"),
]
RECORDS = [
    ("app", "A", "203.0.113.7", 300, "Frontend público"),
    ("api", "CNAME", "app.nostromo.cl", 300, "API endpoint (mismo servidor)"),
    ("www", "CNAME", "app.nostromo.cl", 300, "Redirect a app"),
]


@pytest.fixture(scope="module")
def production() -> Inventory:
    """Production, filled in."""
    return Inventory("production.yml", FILLED_IN)


def test_components(production: Inventory) -> None:
    components = production["network_components"]
    found = {entry["title"]: entry.get("hostname") for entry in components.values()}
    assert found == {**COMPONENTS, **dict.fromkeys(["Server", "Builds", *MONITORING])}


@pytest.mark.parametrize(("exposure", "documented"), [("public", PUBLIC_PORTS), ("internal", INTERNAL_PORTS)])
def test_ports(production: Inventory, exposure: str, documented: list[tuple[int, str, str, str]]) -> None:
    found = [
        (port["port"], port["application"], entry["title"], port["description"])
        for entry in production["network_components"].values()
        if entry.get("exposure", "internal") == exposure
        for port in entry["ports"]
        if entry["title"] not in MONITORING
    ]
    assert sorted(found) == sorted(documented)


@pytest.mark.parametrize(
    ("table", "documented", "rows"),
    [("inbound", True, INBOUND), ("internal", True, INTERNAL), ("internal", False, UNDOCUMENTED)],
)
def test_flows(production: Inventory, table: str, documented: bool, rows: list[tuple[Any, ...]]) -> None:
    found = [
        (
            row["source"],
            row["destination"],
            row["port"] if isinstance(row["port"], list) else [row["port"]],
            row["action"],
            row["name"],
        )
        for row in production["network_flows"]
        if row["table"] == table and row.get("documented", True) == documented
    ]
    assert found == rows


def test_no_other_flows(production: Inventory) -> None:
    assert len(production["network_flows"]) == len(INBOUND) + len(INTERNAL) + len(UNDOCUMENTED)
    assert [(row["source"], row["destination"], row["name"]) for row in production["network_baseline_flows"]] == [
        ("server", "resolvers", "DNS"),
        ("orchestrator", "resolvers", "DNS for ETL scraping"),
        ("alertmanager", "resolvers", "DNS for alerts"),
        ("builds", "resolvers", "DNS for builds"),
        ("builds", "registries", "Build downloads"),
        ("server", "time_servers", "NTP"),
        ("server", "dhcp_servers", "DHCP"),
        ("server", "cloud_metadata", "Cloud metadata"),
        ("link_local", "server", "DHCPv6 replies"),
    ]


def test_zones(production: Inventory) -> None:
    zones = production["network_zones"]
    assert zones["internet"] == ["0.0.0.0/0", "::/0"]
    assert zones["admins"] == FILLED_IN["network_admin_addresses"]


def test_dns(production: Inventory) -> None:
    dns = production["network_dns"]
    records = [
        tuple(record[key] for key in ("name", "type", "value", "ttl", "description")) for record in dns["records"]
    ]
    assert records == RECORDS
    assert dns["nameservers"] == ["ns1.cloudflare.com", "ns2.cloudflare.com"]
    assert (dns["proxied"], dns["ssl_mode"], dns["always_use_https"]) == (True, "strict", True)


def test_certificate(production: Inventory) -> None:
    certificate = production["network_certificate"]
    assert certificate["directory"] == "/etc/letsencrypt/live/app.nostromo.cl"
    renewal = certificate["renewal"]
    assert f"{renewal['schedule']} {renewal['command']}" == "0 0 * * * certbot renew --quiet"


def test_ssh(production: Inventory) -> None:
    assert production["network_ssh"] == {
        "PermitRootLogin": "no",
        "PasswordAuthentication": "no",
        "PubkeyAuthentication": "yes",
    }


def test_rate_limit(production: Inventory) -> None:
    limits = production["network_rate_limits"]
    assert list(limits) == ["api_limit"]
    limit = limits["api_limit"]
    zone = f"limit_req_zone {limit['key']} zone=api_limit:{limit['size']} rate={limit['rate']};"
    use = f"limit_req zone=api_limit burst={limit['burst']}{' nodelay' if limit['nodelay'] else ''};"
    assert zone == "limit_req_zone $binary_remote_addr zone=api_limit:10m rate=10r/s;"
    assert use == "limit_req zone=api_limit burst=20 nodelay;"
    assert limit["location"] == "/api/"


def test_health_check(production: Inventory) -> None:
    assert production["network_components"]["orchestrator"]["health"] == "/health"


def test_production_as_shipped_is_refused() -> None:
    left = [
        ("network_external_address", "EXTERNAL_IP"),
        ("network_admin_addresses[0]", "ADMIN_IPS"),
        ("network_resolver_addresses[0]", "RESOLVER_IPS"),
        ("network_certificate_email", "CERTIFICATE_EMAIL"),
        ("network_service_sources.sevastopol.git", "SEVASTOPOL_REPOSITORY"),
        ("network_service_sources.orchestrator.git", "ORCHESTRATOR_REPOSITORY"),
        ("network_service_sources.etl.git", "ETL_REPOSITORY"),
    ]
    faults = Inventory("production.yml").judge()
    assert {(fault.path, fault.value) for fault in faults.errors if fault.value} == set(left)
    assert {fault.origin.rpartition("/")[0] for fault in faults.errors if fault.value} == {
        "inventories/group_vars/production"
    }
    assert [fault.path for fault in faults.errors if not fault.value] == [
        "vault_orchestrator_database_password",
        "vault_etl_database_password",
    ]
    assert not faults.warnings


def test_production_filled_in_is_sound(production: Inventory) -> None:
    """The document's own contradiction is told, for information: a proxied record has no TTL of 300."""
    faults = production.judge()
    assert [fault.path for fault in faults] == ["network_dns.records"]
    assert [fault.severity for fault in faults] == ["information"]


def test_lab_is_sound() -> None:
    secrets = {name: value for name, value in FILLED_IN.items() if name.startswith("vault_")}
    assert list(Inventory("lab.yml", secrets).judge()) == []


def test_placeholders_are_in_one_place() -> None:
    """All that production has to fill in stands in one file."""
    shipped = yaml.safe_load((ROOT / "inventories/group_vars/production/main.yml").read_text(encoding="utf-8"))
    optional = {"network_alert_receivers"}
    assert set(shipped) == {name for name in FILLED_IN if not name.startswith("vault_")} | optional
