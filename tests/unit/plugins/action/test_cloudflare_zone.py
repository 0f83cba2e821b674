# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbook cloudflare.yml against the stand-in: what people see of it, and that nobody sees the token."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.nostromo.networking.plugins.module_utils.observe.resolv_conf import name_servers
from ansible_collections.nostromo.networking.tests.standins.cloudflare.cloud import Cloud, Token
from ansible_collections.nostromo.networking.tests.standins.cloudflare.contract import Contract
from ansible_collections.nostromo.networking.tests.standins.cloudflare.server import Server
from ansible_collections.nostromo.networking.tests.unit.certificates import signed_by_itself
from ansible_collections.nostromo.networking.tests.unit.test_document import FILLED_IN

ROOT = Path(__file__).resolve().parents[4]
TOKEN = "cloudflare-token-that-nobody-may-see-0123"


class Site:
    """Production, filled in, with a token for a zone at the stand-in."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.more: dict[str, Any] = {}
        self.cloud = Cloud(tokens={TOKEN: Token()})
        self.zone = self.cloud.add_zone("nostromo.cl")
        self.cloud.put(self.zone, {"type": "TXT", "name": "@", "content": '"v=spf1 -all"'})
        self.server = Server(self.cloud, Contract.at_hand())

    def play(
        self, *arguments: str, playbook: str = "playbooks/cloudflare.yml", token: str = TOKEN, **data: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run it; variables stand in a file, as a vault's do."""
        cloudflare = {"token": "{{ vault_cloudflare_token }}", "api_url": self.server.url, **data}
        given = {**FILLED_IN, "network_cloudflare": cloudflare, "vault_cloudflare_token": token}
        # Nobody serves a certificate there, and that is known at once.
        given |= {"network_external_address": "127.0.0.1", "network_addresses": ["192.0.2.7"], **self.more}
        (self.directory / "vault.json").write_text(json.dumps(given))
        command = [
            "ansible-playbook",
            "-i",
            str(ROOT / "inventories/production.yml"),
            str(ROOT / playbook),
        ]
        environment = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "ANSIBLE_FORCE_COLOR": "false"}
        command += ["-e", f"@{self.directory}/vault.json", "-e", f"backups={self.directory}/before", *arguments]
        return subprocess.run(command, cwd=self.directory, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A zone in which somebody has a record."""
    found = Site(tmp_path)
    yield found
    found.server.close()
    assert found.server.violations == []


def test_check_run_again_and_back(site: Site) -> None:
    seen = []
    checked = site.play("--check", "--diff")
    seen.append(checked)
    assert re.search(r"app\.nostromo\.cl +A +– +127\.0\.0\.1, proxied +not there yet", checked.stdout), checked.stdout
    assert "Left alone:" in checked.stdout and {one.method for one in site.server.log} == {"GET"}

    first = site.play("-vvvvv")
    seen.append(first)
    assert "changed=1" in first.stdout, first.stdout + first.stderr
    flat = " ".join(first.stderr.split())
    assert "ada.ns.cloudflare.com and bob.ns.cloudflare.com, which nobody can choose" in flat
    assert "always_use_https not switched on yet" in flat
    (backup,) = (site.directory / "before").iterdir()
    assert backup.stat().st_mode & 0o777 == 0o600 and TOKEN not in backup.read_text()

    before = len(site.server.log)
    second = site.play("-vvvvv", "--diff")
    seen.append(second)
    assert "changed=0" in second.stdout and len(site.server.log) - before == 4

    seen.append(restored := site.play("-e", f"restore={backup}"))
    assert "changed=1" in restored.stdout
    assert [one["type"] for one in site.cloud.records[site.zone].values()] == ["TXT"]
    assert all(TOKEN not in run.stdout + run.stderr for run in seen)


def test_the_zone_as_data(site: Site) -> None:
    site.cloud.put(
        site.zone, {"type": "A", "name": "app", "content": "203.0.113.7", "proxied": True, "comment": "the site"}
    )
    printed = site.play("-e", "import=true").stdout
    found = yaml.safe_load(printed[printed.index("network_dns:") :].partition("\nTASK")[0])["network_dns"]
    assert found["nameservers"] == ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"] and found["ssl_mode"] == "full"
    assert {"name": "app", "type": "A", "value": "203.0.113.7", "description": "the site"} in found["records"]


def test_a_refusal_shows_the_plan_and_touches_nothing(site: Site) -> None:
    site.cloud.put(site.zone, {"type": "A", "name": "www", "content": "198.51.100.1"})
    done = site.play("-vvvvv")
    assert done.returncode != 0 and TOKEN not in done.stdout + done.stderr
    told = " ".join((done.stdout + done.stderr).split())
    assert "stands in the way of the CNAME of the data; to replace it add www.nostromo.cl to" in told
    assert "by hand" in told and {one.method for one in site.server.log} == {"GET"}


def test_what_is_wrong_with_the_data_is_told_before_anything_is_asked(site: Site) -> None:
    done = site.play(take_over=["ap"], zone_id="x")
    told = " ".join((done.stdout + done.stderr).split())
    assert (
        "The data for Cloudflare have 2 faults" in told
        and "did you mean app.nostromo.cl?" in told
        and site.server.log == []
    )


def test_an_unknown_token_is_not_shown_either(site: Site) -> None:
    other = "another-token-that-nobody-may-see-0123456"
    done = site.play("-vvvvv", token=other)
    assert done.returncode != 0 and other not in done.stdout + done.stderr
    assert "Cloudflare does not know this token" in " ".join((done.stdout + done.stderr).split())


def test_without_a_token_nothing_is_asked_and_it_is_said(site: Site) -> None:
    done = site.play(token="")
    assert "PLAY [Cloudflare is left as it is, for there is no token]" in done.stdout and site.server.log == []


def test_behind_an_origin_lock_the_host_is_asked_for_its_own_certificates(site: Site) -> None:
    rows = yaml.safe_load((ROOT / "inventories/group_vars/all/network.yml").read_text("utf-8"))["network_flows"]
    for one in rows[:2]:
        one["source"] = "cloudflare"
    here = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable}
    # Nobody answers there, and here on port 443 nobody does either: who was asked is told.
    site.more = {**here, "network_flows": rows, "network_external_address": "192.0.2.7"}
    done = site.play()
    told = " ".join(done.stderr.split())
    assert "changed=1" in done.stdout, done.stdout + done.stderr
    assert "always_use_https not switched on yet" in told and "app.nostromo.cl: no TLS at 127.0.0.1:443" in told


def test_the_servers_certificate_is_shown_by_cloudflare_and_its_key_by_nobody(site: Site, tmp_path: Path) -> None:
    own = signed_by_itself(tmp_path)
    site.play()
    pulls = {"certificate": own.certificate, "key": "{{ vault_key }}"}
    site.more = {"vault_key": own.key}
    secret = own.key.split("\n")[1]
    seen = [site.play("--check", "--diff", origin_pulls=pulls)]
    assert "Cloudflare begins to show the certificate" in seen[0].stdout and not site.cloud.pulls[site.zone]

    seen.append(site.play("-vvvvv", "--diff", origin_pulls=pulls))
    assert "changed=1" in seen[1].stdout and site.cloud.pulls[site.zone], seen[1].stdout + seen[1].stderr
    before = len(site.server.log)
    seen.append(again := site.play("-vvvvv", "--diff", origin_pulls=pulls))
    assert "changed=0" in again.stdout and len(site.server.log) - before == 4 + 3

    # The host cannot be reached, so nobody knows whether it demands the certificate.
    nobody = {"ansible_host": "127.0.0.1", "ansible_port": 1}
    site.more |= nobody
    seen.append(off := site.play("-vvvvv", origin_pulls={**pulls, "mode": "disabled"}))
    told = " ".join((off.stdout + off.stderr).split())
    assert "cannot be asked whether Nginx demands a certificate" in told and site.cloud.pulls[site.zone]
    assert all(secret not in run.stdout + run.stderr for run in seen)


def test_nginx_does_not_demand_what_cloudflare_does_not_show(site: Site, tmp_path: Path) -> None:
    own = signed_by_itself(tmp_path)
    rows = yaml.safe_load((ROOT / "inventories/group_vars/all/network.yml").read_text("utf-8"))["network_flows"]
    for one in rows[:2]:
        one["source"] = "cloudflare"
    site.more = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable}
    site.more |= {"network_resolver_addresses": name_servers() or ["192.0.2.53"], "network_flows": rows}
    pulls = {"certificate": own.certificate, "key": own.key, "mode": "required"}
    done = site.play("--tags", "nginx", playbook="site.yml", origin_pulls=pulls)
    told = " ".join((done.stdout + done.stderr).split())
    assert "Nginx must not demand the certificate yet. Cloudflare does not show it" in told
    assert own.key.split("\n")[1] not in told and {one.method for one in site.server.log} == {"GET"}


def test_verify_looks_at_the_zone_and_the_names_and_shows_no_token(site: Site) -> None:
    """The host cannot be reached; what can be seen from here is. How it is judged: tests of the checks."""
    nobody = {"ansible_host": "127.0.0.1", "ansible_port": 1, "network_dns_resolver": "127.0.0.9"}
    site.more = {**nobody, "network_external_address": "192.0.2.7"}
    site.play()
    app = next(one for one in site.cloud.records[site.zone].values() if one["name"] == "app.nostromo.cl")
    app |= {"proxied": False, "content": "198.51.100.9"}
    before = len(site.server.log)
    done = site.play("-vvvvv", "-e", f"reports={site.directory}", playbook="playbooks/verify.yml")
    assert TOKEN not in done.stdout + done.stderr
    assert [one.method for one in site.server.log[before:]] == ["GET"] * 5  # the zone's four, and the ranges
    told = " ".join(done.stdout.split())
    assert "name: app.nostromo.cl now: 198.51.100.9, not proxied" in told
    assert "127.0.0.9: addresses: [] problem: Connection refused reached: false" in told
    proof = json.loads((site.directory / "proof.json").read_text())
    unreached = [one["reason"] for one in proof["checks"] if (one["subject"], one["verdict"]) == ("host", "failed")]
    assert ["cannot reach" in reason for reason in unreached] == [True]


def test_site_yml_runs_that_part_where_there_is_a_token_and_else_says_that_it_does_not(site: Site) -> None:
    """The host is this machine, of which nothing is asked but what it is and whom it asks for names."""
    site.more = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable}
    site.more |= {"network_resolver_addresses": name_servers() or ["192.0.2.53"]}
    done = site.play("--tags", "cloudflare", playbook="site.yml")
    told = done.stdout + done.stderr
    assert "PLAY [Make Cloudflare obey]" in told and "failed=0" in told, told
    assert {one["name"] for one in site.cloud.records[site.zone].values()} > {"app.nostromo.cl", "www.nostromo.cl"}
    before = len(site.server.log)
    without = site.play("--tags", "cloudflare", playbook="site.yml", token="")
    assert "PLAY [Cloudflare is left as it is, for there is no token]" in without.stdout and "failed=0" in without.stdout
    assert len(site.server.log) == before
