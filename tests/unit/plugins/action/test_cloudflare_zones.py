# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ten sites of as many domains in one inventory: each zone obeys, and all of them are looked up by one request."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.nostromo.networking.tests.standins.cloudflare.cloud import Cloud, Token
from ansible_collections.nostromo.networking.tests.standins.cloudflare.contract import Contract
from ansible_collections.nostromo.networking.tests.standins.cloudflare.server import Server

ROOT = Path(__file__).resolve().parents[4]
TOKEN = "cloudflare-token-that-nobody-may-see-0123"
COUNT = 10
COMPONENTS = ("nginx", "sevastopol", "orchestrator", "mother", "etl")


class Sites:
    """An environment for each domain, on a host of its own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.cloud = Cloud(tokens={TOKEN: Token()})
        self.server = Server(self.cloud, Contract.at_hand())
        variables = directory / "group_vars"
        variables.mkdir()
        (variables / "all").symlink_to(ROOT / "inventories/group_vars/all")
        for number in range(COUNT):
            self.cloud.add_zone(self.domain(number))
            (variables / f"env{number}.yml").write_text(yaml.safe_dump(self.variables(number)))
        hosts = {f"host{number}": {"ansible_host": "127.0.0.1"} for number in range(COUNT)}
        groups: dict[str, Any] = {name: {"hosts": dict.fromkeys(hosts)} for name in COMPONENTS}
        groups |= {f"env{number}": {"hosts": {f"host{number}": None}} for number in range(COUNT)}
        given = {"network_admin_addresses": ["192.0.2.1"], "network_resolver_addresses": ["192.0.2.53"]}
        inventory = {"all": {"vars": given, "children": {"known": {"hosts": hosts}, **groups}}}
        (directory / "hosts.yml").write_text(yaml.safe_dump(inventory))

    @staticmethod
    def domain(number: int) -> str:
        """That of a site."""
        return f"site{number}.example.org"

    def variables(self, number: int, **cloudflare: str) -> dict[str, Any]:
        """What a site has of its own."""
        return {
            "network_environment": f"env{number}",
            "network_domain": self.domain(number),
            "network_external_address": "127.0.0.1",
            "network_addresses": [f"192.0.2.{100 + number}"],
            "network_cloudflare": {"token": TOKEN, "api_url": self.server.url, **cloudflare},
        }

    def play(self, *arguments: str) -> tuple[str, Counter[str]]:
        """What Ansible prints, and how often each request was made."""
        before = len(self.server.log)
        words = ["ansible-playbook", "-i", str(self.directory / "hosts.yml"), str(ROOT / "playbooks/cloudflare.yml")]
        words += ["-e", f"backups={self.directory}/before", *arguments]
        environment = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "ANSIBLE_FORCE_COLOR": "false"}
        done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr, Counter(self.server.requests[before:])


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[Sites]:
    """All zones are as Cloudflare makes them."""
    found = Sites(tmp_path)
    yield found
    found.server.close()
    assert found.server.violations == []


def test_ten_zones_obey_and_are_looked_up_at_once(sites: Sites) -> None:
    printed, _requests = sites.play()
    assert printed.count("changed=1") == COUNT, printed
    assert all(len(records) == 3 for records in sites.cloud.records.values())
    printed, requests = sites.play("-vvvvv")
    assert printed.count("changed=0") == COUNT and TOKEN not in printed
    assert requests == {
        "GET /zones": 1,
        "GET /zones/ZONE/dns_records": COUNT,
        "GET /zones/ZONE/settings": COUNT,
        "GET /zones/ZONE/settings/ssl_automatic_mode": COUNT,
    }


def test_who_is_not_in_the_list_is_told_alone(sites: Sites) -> None:
    gone = next(zone for zone, one in sites.cloud.zones.items() if one["name"] == sites.domain(3))
    del sites.cloud.zones[gone]
    known = next(zone for zone, one in sites.cloud.zones.items() if one["name"] == sites.domain(4))
    (sites.directory / "group_vars/env4.yml").write_text(yaml.safe_dump(sites.variables(4, zone_id=known)))
    other = {**sites.variables(5), "network_cloudflare": {"token": "{{ nowhere }}"}}
    (sites.directory / "group_vars/env5.yml").write_text(yaml.safe_dump(other))
    printed, requests = sites.play("--check")
    assert printed.count("changed=1") == COUNT - 2, printed
    assert "there is no zone site3.example.org for this token" in printed and "'nowhere' is undefined" in printed
    assert requests["GET /zones"] == 1 and requests["GET /zones/ZONE"] == 1
