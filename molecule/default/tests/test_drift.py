# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is changed by hand on the server is foreseen by plan.yml, noticed and put back by the next run, and the run after that
changes nothing.

One run repairs all damage, since a run is what takes the time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import network
import pytest
from probes import OPEN, REFUSED, Probe, attempt
from testinfra.host import Host
from web import asking_all_the_while, eventually, get, query

pytestmark = pytest.mark.one_release

APP = f"https://{network.variables()['network_certificate']['names'][0]}/"
MOTHER_PORT = network.listen("mother")["port"]
#: (role, task) of each change in what Ansible prints.
CHANGE = re.compile(
    r"^TASK \[nostromo\.networking\.(\w+) : ([^\]]+)\] .*\n(?:(?!TASK|PLAY).*\n)*?changed: ", re.MULTILINE
)


@dataclass(frozen=True)
class Damage:
    """Something done by hand: the role that keeps it, the command, and whether it shows."""

    role: str
    command: str
    shows: Callable[[Host, Host], bool]


def database(server: Host, user: str) -> str:
    probe = Probe(network.listen("mother")["addresses"][0], MOTHER_PORT, user)
    return attempt(server, [probe])[probe]


def hsts(client: Host) -> str | None:
    return get(client, f"{APP}api/status").headers.get("strict-transport-security")


def pm2_status(server: Host, service: str) -> str:
    return server.run("pm2 status %s", service).stdout


DAMAGE = {
    "a firewall rule is deleted": Damage(
        "firewall",
        "nft delete rule inet nostromo local handle $(nft --handle list chain inet nostromo local"
        f" | sed -n 's/.*dport {MOTHER_PORT} .*reject.*handle //p')",
        lambda server, _outside: database(server, "sevastopol") == OPEN,
    ),
    "a network interface takes routes from its neighbours": Damage(
        "firewall",
        "echo 1 >/proc/sys/net/ipv4/conf/eth0/accept_redirects",
        lambda server, _outside: server.file("/proc/sys/net/ipv4/conf/eth0/accept_redirects").content == b"1\n",
    ),
    "passwords are allowed over SSH": Damage(
        "ssh_hardening",
        "sed -i 's/^PasswordAuthentication no/PasswordAuthentication yes/' /etc/ssh/sshd_config.d/00-nostromo.conf"
        " && systemctl restart ssh",
        lambda server, _outside: "passwordauthentication yes" in server.check_output("sshd -T"),
    ),
    "the name of a component leads elsewhere": Damage(
        "internal_names",
        "sed 's/^127.0.0.1 mother.internal$/192.0.2.7 mother.internal/' /etc/hosts >/run/hosts && cat /run/hosts >/etc/hosts",
        lambda server, _outside: "192.0.2.7" in server.check_output("getent hosts mother.internal"),
    ),
    "the database listens to the world": Damage(
        "postgresql",
        "psql -U postgres -d postgres -qXc \"ALTER SYSTEM SET listen_addresses = '*'\" && systemctl restart 'postgresql@*'",
        lambda server, _outside: ("0.0.0.0", MOTHER_PORT) in listeners(server),
    ),
    "a service is stopped": Damage(
        "pm2",
        "pm2 stop orchestrator",
        lambda server, _outside: "stopped" in pm2_status(server, "orchestrator"),
    ),
    "a service has a crontab, which runs outside of its unit": Damage(
        "pm2",
        "install -m 600 -o etl -g crontab /dev/null /var/spool/cron/crontabs/etl",
        lambda server, _outside: server.file("/var/spool/cron/crontabs/etl").exists,
    ),
    "a configuration file is edited": Damage(
        "nginx",
        "sed -i /Strict-Transport-Security/d /etc/nginx/nostromo.d/sites.conf && systemctl reload nginx",
        lambda _server, outside: hsts(outside) is None,
    ),
    "the renewal of the certificate is unplanned": Damage(
        "letsencrypt",
        "rm /etc/cron.d/nostromo-certbot",
        lambda server, _outside: not server.file("/etc/cron.d/nostromo-certbot").exists,
    ),
}


def listeners(server: Host) -> set[tuple[str, int]]:
    printed = server.check_output("ss --no-header --listening --tcp --numeric")
    pairs = [line.split()[3].rpartition(":") for line in printed.splitlines()]
    return {(address.strip("[]"), int(port)) for address, _, port in pairs}


def plan(reports: Path) -> dict[str, Any]:
    """What a run would change."""
    network.ansible("ansible-playbook", "playbooks/plan.yml", "-e", "against=hosts", "-e", f"reports={reports}")
    found: dict[str, Any] = json.loads((reports / "plan.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def foreseen(server: Host, outside: Host, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the plan says after all the damage is done."""
    for what, damage in DAMAGE.items():
        server.check_output(damage.command)
        seen = eventually(lambda damage=damage: damage.shows(server, outside), seconds=5)
        assert seen, f"{what}: this is not seen, so its repair proves nothing"
    told = plan(tmp_path_factory.mktemp("damaged"))
    for what, damage in DAMAGE.items():
        assert damage.shows(server, outside), f"{what}: the plan has changed it"
    return told


@pytest.fixture(scope="module")
def repair(foreseen: dict[str, Any]) -> str:
    """What Ansible prints in the run after that."""
    return network.ansible("ansible-playbook", "site.yml")


def test_the_plan_foresees_what_the_run_changes(foreseen: dict[str, Any], repair: str) -> None:
    assert {part["subject"] for part in foreseen["hosts"]} == {role for role, _task in CHANGE.findall(repair)}
    said = "\n".join(line["text"] for part in foreseen["hosts"] for line in part["changes"])
    assert "/etc/cron.d/nostromo-certbot is not there, and is made" in said
    assert "firewall: what is in force is not what is on disk" in said


@pytest.mark.parametrize("what", DAMAGE)
def test_drift_is_reported_and_repaired(server: Host, outside: Host, repair: str, what: str) -> None:
    damage = DAMAGE[what]
    assert damage.role in {role for role, _task in CHANGE.findall(repair)}
    assert not damage.shows(server, outside)


def test_nothing_is_foreseen_after_the_repair(repair: str, tmp_path: Path) -> None:
    assert plan(tmp_path)["hosts"] == []


def test_the_run_after_the_repair_changes_nothing(outside: Host, repair: str) -> None:
    """The run after the repair changes nothing, and no client's request fails during it."""
    with asking_all_the_while(outside, APP) as codes:
        printed = network.ansible("ansible-playbook", "site.yml")
    assert CHANGE.findall(printed) == []
    outcomes = dict(re.findall(r"^(\w+) +: .*(changed=\d+ .*failed=\d+)", printed, re.MULTILINE))
    assert {re.sub(r" +", " ", one) for one in outcomes.values()} == {"changed=0 unreachable=0 failed=0"}
    assert "server" in outcomes
    assert set(codes) == {"200"}


def test_everything_serves_again_after_the_repair(server: Host, outside: Host, repair: str) -> None:
    assert get(outside, APP).status == 200
    assert (database(server, "orchestrator"), database(server, "sevastopol")) == (OPEN, REFUSED)
    assert query(server, "SELECT 1") == "1"
