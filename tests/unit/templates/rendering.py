# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Render a role's templates as Ansible would, without a host."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

REPOSITORY = Path(__file__).resolve().parents[3]

#: What the compiler says of the documented system on one server, as far as the web roles use it.
VIEW = {
    "proxy": "nginx",
    "administrators": [],
    "listen": {
        "nginx": {
            "addresses": ["0.0.0.0", "::"],
            "ports": [80, 443],
            "port": 80,
            "applications": {"HTTP": 80, "HTTPS": 443},
        }
    },
    "upstreams": {
        "mother": ["127.0.0.1:5432"],
        "orchestrator": ["127.0.0.1:8000"],
        "sevastopol": ["127.0.0.1:4321"],
    },
}

#: The files in nostromo.d that nginx's own includes, those of sites last.
NGINX_PARTS = (
    "logging",
    "tls",
    "client_certificate",
    "clients",
    "limits",
    "proxy",
    "upstreams",
    "headers",
    "errors",
    "sites",
)

#: What each release of Debian has.
PROGRAMS = {
    "12": {"nginx": "1.22.1", "openssh-server": "9.2p1", "openssl": "3.0.17", "postgresql": "15.13"},
    "13": {"nginx": "1.26.3", "openssh-server": "10.0p1", "openssl": "3.5.1", "postgresql": "17.5"},
}

Render = Callable[..., str]


def load(path: Path) -> dict[str, Any]:
    """A variables file, its templates trusted."""
    return DataLoader().load_from_file(str(path), trusted_as_template=True) or {}


@cache
def _shipped(role: str) -> dict[str, Any]:
    """The role's defaults, the documented data, and the role's own values, in the order in which one takes the other's place."""
    directory = REPOSITORY / "roles" / role
    site: dict[str, Any] = {}
    for path in sorted((REPOSITORY / "playbooks" / "vars").glob("*.yml")):
        site |= load(path)
    for path in sorted((REPOSITORY / "inventories" / "group_vars" / "all").glob("*.yml")):
        site |= load(path)
    return load(directory / "defaults" / "main.yml") | site | load(directory / "vars" / "main.yml")


def render_role(role: str, template: str, release: str = "13", **variables: Any) -> str:
    """The file that comes out with the documented data."""
    directory = REPOSITORY / "roles" / role
    values = _shipped(role) | {
        "ansible_facts": {"program_versions": PROGRAMS[release]},
        "ansible_managed": "Ansible managed",
        "network_view": VIEW,
        "network_certificate_email": "admin@nostromo.cl",
        "network_external_address": "192.0.2.10",
        "network_admin_addresses": ["192.0.2.1"],
    }
    values |= variables
    place = {"template_file": str(directory / "templates" / template), "ansible_search_path": [str(directory)]}
    values |= place
    lookup = trust_as_template("{{ lookup('ansible.builtin.template', template_file) }}")
    return str(Templar(loader=DataLoader(), variables=values).template(lookup))
