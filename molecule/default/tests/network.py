# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the inventory says about the lab's server: tests take ports, addresses, names and limits from here, never numbers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from ansible_collections.nostromo.networking.plugins.module_utils.matrix.decide import (
    Decision,
    Endpoint,
    component_at,
    decide,
)
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.model import Host as Placement
from ansible_collections.nostromo.networking.plugins.module_utils.matrix.model import Matrix
from ansible_collections.nostromo.networking.tests.unit.inventories import Inventory

ROOT = Path(__file__).resolve().parents[3]
INVENTORY = ROOT / "inventories" / "lab.yml"
ENVIRONMENT = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"}
_NAMES = (
    "network_view",
    "network_addresses",
    "network_sites",
    "network_certificate",
    "network_rate_limits",
    "network_ssh",
    "network_database_users",
    "network_services",
)


def ansible(program: str, *arguments: str) -> str:
    """Run one of Ansible's programs on the lab's inventory and return what it prints; fails when it fails."""
    command = [str(Path(sys.executable).with_name(program)), "-i", str(INVENTORY), *arguments]
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def attempt(*arguments: str, **extra: Any) -> subprocess.CompletedProcess[str]:
    """Run site.yml on the lab with extra variables, whatever comes of it."""
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", str(INVENTORY), "site.yml", *arguments]
    command += ["-e", json.dumps(extra)]
    return subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True)


def changed(done: subprocess.CompletedProcess[str]) -> int:
    """How many tasks changed something; fails when the run failed."""
    found = re.search(r"^server +: .*changed=(\d+) ", done.stdout, re.MULTILINE)
    assert done.returncode == 0 and found, done.stdout + done.stderr
    return int(found[1])


@cache
def variables() -> dict[str, Any]:
    """The group vars as Ansible resolves them for the server."""
    inventory = Inventory("lab.yml")
    return {name: inventory[name] for name in _NAMES}


@cache
def matrix() -> Matrix:
    return Inventory("lab.yml").network.matrix


@cache
def placement() -> Placement:
    """The server and what runs on it."""
    return matrix().hosts["server"]


def listen(component: str) -> dict[str, Any]:
    """Where a component listens: `addresses` and `ports`."""
    return variables()["network_view"]["listen"][component]


def services() -> list[tuple[str, int]]:
    """Every (component, port) on the server."""
    return [
        (key, port) for key, bound in sorted(variables()["network_view"]["listen"].items()) for port in bound["ports"]
    ]


def users() -> dict[str, str]:
    """System user -> the component as which the matrix sees it; `root` and `nobody` stand for the host itself."""
    found = {component.user: key for key, component in matrix().components.items() if component.user}
    return {**found, "root": "server", "nobody": "server"}


def inbound(addresses: list[str], component: str, port: int) -> Decision:
    """What the matrix says of an outsider at these addresses who connects to a component on the server."""
    return decide(matrix(), _outsider(addresses), component_at(component, placement()), port)


def outbound(component: str, address: str, port: int) -> Decision:
    """What the matrix says of a component on the server that connects to an outsider."""
    return decide(matrix(), component_at(component, placement()), _outsider([address]), port)


def local(component: str, other: str, port: int) -> Decision:
    """What the matrix says of one component on the server that connects to another."""
    return decide(matrix(), component_at(component, placement()), component_at(other, placement()), port)


def _outsider(addresses: list[str]) -> Endpoint:
    return Endpoint(None, tuple(ip_address(address) for address in addresses))


def server_address(family: int) -> str:
    """The server's address of one family, 4 or 6."""
    return next(address for address in variables()["network_addresses"] if ip_address(address).version == family)
